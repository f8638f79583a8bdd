"""Tar archives, plain or compressed: headers by ``tarfile``, in bounded memory.

Read forwards, twice: once for the headers, so that every name is known before a
byte is written, once for the contents. The second pass goes by positions and
reads no header again.

Covered: headers of any size and number, an archive cut off at any place (one
without its end mark, too), sparse members (refused).
Not covered: tar has no checksum for contents; compressed ones have their own.
"""

import tarfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from training.archives.decoders import Decoder, decompressing
from training.archives.members import CHUNK_BYTES, Kind, Member
from training.protocol.failure import FailureCode, TaskError

# More than a name, a link and extended attributes take.
MAX_HEADER_BYTES = 512 * 1024
MAX_GLOBAL_HEADERS = 64
MARK = bytes(tarfile.BLOCKSIZE)

# What tarfile raises on headers that are no headers.
HEADER_ERRORS = (tarfile.TarError, ValueError, ArithmeticError, LookupError, RecursionError)

KINDS = {
    tarfile.REGTYPE: Kind.FILE,
    tarfile.AREGTYPE: Kind.FILE,
    tarfile.CONTTYPE: Kind.FILE,
    tarfile.DIRTYPE: Kind.FOLDER,
    tarfile.SYMTYPE: Kind.SYMLINK,
    tarfile.LNKTYPE: Kind.HARDLINK,
}


class ForwardReader:
    """The file that ``tarfile`` sees: it only goes forwards, and headers have a limit.

    Args:
        new_decoder: how the file is compressed; None where it is not.
        passed: called with each count of bytes that were decompressed.
    """

    def __init__(
        self,
        file: BinaryIO,
        new_decoder: Callable[[], Decoder] | None,
        passed: Callable[[int], None],
    ) -> None:
        self._source = decompressing(file, new_decoder) if new_decoder else file
        self._passed = passed if new_decoder else None
        self._position = 0
        self._allowance = MAX_HEADER_BYTES
        self.last = b""

    def begin_header(self) -> None:
        """Another header may take as much as the ones before."""
        self._allowance = MAX_HEADER_BYTES

    def tell(self) -> int:
        """Bytes read so far."""
        return self._position

    def seek(self, position: int) -> int:
        """Go forwards.

        Raises:
            TaskError: the position lies back, or behind the end.
        """
        if position < self._position:
            raise TaskError(FailureCode.ARCHIVE_DAMAGED)
        if self._passed is None:
            self._position = self._source.seek(position)
        while self._position < position:
            if not self.take(position - self._position):
                raise TaskError(FailureCode.ARCHIVE_DAMAGED)
        return position

    def read(self, size: int) -> bytes:
        """Bytes of a header.

        Raises:
            TaskError: the headers before the next member are longer than any should be.
        """
        self._allowance -= size
        if size < 0 or self._allowance < 0:
            raise TaskError(FailureCode.ARCHIVE_DAMAGED)
        self.last = self._next(size)
        return self.last

    def take(self, most: int) -> bytes:
        """Some of the bytes that follow; none at the end."""
        return self._next(min(most, CHUNK_BYTES))

    def _next(self, size: int) -> bytes:
        block = self._source.read(size)
        if self._passed is not None:
            self._passed(len(block))
        self._position += len(block)
        return block


class TarArchive:
    """A tar, open for reading.

    Args:
        new_decoder: how it is compressed; None for a plain one.
        passed: called with the bytes that are decompressed in search of headers, so
            that the search can be left and a bomb noticed.
    """

    def __init__(
        self,
        path: Path,
        new_decoder: Callable[[], Decoder] | None,
        passed: Callable[[int], None],
    ) -> None:
        self._file: BinaryIO = path.open("rb", buffering=CHUNK_BYTES)
        self._new_decoder = new_decoder
        self._passed = passed

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def members(self) -> Iterator[Member]:
        """What the headers list; ``where`` is the position of the content, unpacked."""
        reader = self._reader(self._passed)
        try:
            with tarfile.open(fileobj=reader, mode="r:", encoding="utf-8") as tar:  # type: ignore[call-overload]
                while (header := tar.next()) is not None:
                    tar.members.clear()
                    if len(tar.pax_headers) > MAX_GLOBAL_HEADERS:
                        raise TaskError(FailureCode.ARCHIVE_DAMAGED)
                    yield _member(header)
                    reader.begin_header()
        except HEADER_ERRORS as error:
            raise TaskError(FailureCode.ARCHIVE_DAMAGED) from error
        if reader.last != MARK:
            raise TaskError(FailureCode.ARCHIVE_DAMAGED)
        if self._new_decoder is not None:
            while reader.take(CHUNK_BYTES):
                pass  # Its checksum stands at the very end.

    def contents(self, wanted: Iterable[Member]) -> Iterator[Iterable[bytes]]:
        """The content of each wanted file in chunks."""
        reader = self._reader(_ignore)
        for member in wanted:
            reader.seek(member.where)
            yield _content(reader, member.size)

    def _reader(self, passed: Callable[[int], None]) -> ForwardReader:
        self._file.seek(0)
        return ForwardReader(self._file, self._new_decoder, passed)


def _ignore(size: int) -> None:
    pass


def _content(reader: ForwardReader, size: int) -> Iterator[bytes]:
    while size:
        block = reader.take(size)
        if not block:
            raise TaskError(FailureCode.ARCHIVE_DAMAGED)
        size -= len(block)
        yield block


def _member(header: tarfile.TarInfo) -> Member:
    if header.issparse():
        raise TaskError(FailureCode.ARCHIVE_UNSUPPORTED)
    kind = KINDS.get(header.type, Kind.OTHER)
    return Member(
        name=header.name.encode("utf-8", "surrogateescape"),
        utf8=False,
        kind=kind,
        size=header.size if kind is Kind.FILE else 0,
        where=header.offset_data,
        executable=bool(header.mode & 0o100),
        mtime=header.mtime,
        target=header.linkname.encode("utf-8", "surrogateescape"),
    )
