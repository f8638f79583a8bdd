"""A day in seconds: an event loop whose clock jumps to the next timer when nothing is left to do.

Connections are pairs of Unix sockets inside this process, so real clients talk to real servers
over real HTTP, and what one end writes the other can read at once: time never jumps over bytes
on their way. Work that is handed to a thread is done on the spot, in no time.
"""

import asyncio
import errno
import selectors
import socket
import tempfile
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

Result = TypeVar("Result")
STARTED = datetime(2026, 11, 23, 12, tzinfo=UTC)


class _JumpingSelector(selectors.DefaultSelector):  # type: ignore[misc,valid-type]
    """Never waits: where nothing is ready, it moves the clock by what it would have waited."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(0)
        if ready or timeout == 0:
            return ready
        if timeout is None:
            raise RuntimeError("nothing will ever happen: everybody waits for somebody else")
        self.now += timeout
        return ready


class VirtualLoop(asyncio.SelectorEventLoop):
    """An event loop with a clock of its own, and a network that can be cut."""

    def __init__(self, address: Path) -> None:
        self._jumping = _JumpingSelector()
        super().__init__(self._jumping)
        self._address = address
        self._lines: list[asyncio.Transport] = []
        self.network_up = True
        self.refused = 0  # attempts to connect without a network

    def time(self) -> float:
        """Seconds since the loop was made."""
        return self._jumping.now

    def now(self) -> datetime:
        """The time of day that belongs to it."""
        return datetime.fromtimestamp(STARTED.timestamp() + self.time(), UTC)

    def cut(self) -> None:
        """Take the network away: what was connected breaks."""
        self.network_up = False
        for line in self._lines:
            line.abort()
        self._lines.clear()

    def mend(self) -> None:
        """Give the network back."""
        self.network_up = True

    def listener(self) -> socket.socket:
        """The socket on which the one server of this network listens."""
        made = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        made.bind(str(self._address))
        made.listen(128)
        return made

    async def create_connection(  # type: ignore[override]
        self, protocol_factory: Callable[[], Any], host: Any = None, port: Any = None, **_: Any
    ) -> tuple[asyncio.Transport, Any]:
        """Connect to the one server, whatever its address is called."""
        if not self.network_up:
            self.refused += 1
            raise OSError(errno.ENETUNREACH, "Network is unreachable")
        line, protocol = await self.create_unix_connection(protocol_factory, str(self._address))
        self._lines = [open_ for open_ in self._lines if not open_.is_closing()] + [line]
        return line, protocol

    def run_in_executor(  # type: ignore[override]
        self, executor: Any, func: Callable[..., Result], *args: Any
    ) -> asyncio.Future[Result]:
        """Do it at once: a thread's real time has no place in virtual time."""
        future: asyncio.Future[Result] = self.create_future()
        try:
            future.set_result(func(*args))
        except Exception as error:
            future.set_exception(error)
        return future


async def pass_time(seconds: float) -> None:
    """Let virtual time pass."""
    await asyncio.sleep(seconds)


def run(work: Callable[[VirtualLoop], Coroutine[Any, Any, Result]]) -> Result:
    """Run something in virtual time."""
    with tempfile.TemporaryDirectory() as folder:
        loop = VirtualLoop(Path(folder, "telegram"))
        with asyncio.Runner(loop_factory=lambda: loop) as runner:
            return runner.run(work(loop))
