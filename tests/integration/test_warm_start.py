"""A bot that keeps a process ready for the next training."""

import psutil
import pytest
import pytest_asyncio

from bot import app
from bot.runners.local_process import PROJECT
from emulator.client import ChatClient
from tests.bots import RunningBot
from tests.stub_task import SUCCEED, UNTIL_STOPPED
from training.protocol.event_log import read_events


@pytest_asyncio.fixture
async def ready(bot: RunningBot, chat: ChatClient, monkeypatch: pytest.MonkeyPatch) -> RunningBot:
    """One that has trained before, and has a process ready."""
    monkeypatch.setattr(app, "TEND_INTERVAL_S", 0.05)
    bot.warm = True
    await bot.restart()
    await chat.say(f"/train epochs=1 seed={SUCCEED}")
    await bot.until_job(1, lambda job: job.ending is not None)
    await bot.until(lambda: bot.coltrain.jobs.ready)
    return bot


def waiting() -> list[psutil.Process]:
    """Processes that have no job."""
    return [
        child
        for child in psutil.Process().children()
        if child.status() != psutil.STATUS_ZOMBIE
        and "--warm" in child.cmdline()
        and child.cwd() == str(PROJECT)
    ]


async def test_the_next_training_gets_it(ready: RunningBot, chat: ChatClient) -> None:
    """/status says that it is there, a job gets it, and after that job there is another."""
    await chat.say("/status")
    await chat.sees("Ready: the next training begins at once")
    [there] = waiting()
    await chat.say(f"/train epochs=1 seed={UNTIL_STOPPED}")
    job = await ready.until_job(2, lambda job: job.progress.epochs_done)
    assert job.handle is not None
    assert job.handle.pid == there.pid
    assert waiting() == []
    await chat.say("/stop 2")
    await ready.until_job(2, lambda job: job.ending is not None)
    await ready.until(lambda: ready.coltrain.jobs.ready)


async def test_it_goes_with_the_bot_and_its_job_does_not(
    ready: RunningBot, chat: ChatClient
) -> None:
    """A bot that stops leaves a running job, which the next bot adopts, and nothing else."""
    await chat.say(f"/train epochs=1 seed={UNTIL_STOPPED}")
    job = await ready.until_job(2, lambda job: job.progress.epochs_done)
    await ready.restart()
    assert ready.job(2).handle == job.handle
    await chat.say("/stop 2")
    await ready.until_job(2, lambda job: job.ending is not None)
    events = read_events(ready.folder(2).event_log).events
    assert [event.kind for event in events].count("run_started") == 1
    await chat.say(f"/train epochs=1 seed={SUCCEED}")
    await ready.until_job(3, lambda job: job.ending is not None)
    await ready.until(lambda: ready.coltrain.jobs.ready)
    await ready.stop()
    assert waiting() == []
