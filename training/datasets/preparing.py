"""Pictures read once, each from beginning to end, and laid down as rows of one file.

So a damaged one is found before the first epoch, later epochs need no decoding, and
only the batches that are wanted next are ever in memory. Where the disk has no room
for that file, pictures are decoded anew for each batch.
"""

import hashlib
import os
import shutil
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from training.datasets.picture import Form, Unreadable, decode
from training.datasets.reading import Reading
from training.datasets.rows import Indices, Source
from training.protocol.events import Progressed

AT_ONCE: Final = 64
LEFT_FREE_BYTES: Final = 2 << 30
REPORT_INTERVAL_S: Final = 1.0


@dataclass(frozen=True, slots=True)
class Prepared:
    """Pictures that can be taken from.

    Attributes:
        source: a row a file, in the order of the files.
        bad: what is wrong with those files that cannot be used, by position.
        digests: SHA-256 of each file's content; empty for the bad ones.
    """

    source: Source
    bad: dict[int, str]
    digests: tuple[bytes, ...]


class RowFile:
    """Rows of a file without a head; read as they are asked for, never mapped.

    What is mapped counts as this process's memory, and grows with the data.
    """

    dtype = np.dtype(np.uint8)

    def __init__(self, file: Path, count: int, form: Form) -> None:
        self.shape = (count, *form.shape)
        self._row_bytes = int(np.prod(form.shape))
        self._file = os.open(file, os.O_RDONLY)

    def __getitem__(self, chosen: Indices) -> NDArray[Any]:
        size = self._row_bytes
        rows = b"".join(os.pread(self._file, size, int(row) * size) for row in chosen)
        return np.frombuffer(rows, np.uint8).reshape(len(chosen), *self.shape[1:])

    def __del__(self) -> None:
        os.close(self._file)


class PictureFiles:
    """Pictures that are decoded whenever they are asked for."""

    dtype = np.dtype(np.uint8)

    def __init__(self, files: Sequence[Path], form: Form) -> None:
        self.shape = (len(files), *form.shape)
        self._files, self._form = files, form
        self._pool = ThreadPoolExecutor(os.cpu_count())

    def __getitem__(self, chosen: Indices) -> NDArray[Any]:
        def pixels(index: int) -> NDArray[np.uint8]:
            return decode(self._files[index].read_bytes(), self._form)

        found = list(self._pool.map(pixels, chosen.tolist()))
        return np.stack(found) if found else np.empty((0, *self.shape[1:]), np.uint8)


def prepare(files: Sequence[Path], form: Form, run: Reading) -> Prepared:
    """Read all pictures.

    Raises:
        Stopped: the user wanted it to stop.
        OSError: the disk is full.
    """
    run.folder.prepared.mkdir(parents=True, exist_ok=True)
    needed = len(files) * int(np.prod(form.shape))
    fits = shutil.disk_usage(run.folder.prepared).free >= needed + LEFT_FREE_BYTES
    target = run.folder.prepared / "pictures"
    bad: dict[int, str] = {}
    digests: list[bytes] = []
    nothing = bytes(int(np.prod(form.shape)))
    with target.open("wb") as out:
        for pixels, digest, why in _read_all(files, form, run):
            if why:
                bad[len(digests)] = why
            digests.append(digest)
            if fits:
                out.write(nothing if pixels is None else pixels.tobytes())
    source = RowFile(target, len(files), form) if fits else PictureFiles(files, form)
    return Prepared(source, bad, tuple(digests))


_Read = tuple[NDArray[np.uint8] | None, bytes, str]


def _read_all(files: Sequence[Path], form: Form, run: Reading) -> Iterator[_Read]:
    """In order; some at once, as decoding leaves Python alone."""

    def read(file: Path) -> _Read:
        try:
            content = file.read_bytes()
            return decode(content, form), hashlib.sha256(content).digest(), ""
        except Unreadable as error:
            return None, b"", str(error)
        except OSError as error:
            return None, b"", error.strerror or type(error).__name__

    reported_at = -REPORT_INTERVAL_S
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for begin in range(0, len(files), AT_ONCE):
            run.check_stop()
            if time.monotonic() - reported_at >= REPORT_INTERVAL_S:
                reported_at = time.monotonic()
                run.report(Progressed(unit="pictures", done=begin, total=len(files)))
            yield from pool.map(read, files[begin : begin + AT_ONCE])
