"""Decompression in bounded memory: one interface for deflate, bzip2 and xz."""

import bz2
import io
import lzma
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, BinaryIO, Protocol

from isal import igzip_lib

from training.archives.members import CHUNK_BYTES
from training.protocol.failure import FailureCode, TaskError

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

# ``xz -9`` needs 65 MB; what asks for more than this is refused.
XZ_MEMORY_BYTES = 256 * 1024 * 1024
READ_BYTES = 256 * 1024

NOT_DEFLATE: type[Exception] = igzip_lib.IsalError  # type: ignore[assignment] # its stub errs
# bz2 says OSError and EOFError where the others have an error of their own.
DECODING_ERRORS = (NOT_DEFLATE, lzma.LZMAError, OSError, EOFError, ValueError)


class Decoder(Protocol):
    """What the decompressors of ``isal``, ``bz2`` and ``lzma`` have in common."""

    @property
    def eof(self) -> bool:
        """The end of the compressed stream was met."""

    @property
    def needs_input(self) -> bool:
        """Nothing more comes out until more is put in."""

    @property
    def unused_data(self) -> bytes:
        """What was put in behind the end of the stream."""

    def decompress(self, data: bytes, max_length: int) -> bytes:
        """Take compressed bytes in, give at most so many out."""


def raw_inflater() -> Decoder:
    """A decoder for a deflated member of a zip."""
    return igzip_lib.IgzipDecompressor(igzip_lib.DECOMP_DEFLATE)


def gzip_decoder() -> Decoder:
    """A decoder for one gzip stream; its checksum is verified at the end."""
    return igzip_lib.IgzipDecompressor(igzip_lib.DECOMP_GZIP)


def bz2_decoder() -> Decoder:
    """A decoder for one bzip2 stream; it verifies its checksums."""
    return bz2.BZ2Decompressor()


def xz_decoder() -> Decoder:
    """A decoder for one xz stream; it verifies its checksums."""
    return lzma.LZMADecompressor(lzma.FORMAT_XZ, XZ_MEMORY_BYTES)


def decompressing(file: BinaryIO, new_decoder: Callable[[], Decoder]) -> io.BufferedReader:
    """The decompressed content of a file, read forwards; see ``DecodedStream``."""
    return io.BufferedReader(DecodedStream(file, new_decoder), READ_BYTES)


class DecodedStream(io.RawIOBase):
    """The decompressed content of a file, in whatever portions it comes.

    Streams behind one another, as ``cat a.gz b.gz`` makes them, are one content;
    zero bytes between and behind them are padding.

    Raises:
        TaskError: the content is damaged or cut off (from ``readinto``).
    """

    def __init__(self, file: BinaryIO, new_decoder: Callable[[], Decoder]) -> None:
        super().__init__()
        self._file = file
        self._new_decoder = new_decoder
        self._decoder: Decoder | None = new_decoder()
        self._put_back = b""

    def readable(self) -> bool:
        """It is there to be read."""
        return True

    def readinto(self, buffer: "WriteableBuffer", /) -> int:
        """Put some bytes into a buffer; none at the end."""
        view = memoryview(buffer)
        part = b""
        while not part and self._decoder is not None:
            if self._decoder.eof:
                self._decoder = self._following(self._decoder.unused_data)
            else:
                part = self._some(self._decoder, len(view))
        view[: len(part)] = part
        return len(part)

    def _some(self, decoder: Decoder, limit: int) -> bytes:
        data = self._input() if decoder.needs_input else b""
        try:
            part = decoder.decompress(data, limit)
        except DECODING_ERRORS as error:
            raise TaskError(FailureCode.ARCHIVE_DAMAGED) from error
        if not data and not part and decoder.needs_input:
            raise TaskError(FailureCode.ARCHIVE_DAMAGED)  # It is cut off.
        return part

    def _input(self) -> bytes:
        data, self._put_back = self._put_back, b""
        return data or self._file.read(READ_BYTES)

    def _following(self, rest: bytes) -> Decoder | None:
        """A decoder for the stream behind the one that ended; None at the end of the file."""
        while not (rest := rest.lstrip(b"\0")):
            if not (rest := self._file.read(READ_BYTES)):
                return None
        self._put_back = rest
        return self._new_decoder()


def decoded(blocks: Iterator[bytes], decoder: Decoder, size: int) -> Iterator[bytes]:
    """Decompress one stream that must give exactly ``size`` bytes.

    Raises:
        ValueError: it gives fewer or more, or does not end where its input does.
    """
    left = size
    while not decoder.eof:
        data = next(blocks, b"") if decoder.needs_input else b""
        part = decoder.decompress(data, min(left + 1, CHUNK_BYTES))
        if not data and not part and decoder.needs_input:
            raise ValueError("the compressed stream is cut off")
        left -= len(part)
        if left < 0:
            raise ValueError("longer than declared")
        if part:
            yield part
    if left or decoder.unused_data or next(blocks, b""):
        raise ValueError("shorter than declared")
