"""Death at one chosen call to the system: by strace, or from inside where that cannot be had.

strace counts each kind of call of a process's main thread, and lets SIGKILL come when the
chosen one is about to be made: it is not made any more. From inside only calls that
Python makes can be caught, so a commit of the store counts instead of its writes.
"""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

CALLS = (
    "write", "pwrite64", "writev", "pwritev", "fsync", "fdatasync", "syncfs", "ftruncate",
    "rename", "renameat", "renameat2", "unlink", "unlinkat", "rmdir", "mkdir", "mkdirat",
    "sendto", "sendmsg",
)  # fmt: skip
OUT_OF_REACH = 65_535  # the most that strace counts to
KILLED = "+++ killed by SIGKILL +++"
ATTACH_WAIT_S = 20.0
_CALL = re.compile(r"^(\w+)\(", re.MULTILINE)

# A tracer that nobody refers to any more would be complained of.
_tracers: list[subprocess.Popen[bytes]] = []


@dataclass(frozen=True)
class Death:
    """When a process shall die; called in that process, before its work.

    Attributes:
        call: which kind of call.
        number: the how manieth of the kind, from 1.
        record: the calls that were made, and whether one of them was the last.
        traced: by strace, or else from inside.
    """

    call: str
    number: int
    record: Path
    traced: bool

    def __call__(self) -> None:
        """Let it come to that."""
        if self.traced:
            _have_traced(self)
        else:
            _watch_from_inside(self)

    @property
    def came(self) -> bool:
        """Whether the process has died of it."""
        return KILLED in self._recorded()

    @property
    def last_call(self) -> str:
        """What it was about to do."""
        lines = [line for line in self._recorded().splitlines() if _CALL.match(line)]
        return lines[-1] if lines else ""

    def counts(self) -> Counter[str]:
        """How many calls of each kind were made."""
        return Counter(_CALL.findall(self._recorded()))

    def _recorded(self) -> str:
        return self.record.read_text(errors="replace") if self.record.exists() else ""


def counting(record: Path, *, traced: bool) -> Death:
    """No death at all, only the record."""
    return Death("write", OUT_OF_REACH, record, traced)


def why_not_traced() -> str | None:
    """What strace lacks here; none where it works."""
    if shutil.which("strace") is None:
        return "strace is not installed"
    sleeper = subprocess.Popen(["sleep", "60"])
    try:
        command = ["strace", "-q", "-o", os.devnull, "-p", str(sleeper.pid)]
        tracer = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            while tracer.poll() is None and not _is_traced(sleeper.pid):
                time.sleep(0.01)
            return None if tracer.returncode is None else "strace may not attach (not root?)"
        finally:
            tracer.terminate()
            tracer.wait()
    finally:
        sleeper.kill()
        sleeper.wait()


def _have_traced(death: Death) -> None:
    command = ["strace", "-q", "-y", "-s", "64", "-o", str(death.record)]
    command += ["-e", f"trace={','.join(CALLS)}", "-e", "signal=SIGKILL"]
    command += ["-e", f"inject={death.call}:signal=SIGKILL:when={death.number}"]
    tracer = subprocess.Popen(
        [*command, "-p", str(os.getpid())],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    _tracers.append(tracer)
    deadline = time.monotonic() + ATTACH_WAIT_S
    while not _is_traced(os.getpid()):
        if tracer.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError("strace does not attach")
        time.sleep(0.001)


def _is_traced(pid: int) -> bool:
    status = Path(f"/proc/{pid}/status").read_text()
    return "TracerPid:\t0\n" not in status


def _watch_from_inside(death: Death) -> None:
    seen: Counter[str] = Counter()
    record = death.record.open("w", buffering=1)

    def about_to(name: str) -> None:
        seen[name] += 1
        record.write(f"{name}()\n")
        if name == death.call and seen[name] == death.number:
            record.write(f"{KILLED}\n")
            os.kill(os.getpid(), signal.SIGKILL)

    for name in ("write", "fsync", "replace", "rename", "unlink", "mkdir", "rmdir"):
        setattr(os, name, _announced(name, getattr(os, name), about_to))
    # Only what the process uses anyway: a job process has neither of the two.
    if (sqlalchemy := sys.modules.get("sqlalchemy")) is not None:
        sqlalchemy.event.listen(sqlalchemy.Engine, "commit", lambda connection: about_to("commit"))
    if (httpx := sys.modules.get("httpx")) is not None:
        httpx.AsyncClient.send = _announced("send", httpx.AsyncClient.send, about_to)


def _announced(
    name: str, call: Callable[..., Any], about_to: Callable[[str], None]
) -> Callable[..., Any]:
    def announced(*arguments: Any, **options: Any) -> Any:
        about_to(name)
        return call(*arguments, **options)

    return announced
