"""What holds up the event loop is logged with its place; what waits is not."""

import asyncio
import logging
import threading
from collections.abc import Callable, Generator

import pytest

from bot.stalls import STALL_S, watched_loop

LONG_S = 3 * STALL_S


class NextTurn:
    """Lets the event loop come round once."""

    def __await__(self) -> Generator[None, None, None]:
        yield


def block(seconds: float = LONG_S) -> None:
    """As a read from a slow disk would."""
    threading.Event().wait(seconds)


def run(*calls: Callable[[], None]) -> None:
    """Call one after the other, each in a turn of its own."""

    async def turns() -> None:
        for call in calls:
            await NextTurn()
            call()

    with asyncio.Runner(loop_factory=watched_loop) as runner:
        runner.run(turns())


def told(caplog: pytest.LogCaptureFixture) -> list[logging.LogRecord]:
    return [record for record in caplog.records if record.name == "bot.stalls"]


def test_a_turn_that_takes_long_is_logged_with_its_place(caplog: pytest.LogCaptureFixture) -> None:
    """How long it took, how much of that was work, and who stood where."""
    caplog.set_level(logging.INFO)
    run(block)
    [record] = told(caplog)
    assert isinstance(record.args, tuple)
    took_ms, worked_ms, _ = record.args
    assert took_ms >= LONG_S * 1000
    assert worked_ms < took_ms
    assert "test_stalls.py" in record.getMessage()
    assert " block" in record.getMessage()


def test_many_short_turns_hold_up_nobody(caplog: pytest.LogCaptureFixture) -> None:
    """Although they come to a long time together."""
    caplog.set_level(logging.INFO)
    run(*[lambda: block(STALL_S / 20)] * 60)
    assert told(caplog) == []


def test_waiting_holds_up_nobody(caplog: pytest.LogCaptureFixture) -> None:
    """The loop has nothing to do meanwhile."""
    caplog.set_level(logging.INFO)

    async def waits() -> None:
        await asyncio.wait([asyncio.create_task(asyncio.Event().wait())], timeout=LONG_S)

    with asyncio.Runner(loop_factory=watched_loop) as runner:
        runner.run(waits())
    assert told(caplog) == []


def test_the_watch_ends_with_its_loop() -> None:
    """No thread stays behind."""
    run()
    assert not any(thread.name == "stalls" for thread in threading.enumerate())
