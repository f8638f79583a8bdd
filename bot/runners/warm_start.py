"""When a warm process is kept, and which job gets it."""

import logging
import subprocess
import sys
from collections.abc import Callable, Sequence

from bot.runners.footing import Footing, read_footing
from bot.runners.warm_process import WarmProcess
from training.protocol.spec import Lane, Spec
from training.protocol.warm_start import may_be_warm

log = logging.getLogger(__name__)

WARM_COMMAND = (sys.executable, "-m", "training", "--warm")
GB = 10**9
# It holds some 0.7 GB itself: it comes where there is plenty, and goes where it is missed.
LEAST_FREE_TO_BEGIN_BYTES = 4 * GB
LEAST_FREE_TO_STAY_BYTES = 1_500_000_000


class WarmStart:
    """Keeps at most one warm process, while no job computes.

    Not beside one that does: a warm process takes processor time to begin with, and memory
    of the GPU for as long as it is there.

    Args:
        free_bytes: how much memory is free.
        early: from the bot's start on, and not only after the first training.
        command: the program that gets ready.
        footing: what a fresh process would stand on now.
    """

    def __init__(
        self,
        free_bytes: Callable[[], int],
        command: Sequence[str] = WARM_COMMAND,
        footing: Callable[[], Footing] = read_footing,
        *,
        early: bool = False,
    ) -> None:
        self._free_bytes = free_bytes
        self._command = tuple(command)
        self._read_footing = footing
        self._wanted = early
        self._process: WarmProcess | None = None
        self._ready = False
        self._footing: Footing | None = None  # what the process stands on
        self._failed: Footing | None = None  # on what one could not get ready
        self._ending: list[subprocess.Popen[bytes]] = []

    @property
    def ready(self) -> bool:
        """Whether a job that came now would begin at once."""
        if self._process is not None and not self._ready:
            self._ready = self._process.ready
        return self._ready

    def tend(self, begin: Callable[[Sequence[str]], WarmProcess], *, busy: bool) -> None:
        """Look after it: call this now and then.

        Args:
            begin: starts a process with a command.
            busy: whether a job computes, or waits to.
        """
        self._ending = [child for child in self._ending if child.poll() is None]
        if self._process is not None:
            self._look(busy)
        elif self._wanted and not busy and self._free_bytes() >= LEAST_FREE_TO_BEGIN_BYTES:
            self._begin(begin)

    def take(self, spec: Spec) -> subprocess.Popen[bytes] | None:
        """The process for a job that is about to start, where there is one that fits.

        Every job that computes ends it otherwise: the GPU is the job's alone.
        """
        if may_be_warm(spec):
            self._wanted = True
        if self._process is None or spec.lane is not Lane.COMPUTE:
            return None
        if may_be_warm(spec) and self.ready and not self._process.gone and self._stands():
            process, self._process, self._ready = self._process, None, False
            return process.let_go()
        self.end("a job computes")
        return None

    def end(self, reason: str) -> None:
        """Give it up."""
        if self._process is not None:
            log.info("the warm process is given up: %s", reason)
            self._ending.append(self._process.kill())
        self._process, self._ready = None, False

    def close(self) -> None:
        """End it with the bot, and wait until it is gone."""
        self.end("the bot stops")
        for child in self._ending:
            child.wait()
        self._ending = []

    def _look(self, busy: bool) -> None:
        if self._process is None:
            return
        if self._process.gone:
            log.warning("the warm process ended: %s", self._process.last_words())
            self._failed = self._footing
            self.end("it ended by itself")
        elif busy:
            self.end("a job computes")
        elif not self._stands():
            self.end("packages or code are not as they were")
        elif (free := self._free_bytes()) < LEAST_FREE_TO_STAY_BYTES:
            self.end(f"memory is short, {free / GB:.1f} GB are free")

    def _stands(self) -> bool:
        """Whether a fresh process would stand on the same."""
        return self._footing == self._read_footing()

    def _begin(self, begin: Callable[[Sequence[str]], WarmProcess]) -> None:
        footing = self._read_footing()  # before it starts: what changes from now on is noticed
        if footing == self._failed:
            return  # it would end the same way
        self._footing = footing
        try:
            self._process = begin(self._command)
        except OSError:
            log.exception("no warm process can be made")
