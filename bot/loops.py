"""How the bot's long-lived loops run: side by side, patiently, and until it is time to rest."""

import asyncio
import errno
import logging
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from typing import Any

from bot.store import StoreError

log = logging.getLogger(__name__)

PAUSE_S = 5.0
# What a machine lacks for a while: files, room, a disk that can be written.
SCARCE = {
    errno.EMFILE,
    errno.ENFILE,
    errno.ENOSPC,
    errno.EDQUOT,
    errno.EROFS,
    errno.EIO,
    errno.ENOMEM,
}

Loop = Callable[[], Awaitable[None]]
Running = Coroutine[Any, Any, None]


async def side_by_side(loops: Mapping[str, Running], last: str) -> None:
    """Run loops until one of them ends, then end the others.

    Args:
        last: the one that is ended when all others have ended; what they have begun
            may need it.

    Raises:
        Exception: what a loop died of; that takes the others down, loudly.
    """
    tasks = [asyncio.create_task(loop, name=name) for name, loop in loops.items()]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        for ending in ([task for task in tasks if task.get_name() != last], tasks):
            await _end(ending)


async def patiently(loop: Loop, trouble: Callable[[Exception], Awaitable[None]]) -> None:
    """Run a loop; while the machine lacks something it waits instead of dying.

    Args:
        trouble: hears what is lacking, each time.
    """
    while True:
        try:
            return await loop()
        except (StoreError, OSError) as error:
            if isinstance(error, OSError) and error.errno not in SCARCE:
                raise
            log.warning("%s", error)
            await trouble(error)
            await asyncio.sleep(PAUSE_S)


async def until(event: asyncio.Event) -> None:
    """A loop that does nothing, and ends with an event."""
    await event.wait()


async def resting_after(event: asyncio.Event, loop: Running) -> None:
    """Run a loop until an event ends it; then rest, for ever."""
    tasks = [asyncio.create_task(work) for work in (loop, until(event))]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        if tasks[0].done():
            return tasks[0].result()
    finally:
        await _end(tasks)
    await asyncio.Event().wait()
    return None


async def _end(tasks: list[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
