"""The process of a program: started in a group of its own, ended with all it started."""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO

import psutil

# After so many seconds the next signal follows: as Ctrl-C, as a shutdown, by force.
STEPS = ((0.0, signal.SIGINT), (10.0, signal.SIGTERM), (15.0, signal.SIGKILL))


class Program:
    """A program that runs, and everything it started.

    Covered: what left the group, or lost its parent, is known by a mark in its environment.
    Not covered: a process that took that mark out of its environment and left the group.

    Args:
        mark: a variable of the environment and its value, of this run alone.
    """

    def __init__(
        self,
        command: Sequence[str],
        folder: Path,
        environment: Mapping[str, str],
        mark: tuple[str, str],
    ) -> None:
        name, value = mark
        self._mark = (name, value)
        self._asked_at: float | None = None
        self._sent: list[signal.Signals] = []
        self._child = subprocess.Popen(
            command,
            cwd=folder,
            env={**environment, name: value},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            process_group=0,
        )
        os.set_blocking(self.output.fileno(), False)

    @property
    def output(self) -> IO[bytes]:
        """What it prints."""
        if self._child.stdout is None:
            raise RuntimeError("it was started with a pipe")
        return self._child.stdout

    def exit_code(self) -> int | None:
        """How it ended; minus a signal's number; none while it runs."""
        return self._child.poll()

    def stop(self) -> None:
        """Ask it to stop, more firmly as time goes by: call again and again."""
        now = time.monotonic()
        if self._asked_at is None:
            self._asked_at = now
        for after_s, number in STEPS:
            if number not in self._sent and now - self._asked_at >= after_s:
                self._sent.append(number)
                self._send(number)

    def memory_bytes(self) -> int:
        """What it and all it started hold in memory."""
        held = 0
        for process in [psutil.Process(), *psutil.Process().children(recursive=True)]:
            with contextlib.suppress(psutil.Error):
                held += process.memory_info().rss
        return held

    def end_all(self) -> int:
        """End by force whatever is left of it; how many that were."""
        ended = 0
        for _ in range(3):  # again: one may have started another meanwhile
            left = list(self._left())
            for process in left:
                with contextlib.suppress(psutil.Error):
                    process.kill()
            ended += len(left)
            if not left:
                break
            psutil.wait_procs(left, timeout=2.0)
        self._child.wait()
        return ended

    def _send(self, number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._child.pid, number)
        if number is signal.SIGKILL:
            self.end_all()

    def _left(self) -> Iterator[psutil.Process]:
        """Processes that carry the mark, or are in the group still."""
        name, value = self._mark
        session = os.getsid(0)
        for process in psutil.process_iter():
            with contextlib.suppress(psutil.Error, OSError):
                if process.pid == os.getpid() or process.status() == psutil.STATUS_ZOMBIE:
                    continue
                pid = process.pid
                ours = os.getpgid(pid) == self._child.pid and os.getsid(pid) == session
                if ours or process.environ().get(name) == value:
                    yield process
