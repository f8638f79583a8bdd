"""The arrays of an ``.npz``, each read only as far as it is wanted, and never as pickles."""

import errno
import math
import shutil
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final

import numpy as np
from numpy.typing import NDArray

from training.protocol.failure import FailureCode, TaskError

# Larger arrays are unpacked to the disk and read from there.
IN_MEMORY_BYTES: Final = 1 << 28
LEFT_FREE_BYTES: Final = 1 << 30
CHUNK_BYTES: Final = 1 << 22
BROKEN = (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, zlib.error)
FULL = (errno.ENOSPC, errno.EDQUOT)


@dataclass(frozen=True, slots=True)
class Header:
    """An array's form, known without its content."""

    name: str
    shape: tuple[int, ...]
    dtype: np.dtype[Any]

    @property
    def size_bytes(self) -> int:
        """Of its content."""
        return math.prod(self.shape) * self.dtype.itemsize


class ArrayFile:
    """An ``.npz`` that is open.

    Args:
        aside: folder for arrays that are too large for the memory.
        passed: called with each piece that was unpacked.
    """

    def __init__(self, file: Path, aside: Path, passed: Callable[[], None]) -> None:
        self._file, self._aside, self._passed = file, aside, passed
        with self._broken_named(), zipfile.ZipFile(file) as archive:
            names = [n for n in archive.namelist() if n.endswith(".npy")]
            self.headers = {n.removesuffix(".npy"): self._header(archive, n) for n in names}

    def read(self, name: str) -> NDArray[Any]:
        """An array; a large one stays on the disk, as a memory map.

        Raises:
            TaskError: ARRAY_OF_OBJECTS, DATA_UNREADABLE, DATA_TOO_LARGE.
        """
        header = self.headers[name]
        if header.dtype.hasobject:
            raise TaskError(FailureCode.ARRAY_OF_OBJECTS, file=str(self._file), name=name)
        with (
            self._broken_named(),
            zipfile.ZipFile(self._file) as archive,
            archive.open(f"{name}.npy") as member,
        ):
            if header.size_bytes > IN_MEMORY_BYTES:
                return self._on_disk(header, member)
            array: NDArray[Any] = np.lib.format.read_array(member, allow_pickle=False)
            return array

    def _on_disk(self, header: Header, member: IO[bytes]) -> NDArray[Any]:
        self._aside.mkdir(parents=True, exist_ok=True)
        free, size = shutil.disk_usage(self._aside).free, header.size_bytes
        if free < size + LEFT_FREE_BYTES:
            raise TaskError(
                FailureCode.DATA_TOO_LARGE, file=str(self._file), needed_bytes=size, free_bytes=free
            )
        copy = self._aside / f"{header.name}.npy"
        with copy.open("wb") as target:
            while piece := member.read(CHUNK_BYTES):
                target.write(piece)
                self._passed()
        mapped: NDArray[Any] = np.load(copy, mmap_mode="r", allow_pickle=False)
        return mapped

    def _header(self, archive: zipfile.ZipFile, name: str) -> Header:
        with archive.open(name) as member:
            version = np.lib.format.read_magic(member)
            read = {
                (1, 0): np.lib.format.read_array_header_1_0,
                (2, 0): np.lib.format.read_array_header_2_0,
            }.get(version)
            if read is None:
                raise TaskError(
                    FailureCode.DATA_UNREADABLE, file=str(self._file),
                    error=f"{name} was saved by a newer numpy",
                )  # fmt: skip
            shape, _, dtype = read(member)
        return Header(name.removesuffix(".npy"), shape, dtype)

    @contextmanager
    def _broken_named(self) -> Iterator[None]:
        try:
            yield
        except FileNotFoundError as error:
            raise TaskError(FailureCode.DATA_MISSING, file=str(self._file)) from error
        except BROKEN as error:
            if isinstance(error, OSError) and error.errno in FULL:
                raise
            reason = error.strerror if isinstance(error, OSError) else None
            reason = reason or "damaged, or not saved by numpy"
            raise TaskError(
                FailureCode.DATA_UNREADABLE, file=str(self._file), error=reason
            ) from error
