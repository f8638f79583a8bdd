"""The GPUs as they were a moment ago, told at once: a driver that hangs holds up nobody."""

import threading
import time
from collections.abc import Callable

from bot.machine import Gpu, read_gpus

FRESH_S = 2.0
NONE_FOUND_S = 60.0  # a machine does not get a GPU while one watches


class GpuMeter:
    """Keeps the latest reading; a thread takes the next one when somebody asks.

    Args:
        read: takes a reading, and may take its time.
        clock: seconds.
    """

    def __init__(
        self,
        read: Callable[[], tuple[Gpu, ...]] = read_gpus,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._read = read
        self._clock = clock
        self._latest: tuple[Gpu, ...] = ()
        self._due_at = float("-inf")
        self._reading: threading.Thread | None = None

    def latest(self) -> tuple[Gpu, ...]:
        """The latest reading; none before the first has come in."""
        busy = self._reading is not None and self._reading.is_alive()
        if not busy and self._clock() >= self._due_at:
            # A daemon: where the driver never answers, the bot still ends.
            self._reading = threading.Thread(target=self._take, name="gpu meter", daemon=True)
            self._reading.start()
        return self._latest

    def _take(self) -> None:
        found = self._read()
        self._due_at = self._clock() + (FRESH_S if found else NONE_FOUND_S)
        self._latest = found
