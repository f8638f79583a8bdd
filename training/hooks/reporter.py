"""How a script's process tells what happens, and learns what is wished of it.

Reports are lines of JSON through a named pipe, wishes a small file. Both are opened anew
each time: a script may close every file that it has not opened itself, and a number
that was ours would then be another file.
"""

import contextlib
import json
import os
import select
import threading
import traceback
from pathlib import Path

REPORTS, WISHES = "COLTRAIN_REPORTS", "COLTRAIN_WISHES"
OURS = "COLTRAIN_PACKAGES"  # the folder with our own packages, which is none of the user's
PATIENCE_S = 10.0


class Reporter:
    """Sends reports where somebody listens; never raises, whatever is wrong.

    Args:
        reports: the pipe.
        wishes: the file with what the user wants.
    """

    def __init__(self, reports: Path, wishes: Path) -> None:
        self._reports = reports
        self._wishes = wishes

    @classmethod
    def of_environment(cls) -> "Reporter | None":
        """The reporter that a job has prepared for this process; none where it has not."""
        reports, wishes = os.environ.get(REPORTS), os.environ.get(WISHES)
        return cls(Path(reports), Path(wishes)) if reports and wishes else None

    def send(self, kind: str, *, durable: bool = True, **fields: object) -> None:
        """Report something.

        Args:
            durable: wait for a listener that is slow, instead of saying nothing.
        """
        whose = {"pid": os.getpid(), "thread": threading.get_ident()}
        line = json.dumps({"kind": kind, **whose, **fields}).encode() + b"\n"
        with contextlib.suppress(OSError):
            pipe = os.open(self._reports, os.O_WRONLY | os.O_NONBLOCK)
            try:
                _write(pipe, line, PATIENCE_S if durable else 0.0)
            finally:
                os.close(pipe)

    def trouble(self) -> None:
        """Report an error of our own, which is being handled: it must not break the script."""
        self.send("trouble", text=traceback.format_exc()[-2_000:])

    def wishes(self) -> dict[str, object]:
        """What the user wants by now."""
        try:
            found = json.loads(self._wishes.read_bytes())
        except (OSError, ValueError):
            return {}
        return found if isinstance(found, dict) else {}


def _write(pipe: int, line: bytes, patience_s: float) -> None:
    while line:
        try:
            line = line[os.write(pipe, line) :]
        except BlockingIOError:
            if not select.select([], [pipe], [], patience_s)[1]:
                return
