"""Runs as processes of this machine that outlive the bot."""

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import psutil

from bot.job import Handle
from bot.runners.base import Gone, StartError
from training.protocol.folder import JobFolder

# Training may take every core; the chat must still answer at once.
NICENESS = 10
JOB_COMMAND = (sys.executable, "-m", "training")
PROJECT = Path(__file__).resolve().parents[2]


class LocalProcess:
    """Starts ``python -m training <job folder>`` in a session of its own.

    Args:
        command: the program that works on a job folder.
        environment: the bot's environment; what names a secret is not handed on.
    """

    def __init__(
        self, command: Sequence[str] = JOB_COMMAND, environment: Mapping[str, str] = os.environ
    ) -> None:
        self._command = tuple(command)
        self._environment = without_secrets(environment)
        self._children: dict[Handle, subprocess.Popen[bytes]] = {}

    def start(self, folder: JobFolder, run: int, record: Callable[[Handle], None]) -> None:
        """See ``Runner.start``. The child waits for the word to go on its standard input."""
        child = self._spawn(folder, run)
        if child.stdin is None:
            raise StartError("the child has no standard input")
        try:
            psutil.Process(child.pid).nice(NICENESS)
            handle = _handle(child.pid)
            record(handle)
            child.stdin.write(b"go\n")
            child.stdin.close()
        except psutil.NoSuchProcess as error:
            raise StartError("the process ended at once") from error
        except BrokenPipeError:
            pass  # It ended at once: the next look finds it gone, and why.
        except BaseException:
            child.kill()
            child.stdin.close()
            child.wait()
            raise
        self._children[handle] = child

    def look(self, handle: Handle) -> Gone | None:
        """See ``Runner.look``."""
        for any_child in self._children.values():
            any_child.poll()  # no zombies, also of runs that nobody asks about any more
        child = self._children.get(handle)
        if child is not None:
            return None if child.returncode is None else Gone(child.returncode)
        if handle.boot_id != _boot_id():
            return Gone(None, with_machine=True)
        return None if _find(handle) is not None else Gone(None)

    def find(self, folder: JobFolder, pid: int) -> Handle | None:
        """See ``Runner.find``. The process must name the folder on its command line."""
        try:
            if str(folder.path) in psutil.Process(pid).cmdline():
                return _handle(pid)
        except psutil.Error:
            return None
        return None

    def stop(self, handle: Handle, *, force: bool) -> None:
        """See ``Runner.stop``. What the process started goes with it when forced."""
        process = _find(handle)
        if process is None:
            return
        with contextlib.suppress(ProcessLookupError, psutil.NoSuchProcess):
            if force:
                os.killpg(handle.pid, signal.SIGKILL)
            else:
                process.terminate()

    def _spawn(self, folder: JobFolder, run: int) -> subprocess.Popen[bytes]:
        command = [*self._command, str(folder.path), "--run", str(run), "--wait-for-go"]
        try:
            with folder.log.open("ab") as log:
                return subprocess.Popen(
                    command,
                    stdin=subprocess.PIPE,
                    stdout=log,
                    stderr=log,
                    cwd=folder.path,
                    env=self._environment,
                    start_new_session=True,
                )
        except OSError as error:
            raise StartError(str(error)) from error


def without_secrets(environment: Mapping[str, str]) -> dict[str, str]:
    """The environment of a child process.

    Covered: every ``TELEGRAM_…`` variable, the token with them, and the lifeline's
    address. Not covered: secrets of the user's own, which scripts of the user's may need.
    """
    kept = {
        name: value
        for name, value in environment.items()
        if not any(secret in name.upper() for secret in ("TELEGRAM", "LIFELINE"))
    }
    paths = [str(PROJECT), *filter(None, kept.get("PYTHONPATH", "").split(os.pathsep))]
    return kept | {"PYTHONPATH": os.pathsep.join(paths), "PYTHONUNBUFFERED": "1"}


def _boot_id() -> str:
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        return str(int(psutil.boot_time()))


def _handle(pid: int) -> Handle:
    return Handle(pid=pid, started_at=psutil.Process(pid).create_time(), boot_id=_boot_id())


def _find(handle: Handle) -> psutil.Process | None:
    """The very process of a handle, never another that was given its number."""
    if handle.boot_id != _boot_id():
        return None
    try:
        process = psutil.Process(handle.pid)
        same = abs(process.create_time() - handle.started_at) < 1.0
        alive = process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return None
    return process if same and alive else None
