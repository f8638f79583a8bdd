"""A Drive that hangs while somebody asks for what lies on it."""

from dataclasses import replace

from bot.data_lookup import DataLookup
from bot.errand import Errand
from emulator.client import ChatClient
from tests.bots import RunningBot
from tests.unit.test_data_lookup import SILENT


def hang_drive(bot: RunningBot, limit_s: float) -> None:
    """From now on no data folder answers."""
    application = bot.coltrain._conversation.application
    silent = DataLookup(bot.settings.data_roots, Errand(SILENT, limit_s))
    services = replace(application.bot_data["services"], data_lookup=silent)
    application.bot_data["services"] = services


async def test_others_are_answered_while_drive_hangs(bot: RunningBot, chat: ChatClient) -> None:
    """A later command does not wait for an earlier one that waits for Drive."""
    hang_drive(bot, limit_s=30)
    await chat.say("/unzip labels.zip")
    await chat.say("/status")
    await chat.sees("Nothing runs")
    assert not bot.coltrain.caught_up(), "the first one is still in hand"


async def test_a_drive_that_hangs_gets_a_sentence(bot: RunningBot, chat: ChatClient) -> None:
    """It says that nothing was started, and the next try may find Drive well again."""
    hang_drive(bot, limit_s=0.3)
    await chat.say("/unzip labels.zip")
    await chat.sees("gave no answer after", "nothing was started")
    await bot.until(bot.coltrain.caught_up)


async def test_what_was_in_hand_is_begun_anew(bot: RunningBot, chat: ChatClient) -> None:
    """A bot that is stopped while Drive hangs forgets nothing: the next one asks again."""
    (bot.settings.data_roots[0]).mkdir(exist_ok=True)
    (bot.settings.data_roots[0] / "labels.zip").write_bytes(b"the stub does not look into it")
    hang_drive(bot, limit_s=30)
    await chat.say("/unzip labels.zip into=later")
    await bot.until(lambda: not bot.coltrain.caught_up())
    await bot.restart()
    await bot.until_job(1, lambda job: job.ending is not None)
    assert bot.job(1).spec.destination.endswith("/later")
