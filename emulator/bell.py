"""Wake whoever waits for the world to change, from whatever thread changed it.

Tests change the world from their own thread while the server's event loop serves long polls;
an ``asyncio.Event`` may not be set from another thread.
"""

import asyncio
import threading
from collections.abc import Callable

Waiter = tuple[asyncio.AbstractEventLoop, "asyncio.Future[None]"]


class Bell:
    """Ring once, and every waiter looks at its condition again."""

    def __init__(self) -> None:
        # Re-entrant: a signal handler may ring while this very thread holds the lock.
        self._lock = threading.RLock()
        self._waiters: set[Waiter] = set()

    def ring(self) -> None:
        """Wake every waiter; safe from any thread."""
        with self._lock:
            waiters, self._waiters = self._waiters, set()
            for loop, future in waiters:
                loop.call_soon_threadsafe(_settle, future)

    async def until(self, condition: Callable[[], bool], timeout_s: float | None) -> bool:
        """Wait until the condition holds.

        Returns:
            Whether it held before the time was up. ``None`` waits for ever.
        """
        loop = asyncio.get_running_loop()
        deadline = None if timeout_s is None else loop.time() + timeout_s
        while True:
            waiter = (loop, loop.create_future())
            with self._lock:
                self._waiters.add(waiter)  # before looking, so that no ring falls between
            try:
                if condition():
                    return True
                async with asyncio.timeout_at(deadline):
                    await waiter[1]
            except TimeoutError:
                return condition()
            finally:
                with self._lock:
                    self._waiters.discard(waiter)


def _settle(future: "asyncio.Future[None]") -> None:
    if not future.done():
        future.set_result(None)
