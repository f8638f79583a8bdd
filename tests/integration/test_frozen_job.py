"""A job process that is frozen or hangs: told, not lost, and it can be ended."""

import signal

import psutil
import pytest

from bot import quiet, wish_keeper
from bot.job import Ending, Quiet
from emulator.client import ChatClient, text_of
from tests.bots import RunningBot
from tests.stub_task import CHILD, ORPHANS, UNTIL_TOLD


async def test_a_frozen_job_is_told_once_and_goes_on(
    bot: RunningBot, chat: ChatClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The message says what can be done; the card says so until there is a sign again."""
    await chat.say(f"/train epochs=2 seed={UNTIL_TOLD}")
    await bot.until_job(1, lambda job: job.progress.epochs_done == 1)
    bot.signal(1, signal.SIGSTOP)
    monkeypatch.setattr(quiet, "NO_SIGN_AFTER_S", 0.5)
    await chat.sees("No sign of life for", "/stop 1 ends it", "⚠️ no sign of life")
    monkeypatch.undo()
    assert bot.job(1).active
    bot.go_on(1, 1)
    bot.signal(1, signal.SIGCONT)
    job = await bot.until_job(1, lambda job: job.progress.epochs_done == 2)
    assert job.progress.quiet is None
    bot.go_on(1, 2)
    await bot.until(bot.coltrain.settled)
    said = [text_of(m) for m in await chat.messages()]
    assert sum("No sign of life" in text for text in said) == 1
    assert not any("⚠️ no sign of life" in text for text in said)


async def test_a_frozen_job_is_ended_by_force(
    bot: RunningBot, chat: ChatClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It reads no wish and obeys no SIGTERM; its process is gone in the end."""
    monkeypatch.setattr(wish_keeper, "SIGNAL_AFTER_S", 0.2)
    monkeypatch.setattr(wish_keeper, "FORCE_AFTER_S", 1.0)
    await chat.say(f"/train epochs=1 seed={UNTIL_TOLD}")
    await bot.until_job(1, lambda job: job.progress.epochs_done == 1)
    bot.signal(1, signal.SIGSTOP)
    await chat.say("/stop 1")
    job = await bot.until_job(1, lambda job: job.ending is not None)
    assert job.ending is Ending.STOPPED


async def test_what_was_told_is_remembered_by_the_next_bot(
    bot: RunningBot, chat: ChatClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A restart does not tell it again."""
    monkeypatch.setattr(quiet, "NO_SIGN_AFTER_S", 0.3)
    await chat.say(f"/train epochs=1 seed={UNTIL_TOLD}")
    await bot.until_job(1, lambda job: job.progress.quiet is Quiet.NO_SIGN)
    await chat.sees("No sign of life for")
    await bot.restart()
    bot.go_on(1, 1)
    await chat.sees("✅ finished")
    assert sum("No sign of life" in text_of(m) for m in await chat.messages()) == 1


async def test_what_a_killed_job_started_does_not_go_on(bot: RunningBot, chat: ChatClient) -> None:
    """An installer whose job is killed would change packages with nobody looking."""
    await chat.say(f"/train epochs=1 seed={ORPHANS}")
    await chat.sees("⚠️ lost")
    child = int((bot.folder(1).path / CHILD).read_text())
    await bot.until(lambda: not psutil.pid_exists(child) or _is_dead(child))


def _is_dead(pid: int) -> bool:
    return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
