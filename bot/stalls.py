"""Who keeps everybody else waiting: turns of the event loop that take too long are logged.

While one callback works, no command is answered. A selector sees both ends of each turn at
no cost; a thread looks where a long one stands while it lasts.
"""

import asyncio
import logging
import selectors
import sys
import threading
import time
import traceback
from types import FrameType
from typing import Final

log = logging.getLogger(__name__)

STALL_S: Final = 0.1
LOOK_S: Final = 0.05
OUR_OWN: Final = 4  # frames of the place that are told


class LoopWatch(selectors.DefaultSelector):
    """The selector of an event loop, which logs what keeps the loop from coming back to it.

    A machine that gives the bot no processor looks the same; the processor time that was
    used tells the two apart.
    """

    def __init__(self) -> None:
        super().__init__()
        self._thread_id = threading.get_ident()
        self._turn_began: float | None = None
        self._cpu_began = 0.0
        self._place = ""
        self._ended = False
        self._looker = threading.Thread(target=self._look_on, name="stalls", daemon=True)
        self._looker.start()

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        """Wait for something to do; the time until the next call is a turn."""
        if self._turn_began is not None:
            took_s = time.monotonic() - self._turn_began
            if took_s >= STALL_S:
                cpu_s = time.thread_time() - self._cpu_began
                log.info("the event loop stood for %.0f ms (%.0f ms of work)%s",
                         took_s * 1000, cpu_s * 1000, self._place)  # fmt: skip
        self._turn_began, self._place = None, ""
        ready = super().select(timeout)
        self._turn_began, self._cpu_began = time.monotonic(), time.thread_time()
        return ready

    def close(self) -> None:
        """End with the loop."""
        self._ended = True
        self._looker.join()
        super().close()

    def _look_on(self) -> None:
        while not self._ended:
            time.sleep(LOOK_S)  # no event: to wait for one costs three times as much
            began = self._turn_began
            if began is None or time.monotonic() - began < STALL_S:
                continue
            place = _place(sys._current_frames().get(self._thread_id))
            if self._turn_began == began:  # the same turn still
                self._place = place


def _place(frame: FrameType | None) -> str:
    found = traceback.extract_stack(frame)[-OUR_OWN:] if frame is not None else ()
    lines = [f"{entry.filename}:{entry.lineno} {entry.name}" for entry in found]
    return f": {' < '.join(reversed(lines))}"


def watched_loop() -> asyncio.AbstractEventLoop:
    """An event loop that says what holds it up."""
    return asyncio.SelectorEventLoop(LoopWatch())
