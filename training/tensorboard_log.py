"""The figures of a job as TensorBoard reads them, in a file of its artifacts.

Written from the job's events alone: a training computes the same with it and without. The
format is TensorFlow's: records with checksums, each a message of event.proto. It is a page
of code, so that the job of a program, which has no TensorFlow, needs none for it.

Source: tensorflow/core/lib/io/record_writer.h, tensorflow/core/util/event.proto.
Covered: loss, metrics and learning rate of each epoch. Not covered: weights, graphs, pictures.
"""

import contextlib
import hashlib
import struct
import time
from collections.abc import Iterator
from typing import IO, Final

from training.protocol.event_log import read_events
from training.protocol.events import ArtifactSaved, EpochEnded, Event
from training.run import Run

NAME: Final = "events.out.tfevents.coltrain"
MOST_METRICS, NAME_LIMIT = 40, 60
WHOLE_LOG_BYTES: Final = 1 << 30
POLYNOMIAL: Final = 0x82F63B78
RATE: Final = "learning_rate"


@contextlib.contextmanager
def tensorboard_log(run: Run, *, wanted: bool) -> Iterator[None]:
    """While this lasts, each epoch that the run reports is written down, if that is wanted.

    Epochs of earlier runs stand before them. A disk that is full costs the file, not the job.
    """
    if not wanted:
        yield
        return
    writer = _Writer(run)
    run.listeners.append(writer.heard)
    try:
        yield
    finally:
        run.listeners.remove(writer.heard)
        writer.close()


class _Writer:
    """Appends to the file as epochs are reported."""

    def __init__(self, run: Run) -> None:
        told = read_events(run.folder.event_log, limit_bytes=WHOLE_LOG_BYTES).events
        # A run that was killed may have told an epoch that the next one told again.
        before = {event.epoch: event for event in told if isinstance(event, EpochEnded)}
        self._run = run
        self._path = run.folder.artifacts / NAME
        self._file: IO[bytes] | None = None
        try:
            self._file = self._path.open("wb")
        except OSError as error:
            self._give_up(error)
        self._write(_number(1, time.time()) + _bytes(3, b"brain.Event:2"))
        for event in before.values():
            self.heard(event)

    def heard(self, event: Event) -> None:
        """Write down an epoch."""
        if isinstance(event, EpochEnded):
            metrics = dict(list(event.metrics.items())[:MOST_METRICS])
            rate = {} if event.learning_rate is None else {RATE: event.learning_rate}
            values = b"".join(_bytes(1, _value(*one)) for one in (metrics | rate).items())
            at = event.at.timestamp() or time.time()
            self._write(_number(1, at) + _varint(2 << 3) + _varint(event.epoch) + _bytes(5, values))

    def close(self) -> None:
        """Say that it is complete."""
        if self._file is None:
            return
        self._file.close()
        with self._path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        size = self._path.stat().st_size
        self._run.report(ArtifactSaved(name=NAME, size_bytes=size, sha256=digest))

    def _write(self, message: bytes) -> None:
        if self._file is None:
            return
        try:
            self._file.write(_record(message))
            self._file.flush()
        except OSError as error:
            self._give_up(error)

    def _give_up(self, error: OSError) -> None:
        with contextlib.suppress(OSError):
            print(f"No more is written for TensorBoard: {error}", flush=True)
        if self._file is not None:
            with contextlib.suppress(OSError):
                self._file.close()
        self._file = None


def _record(message: bytes) -> bytes:
    length = struct.pack("<Q", len(message))
    return length + _checksum(length) + message + _checksum(message)


def _checksum(content: bytes) -> bytes:
    """CRC-32C, turned and shifted as the format wants it."""
    crc = 0xFFFFFFFF
    for byte in content:
        crc = _TABLE[(crc ^ byte) & 0xFF] ^ (crc >> 8)
    crc ^= 0xFFFFFFFF
    return struct.pack("<I", (((crc >> 15) | (crc << 17)) + 0xA282EAD8) & 0xFFFFFFFF)


def _table_entry(value: int) -> int:
    for _ in range(8):
        value = (value >> 1) ^ (POLYNOMIAL if value & 1 else 0)
    return value


_TABLE: Final = tuple(map(_table_entry, range(256)))


def _value(name: str, figure: float) -> bytes:
    """A figure with its name: the tag, and ``simple_value``, a float."""
    try:
        single = struct.pack("<f", figure)
    except OverflowError:
        single = struct.pack("<f", float("inf") if figure > 0 else float("-inf"))
    return _bytes(1, name[:NAME_LIMIT].encode()) + _varint(2 << 3 | 5) + single


def _number(field: int, value: float) -> bytes:
    return _varint(field << 3 | 1) + struct.pack("<d", value)


def _bytes(field: int, content: bytes) -> bytes:
    return _varint(field << 3 | 2) + _varint(len(content)) + content


def _varint(value: int) -> bytes:
    parts = bytearray()
    while value > 0x7F:  # noqa: PLR2004 - seven bits a byte
        parts.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*parts, value])
