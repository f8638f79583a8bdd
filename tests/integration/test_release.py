"""Giving the machine back, as a chat, with a real home folder and a clock that can be set."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest_asyncio

from bot.job import Ending
from bot.settings import Settings
from emulator.client import ChatClient
from tests.bots import RunningBot
from tests.stub_task import UNTIL_TOLD
from tests.vaults import SavingBot, with_home


class LentBot(SavingBot):
    """A bot on a machine that is given back, whose clock the test puts forward."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self.ahead = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead


@pytest_asyncio.fixture
async def lent(settings: Settings, tmp_path: Path) -> AsyncIterator[LentBot]:
    settings = with_home(settings, tmp_path).model_copy(update={"coltrain_release": True})
    running = LentBot(settings)
    await running.start()
    yield running
    await running.end()


def at(lent: LentBot) -> int:
    """When a message is written that the bot gets at once."""
    return int(lent.now().timestamp())


async def test_an_idle_machine_is_saved_and_given_back(lent: LentBot, chat: ChatClient) -> None:
    """The next launch, on another machine, has the job and says nothing twice."""
    await chat.say("/train epochs=2")
    await chat.sees("✅ finished")
    lent.ahead += timedelta(minutes=11)
    await chat.sees("Nothing is left to do. Releasing this machine in 10 min")
    lent.ahead += timedelta(minutes=10)
    await chat.sees("Saving everything, then the machine is released")
    await lent.until(lambda: lent.has_ended)
    assert lent.coltrain.released
    said = len(await chat.messages())
    await lent.lose_machine()
    await lent.start()
    assert lent.job(1).ending is Ending.SUCCEEDED
    await lent.until(lent.coltrain.settled)
    assert len(await chat.messages()) == said


async def test_keep_and_release_now(lent: LentBot, chat: ChatClient) -> None:
    """One button keeps it, /release gives it back."""
    await chat.say("/train epochs=1")
    await chat.sees("✅ finished")
    lent.ahead += timedelta(minutes=11)
    await chat.sees("Releasing this machine in 10 min")
    await chat.press("Keep")
    await chat.sees("Kept until another job has ended")
    lent.ahead += timedelta(minutes=60)
    await chat.say("/release", date=at(lent))
    await chat.sees("Releasing as soon as everything is saved", "Saving everything")
    await lent.until(lambda: lent.has_ended)
    assert lent.coltrain.released


async def test_release_asks_where_work_would_end(lent: LentBot, chat: ChatClient) -> None:
    """When told so again, the job is stopped and saved first, and goes on elsewhere."""
    await chat.say(f"/train epochs=9 seed={UNTIL_TOLD}")
    await lent.until_job(1, lambda job: job.progress.run_at is not None)
    lent.go_on(1, 1)
    await lent.until_saved(1, 1)
    await chat.say("/release")
    await chat.sees("1 job not ended: 1. Releasing stops them")
    assert lent.job(1).ending is None
    await chat.press("Release all the same")
    await chat.sees("⏹ stopped", "Saving everything")
    await lent.until(lambda: lent.has_ended)
    await lent.lose_machine()
    await lent.start()
    await lent.until(lent.folder(1).path.exists)
    for epoch in range(2, 10):
        lent.go_on(1, epoch)
    await chat.say("/resume 1")
    await lent.until_job(1, lambda job: job.ending is Ending.SUCCEEDED)
    assert lent.job(1).outcome.result["epochs"] == 9


async def test_after_is_answered(lent: LentBot, chat: ChatClient) -> None:
    """Each choice with what it means; a slip with the choices."""
    await chat.say("/after")
    await chat.sees("announced, and released ten minutes later")
    await chat.say("/after keep")
    await chat.sees("an idle machine is kept")
    await chat.say("/after lunch")
    await chat.sees("after cannot be lunch: it takes ask, release or keep")
    await lent.restart()
    await chat.say("/after")
    await chat.sees("an idle machine is kept")


async def test_a_machine_of_ones_own(bot: RunningBot, chat: ChatClient) -> None:
    """Nothing is released by itself; /release asks, and stops the bot, not its jobs."""
    await chat.say("/after release")
    await chat.sees("not released by itself")
    await chat.say(f"/train epochs=2 seed={UNTIL_TOLD}")
    await bot.until_job(1, lambda job: job.progress.epochs_done == 1)
    await chat.say("/release")
    await chat.sees("the bot would stop, and jobs that run would go on")
    await chat.press("Keep")
    await chat.sees("The bot goes on.")
    await chat.say("/release")
    await chat.sees("This machine is your own")
    await chat.press("Stop the bot")
    await chat.sees("The bot stops now")
    await bot.until(lambda: bot.has_ended)
    assert bot.coltrain.released
    await bot.start()
    assert bot.job(1).active
    assert not bot.has_ended
