"""What a program prints, on its way to the log: progress bars folded, and bounded."""

import os
import re
import time
from collections.abc import Callable
from pathlib import Path

HEAD_BYTES, TAIL_BYTES = 1_000_000, 4_000_000
MOST_LINE_BYTES = 64 * 1024
REDRAW_S = 2.0

# What moves a cursor: a log has none.
_MOVES = re.compile(rb"\x08+|\x1b\[[0-9;?]*[A-Za-ln-z]")


class BoundedLog:
    """A log of which the first part and the last part are kept.

    Args:
        file: appended to; also by others.
        head_bytes: how much of the beginning stays.
        tail_bytes: how much of the end stays at least; twice as much lies there at most.
    """

    def __init__(
        self, file: Path, head_bytes: int = HEAD_BYTES, tail_bytes: int = TAIL_BYTES
    ) -> None:
        self._file = file
        self._head_bytes = head_bytes
        self._tail_bytes = tail_bytes
        self._descriptor = os.open(file, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o644)
        self._size = os.fstat(self._descriptor).st_size
        self._left_out = 0
        self._kept_bytes: int | None = None  # the head, when the first was left out

    def write(self, content: bytes) -> None:
        """Append; where that is too much, what lies in the middle goes. A full disk costs it."""
        try:
            while content:
                written = os.write(self._descriptor, content)
                content, self._size = content[written:], self._size + written
            if self._size > self._head_bytes + 2 * self._tail_bytes:
                self._shorten()
        except OSError:
            return

    def close(self) -> None:
        """Close the file."""
        os.close(self._descriptor)

    def _shorten(self) -> None:
        size = os.fstat(self._descriptor).st_size
        if self._kept_bytes is None:
            head = os.pread(self._descriptor, self._head_bytes, 0)
            self._kept_bytes = head.rfind(b"\n") + 1 or len(head)
        tail = os.pread(self._descriptor, self._tail_bytes, size - self._tail_bytes)
        tail = tail[tail.find(b"\n") + 1 :]
        self._left_out += size - self._kept_bytes - len(tail)
        note = b"... about %d bytes were left out here ...\n" % self._left_out
        # In place: whoever started this job appends to the same file.
        os.ftruncate(self._descriptor, self._kept_bytes)
        os.write(self._descriptor, note + tail)
        self._size = os.fstat(self._descriptor).st_size


class Printed:
    """Parts what is printed into lines, and folds those that are written over.

    A progress bar writes the same line again and again: the log gets its last state, and
    every two seconds the one it is in.

    Args:
        write: takes bytes for the log.
        heard: takes each line, or state of one, as text.
    """

    def __init__(
        self,
        write: Callable[[bytes], None],
        heard: Callable[[str], None],
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._write = write
        self._heard = heard
        self._now = now
        self._begun = b""
        self._shown_at = now()

    def feed(self, block: bytes) -> None:
        """Take in what was printed."""
        *complete, self._begun = (self._begun + _MOVES.sub(b"", block)).split(b"\n")
        lines = [_last_state(line) for line in complete]
        if lines:
            self._write(b"".join(line + b"\n" for line in lines))
        states = [*lines, *self._begun.split(b"\r")[:-1][-1:]]
        for line in states[-200:]:
            self._heard(line.decode(errors="replace"))
        self._begun = _last_state(self._begun, keep_open=True)
        if len(self._begun) > MOST_LINE_BYTES:
            self._write(self._begun + b"\n")
            self._begun = b""
        elif b"\r" in self._begun and self._now() - self._shown_at >= REDRAW_S:
            self._shown_at = self._now()
            self._write(self._begun)  # ends with a return: readers see the last state alone

    def close(self) -> None:
        """Nothing more comes: what has no end yet is a line, too."""
        if self._begun.strip():
            line = _last_state(self._begun)
            self._write(line + b"\n")
            self._heard(line.decode(errors="replace"))
        self._begun = b""


def _last_state(line: bytes, *, keep_open: bool = False) -> bytes:
    """What a terminal would show of a line after all its returns."""
    states = line.split(b"\r")
    if keep_open and len(states) > 1 and not states[-1]:
        return states[-2] + b"\r"
    return next((state for state in reversed(states) if state.strip()), b"")
