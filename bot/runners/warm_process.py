"""One process that has loaded Keras and waits to become a job; see ``training/warm.py``."""

import logging
import os
import select
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

import psutil

from training.protocol.warm_start import READY

log = logging.getLogger(__name__)

TAIL_BYTES = 2_000


class WarmProcess:
    """A child that is getting ready, or is.

    Args:
        command: the program.
        environment: what jobs get.
        folder: where it is started.
        niceness: as jobs have it.

    Raises:
        OSError: no process could be made.
    """

    def __init__(
        self, command: Sequence[str], environment: Mapping[str, str], folder: Path, niceness: int
    ) -> None:
        self._said: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - as long as the child
        try:
            self.child = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._said,
                cwd=folder,
                env=environment,
                start_new_session=True,
            )
        except OSError:
            self._said.close()
            raise
        try:
            psutil.Process(self.child.pid).nice(niceness)
        except psutil.Error:
            log.debug("the warm process ended at once")

    @property
    def ready(self) -> bool:
        """Whether it waits for its job now."""
        out = self.child.stdout
        if out is None or self.gone or not select.select([out], [], [], 0)[0]:
            return False
        return os.read(out.fileno(), len(READY)) == READY

    @property
    def gone(self) -> bool:
        """Whether it has ended by itself."""
        return self.child.poll() is not None

    def last_words(self) -> str:
        """What it printed last, for the log."""
        size = self._said.seek(0, os.SEEK_END)
        self._said.seek(max(0, size - TAIL_BYTES))
        return self._said.read().decode(errors="replace").strip()

    def let_go(self) -> subprocess.Popen[bytes]:
        """The child, for a runner that makes it a job; its standard input is open still."""
        self._said.close()
        if self.child.stdout is not None:
            self.child.stdout.close()
        return self.child

    def kill(self) -> subprocess.Popen[bytes]:
        """End it without waiting for that; whoever gets the child asks for its end later."""
        child = self.let_go()
        child.kill()
        if child.stdin is not None:
            child.stdin.close()
        return child
