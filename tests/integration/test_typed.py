"""Commands as phones with other keyboards write them."""

import pytest

from bot.settings import Settings
from emulator.client import ChatClient
from tests.bots import RunningBot
from tests.stub_task import UNTIL_TOLD


async def two_jobs(bot: RunningBot, chat: ChatClient) -> None:
    """One job that runs, and one that waits: a command that loses its number takes the first."""
    await chat.say(f"/train epochs=9 learning_rate=0.5 seed={UNTIL_TOLD}")
    await bot.until_job(1, lambda job: job.progress.epochs_done == 1)
    await chat.say("/train epochs＝9 learning_rate=0.5")
    await bot.until_job(2, lambda job: job.epochs == 9)


async def test_a_sign_behind_the_command_keeps_the_number(
    bot: RunningBot, chat: ChatClient
) -> None:
    """The job that was named is the one that is changed, noted of and stopped."""
    await two_jobs(bot, chat)
    await chat.say("/note，2 “hello”")
    await chat.sees("📝 “hello”")
    await chat.say("/lr，2 ０.１")
    await chat.sees("learning rate 0.1")
    await chat.say("/epochs：2 20")
    await bot.until_job(2, lambda job: job.epochs == 20)
    await chat.say("/stop，2")
    await bot.until_job(2, lambda job: job.ending is not None)
    first, second = bot.job(1), bot.job(2)
    assert (first.note, first.learning_rate, first.epochs, first.ending) == (None, None, 9, None)
    assert (second.note, second.learning_rate) == ("“hello”", 0.1)


async def test_a_late_command_with_a_sign_behind_it_is_carried_out(
    bot: RunningBot, chat: ChatClient
) -> None:
    """The question asks for the same command as the answer."""
    await two_jobs(bot, chat)
    await chat.say("/stop，2", date=1)
    await chat.sees("Do you still want it?")
    await chat.press("Do it now")
    await bot.until_job(2, lambda job: job.ending is not None)
    assert bot.job(1).ending is None


async def test_wide_signs_are_read_in_every_command(bot: RunningBot, chat: ChatClient) -> None:
    """Numbers, signs of comparison, times of the day, quotation marks."""
    await two_jobs(bot, chat)
    for said, answer in (
        ("/job １", "Job 1 · "),
        ("/stop 1 at ５", "stops after epoch 5"),
        ("/alert １ accuracy＞９９％", "the first epoch with accuracy>0.99"),
        ("/quiet 23：00～07：30", "Quiet from 23:00 to 07:30"),
        ("/quiet 22：00－07：00", "Quiet from 22:00 to 07:00"),
        ("/timezone UTC＋8", "UTC+8"),
        ("/job \u200b2\ufeff", "Job 2 · "),
        ("/note ２ 「a：b」", "📝 「a：b」"),
    ):
        await chat.say(said)
        await chat.sees(answer)


@pytest.fixture
def files(bot: RunningBot, settings: Settings) -> None:
    """Files whose names differ in the width of their signs."""
    for name in ("a（1）.txt", "a(1).txt", "b(1).txt"):
        (settings.data / name).write_text(name)


@pytest.mark.usefixtures("files")
async def test_a_file_is_found_as_it_is_called(bot: RunningBot, chat: ChatClient) -> None:
    """With its wide signs where it has them; else with the narrow ones that may be meant."""
    for said, answer in (
        ("/files a（1）.txt", "a（1）.txt"),
        ("/files a(1).txt", "a(1).txt"),
        ("/files b（１）.txt", "b(1).txt"),
        ("/files 「b(1).txt」", "b(1).txt"),
        ("/files c（1）.txt", "There is no c(1).txt in"),
    ):
        await chat.say(said)
        message = await chat.sees(answer)
        assert answer in message["text"].splitlines()[0]


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("／train epochs=2", "/train epochs=2"),
        ("。train", "/train"),
        ("，Train", "/train"),
        ("status", "/status"),
    ],
)
async def test_a_command_without_its_slash_is_answered_with_it(
    bot: RunningBot, chat: ChatClient, said: str, meant: str
) -> None:
    """Ready to be copied; nothing is started by a guess."""
    await chat.say(said)
    await chat.sees(f"A command begins with a slash. Did you mean {meant}?")
    with bot.store.transaction() as tx:
        assert tx.jobs.count() == 0
