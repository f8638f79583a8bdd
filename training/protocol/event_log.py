"""Writing and reading ``event_log.jsonl``: lines are appended, never rewritten.

Each line carries a CRC-32 of the rest of it, so that a line torn by a crash or
flipped on a disk is noticed and never taken for an event.
"""

import os
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType

from training.protocol.events import (
    ArtifactSaved,
    CheckpointSaved,
    EpochEnded,
    Event,
    Resumed,
    RunFailed,
    RunStarted,
    RunStopped,
    RunSucceeded,
    parse_event,
)
from training.protocol.sealed import seal, unseal

# What must survive a power loss, too. Progress and heartbeats may be lost.
DURABLE = (
    RunStarted,
    Resumed,
    EpochEnded,
    CheckpointSaved,
    ArtifactSaved,
    RunSucceeded,
    RunFailed,
    RunStopped,
)

CHUNK_BYTES = 256 * 1024


def _utc_now() -> datetime:
    return datetime.now(UTC)


def encode_line(event: Event) -> bytes:
    """An event as a line of the log, checksum and newline included."""
    return seal(event.model_dump_json(exclude_none=True).encode()) + b"\n"


def decode_line(line: bytes) -> Event | None:
    """The event in a line without its newline; None where the line is damaged or unknown."""
    try:
        return parse_event(unseal(line))
    except ValueError:  # NotSealed and pydantic's ValidationError both are
        return None


@dataclass(frozen=True, slots=True)
class LogChunk:
    """Some lines of a log.

    Attributes:
        events: the events in them, in order.
        offset: where the next line begins, in bytes.
        damaged: how many lines could not be read and were passed over.
    """

    events: tuple[Event, ...]
    offset: int
    damaged: int


def read_events(log: Path, offset: int = 0, limit_bytes: int = CHUNK_BYTES) -> LogChunk:
    """Read the complete lines that follow an offset; a torn last line waits for its end.

    Args:
        limit_bytes: about how much to read; a single longer line is read whole.
    """
    try:
        file = log.open("rb")
    except FileNotFoundError:
        return LogChunk((), offset, 0)
    with file:
        file.seek(offset)
        content = file.read(limit_bytes)
        if len(content) == limit_bytes and b"\n" not in content:
            content += file.readline()
    complete = content[: content.rfind(b"\n") + 1]
    decoded = [decode_line(line) for line in complete.split(b"\n")[:-1] if line]
    events = tuple(event for event in decoded if event is not None)
    return LogChunk(events, offset + len(complete), len(decoded) - len(events))


class EventLogWriter:
    """Appends the events of one run; safe to use from several threads.

    While the disk is full, durable events are kept in memory and written, in their
    order and with the time at which they happened, as soon as there is room; others
    are dropped. A line that was written in part is closed off by the next one and
    passed over by readers.
    """

    def __init__(self, log: Path, run: int, now: Callable[[], datetime] = _utc_now) -> None:
        self._run = run
        self._now = now
        self._lock = threading.Lock()
        self._owed: list[Event] = []
        self._seq, self._torn = _last_seq_and_tear(log)
        self._descriptor = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)

    def __enter__(self) -> "EventLogWriter":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def append(self, event: Event) -> None:
        """Write an event with the next sequence number, the time and the run."""
        with self._lock:
            self._owed.append(event.model_copy(update={"at": self._now(), "run": self._run}))
            self._settle()

    def settled(self) -> bool:
        """Try once more to write what is kept; whether nothing is left."""
        with self._lock:
            self._settle()
            return not self._owed

    def close(self) -> None:
        """Close the file."""
        os.close(self._descriptor)

    def _settle(self) -> None:
        try:
            while self._owed:
                self._append(self._owed[0])
                del self._owed[0]
        except OSError:
            self._owed = [event for event in self._owed if isinstance(event, DURABLE)]

    def _append(self, event: Event) -> None:
        line = encode_line(event.model_copy(update={"seq": self._seq + 1}))
        self._write(b"\n" + line if self._torn else line)
        self._seq += 1
        if isinstance(event, DURABLE):
            os.fsync(self._descriptor)

    def _write(self, content: bytes) -> None:
        self._torn = True
        while content:
            content = content[os.write(self._descriptor, content) :]
        self._torn = False


def last_run(log: Path) -> int:
    """The number of the latest run that a log tells of; 0 where there was none."""
    return max((event.run for event in _all_events(log)), default=0)


def log_end(log: Path) -> tuple[int, int]:
    """Where the last complete line ends, in bytes, and the highest sequence number so far."""
    last_seq, offset = 0, 0
    while (chunk := read_events(log, offset)).offset > offset:
        last_seq = max([last_seq, *(event.seq for event in chunk.events)])
        offset = chunk.offset
    return offset, last_seq


def _all_events(log: Path) -> list[Event]:
    events: list[Event] = []
    offset = 0
    while (chunk := read_events(log, offset)).offset > offset:
        events += chunk.events
        offset = chunk.offset
    return events


def _last_seq_and_tear(log: Path) -> tuple[int, bool]:
    _, seq = log_end(log)
    try:
        with log.open("rb") as file:
            if file.seek(0, os.SEEK_END) == 0:
                return seq, False
            file.seek(-1, os.SEEK_END)
            return seq, file.read(1) != b"\n"
    except FileNotFoundError:
        return seq, False
