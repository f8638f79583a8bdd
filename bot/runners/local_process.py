"""Runs as processes of this machine that outlive the bot."""

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path

import psutil

from bot.job import Handle
from bot.runners.base import Gone, StartError
from bot.runners.warm_process import WarmProcess
from bot.runners.warm_start import WarmStart
from training.protocol.folder import JobFolder
from training.protocol.spec import read_spec
from training.protocol.warm_start import Assignment

# Training may take every core; the chat must still answer at once.
NICENESS = 10
SAME_START_S = 0.5
JOB_COMMAND = (sys.executable, "-m", "training")
PROJECT = Path(__file__).resolve().parents[2]


class LocalProcess:
    """Starts ``python -m training <job folder>`` in a session of its own.

    Args:
        command: the program that works on a job folder.
        environment: the bot's environment; what names a secret is not handed on.
        warm: keeps a process ready for the next job; none: each is started fresh.
    """

    def __init__(
        self,
        command: Sequence[str] = JOB_COMMAND,
        environment: Mapping[str, str] = os.environ,
        warm: WarmStart | None = None,
    ) -> None:
        self._command = tuple(command)
        self._warm = warm
        self._environment = without_secrets(environment)
        _boot_id()
        self._children: dict[Handle, subprocess.Popen[bytes]] = {}

    def start(self, folder: JobFolder, run: int, record: Callable[[Handle], None]) -> None:
        """See ``Runner.start``. The child waits for the word to go on its standard input."""
        child, word = self._child_for(folder, run)
        if child.stdin is None:
            raise StartError("the child has no standard input")
        try:
            psutil.Process(child.pid).nice(NICENESS)
            handle = _handle(child.pid)
            record(handle)
            child.stdin.write(word)
            child.stdin.close()
        except BrokenPipeError:
            pass  # It ended at once: the next look finds it gone, and why.
        except BaseException as error:
            child.kill()
            child.stdin.close()
            child.wait()
            if isinstance(error, psutil.NoSuchProcess):
                raise StartError("the process ended at once") from error
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
        """See ``Runner.find``.

        The process must name the folder on its command line, or hold its lock: one that was
        warm got the folder later.
        """
        lock = os.path.realpath(folder.lock)
        try:
            process = psutil.Process(pid)
            named = str(folder.path) in process.cmdline()
            if named or any(file.path == lock for file in process.open_files()):
                return _handle(pid)
        except psutil.Error:
            return None
        return None

    def stop(self, handle: Handle, *, force: bool) -> None:
        """See ``Runner.stop``. What the process started goes with it when forced."""
        if force:
            for _ in range(2):  # again: one may have started another meanwhile
                for pid in _session(handle):
                    with contextlib.suppress(ProcessLookupError):
                        os.kill(pid, signal.SIGKILL)
        elif (process := _find(handle)) is not None:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.terminate()

    @property
    def ready(self) -> bool:
        """See ``Runner.ready``."""
        return self._warm is not None and self._warm.ready

    def tend(self, *, busy: bool) -> None:
        """See ``Runner.tend``."""
        if self._warm is not None:
            self._warm.tend(self._begin_warm, busy=busy)

    def close(self) -> None:
        """See ``Runner.close``."""
        if self._warm is not None:
            self._warm.close()

    def _begin_warm(self, command: Sequence[str]) -> WarmProcess:
        return WarmProcess(command, self._environment, PROJECT, NICENESS)

    def _child_for(self, folder: JobFolder, run: int) -> tuple[subprocess.Popen[bytes], bytes]:
        """A process for a run, and the word on which it begins."""
        child = None if self._warm is None else self._taken(self._warm, folder)
        if child is None:
            return self._spawn(folder, run), b"go\n"
        return child, Assignment(folder=str(folder.path), run=run).line()

    @staticmethod
    def _taken(warm: WarmStart, folder: JobFolder) -> subprocess.Popen[bytes] | None:
        try:
            spec = read_spec(folder)
            folder.log.open("ab").close()  # where the log cannot be written, nothing is started
        except (OSError, ValueError):
            return None  # a fresh process says what is wrong with it
        return warm.take(spec)

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


@cache
def _boot_id() -> str:  # asked once: later it may not be readable for want of files
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        return str(int(psutil.boot_time()))


def _handle(pid: int) -> Handle:
    return Handle(pid=pid, started_at=_started_at(psutil.Process(pid)), boot_id=_boot_id())


def _started_at(process: psutil.Process) -> float:
    """When a process started: seconds since the boot, which no change of the clock moves.

    Where there is no ``/proc``, seconds since 1970. Source: proc(5), field 22 of stat.
    """
    try:
        fields = Path(f"/proc/{process.pid}/stat").read_bytes().rpartition(b")")[2].split()
    except FileNotFoundError:
        return process.create_time()  # raises where the process is gone
    return int(fields[19]) / os.sysconf("SC_CLK_TCK")


def _find(handle: Handle) -> psutil.Process | None:
    """The very process of a handle, never another that was given its number."""
    if handle.boot_id != _boot_id():
        return None
    try:
        process = psutil.Process(handle.pid)
        same = abs(_started_at(process) - handle.started_at) < SAME_START_S
        alive = process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return None
    return process if same and alive else None


def _session(handle: Handle) -> list[int]:
    """The processes of a run, also those that outlived the one that started them.

    A session's number is not given again while a process is in it. Not covered: a
    process that left the session.
    """
    taken = psutil.pid_exists(handle.pid) and _find(handle) is None and not _is_zombie(handle.pid)
    if handle.boot_id != _boot_id() or taken:
        return []  # the number is somebody else's by now
    found = []
    for pid in psutil.pids():
        with contextlib.suppress(ProcessLookupError, PermissionError):
            if os.getsid(pid) == handle.pid:
                found.append(pid)
    return found


def _is_zombie(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
