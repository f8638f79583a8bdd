"""Zip archives: members from the central directory, content checked against it.

Covered: names that differ between directory and local header, sizes, method or
checksum that differ, members that overlap (one compressed block that many
entries share), content longer or shorter than declared, CRC-32, encryption in
every form, sets of several files.
Not covered: methods other than stored, deflate and bzip2; they are refused.
"""

import struct
import time
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from stat import S_IFDIR, S_IFLNK, S_IFMT, S_IFREG, S_IXUSR
from typing import BinaryIO

from isal.isal_zlib import crc32

from training.archives.decoders import (
    DECODING_ERRORS,
    Decoder,
    bz2_decoder,
    decoded,
    raw_inflater,
)
from training.archives.members import CHUNK_BYTES, MAX_LINK_BYTES, Kind, Member
from training.archives.zip_directory import (
    FULL_32,
    TIME_EXTRA,
    UNICODE_PATH_EXTRA,
    ZipEntry,
    damaged,
    find_directory,
    read_directory,
)
from training.protocol.failure import FailureCode, TaskError

LOCAL = struct.Struct("<4s5H3L2H")
LOCAL_MAGIC = b"PK\3\4"

ENCRYPTED = 0x0001 | 0x0040 | 0x2000
SIZES_BEHIND = 0x0008
UTF8 = 0x0800

STORED = 0
AES = 99
DECODERS: dict[int, Callable[[], Decoder]] = {8: raw_inflater, 12: bz2_decoder}

NO_EXTRA: dict[int, bytes] = {}


class ZipArchive:
    """A zip, open for reading.

    Raises:
        TaskError: it has no end record, as a file that was cut off.
    """

    def __init__(self, path: Path) -> None:
        self._file: BinaryIO = path.open("rb", buffering=CHUNK_BYTES)
        self._entries: dict[int, ZipEntry] = {}
        self._borders: dict[int, int] = {}

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def members(self) -> Iterator[Member]:
        """What the directory lists; ``where`` is the position of the local header."""
        links: list[Member] = []
        place = find_directory(self._file)
        for entry in read_directory(self._file, place):
            where = entry.offset + place.shift
            if where in self._entries or where >= place.start:
                raise damaged(entry.name)
            member = _member(entry, where)
            self._entries[where] = entry._replace(extra=NO_EXTRA)
            if member.kind is Kind.SYMLINK:
                links.append(member)
            else:
                yield member
        self._refuse_overlaps(place.start)
        for link in links:
            if link.size > MAX_LINK_BYTES:
                raise damaged(link.name)
            yield link._replace(target=b"".join(next(self.contents([link]))), size=0)

    def contents(self, wanted: Iterable[Member]) -> Iterator[Iterable[bytes]]:
        """The content of each wanted file in chunks; a small one's is one chunk."""
        for member in wanted:
            entry, border = self._entries[member.where], self._borders[member.where]
            if border - member.where <= CHUNK_BYTES and 0 < entry.size <= CHUNK_BYTES:
                yield (self._whole(entry, member.where, border),)
            else:
                yield self._content(entry, member.where, border)

    def _refuse_overlaps(self, directory_start: int) -> None:
        self._borders = dict(pairwise([*sorted(self._entries), directory_start]))
        for where, border in self._borders.items():
            entry = self._entries[where]
            if where + LOCAL.size + len(entry.name) + entry.packed_size > border:
                raise damaged(entry.name)

    def _whole(self, entry: ZipEntry, where: int, border: int) -> bytes:
        """The content of a small member, read and unpacked in one go each."""
        self._file.seek(where)
        record = self._file.read(border - where)
        start = _content_at(entry, record)
        packed = record[start : start + entry.packed_size]
        if len(packed) < entry.packed_size:
            raise damaged(entry.name)
        content = packed
        if entry.method != STORED:
            decoder = DECODERS[entry.method]()
            try:
                content = decoder.decompress(packed, entry.size + 1)
            except DECODING_ERRORS as error:
                raise damaged(entry.name) from error
            if not decoder.eof or decoder.unused_data:
                raise damaged(entry.name)
        if len(content) != entry.size or crc32(content) != entry.crc:
            raise damaged(entry.name)
        return content

    def _content(self, entry: ZipEntry, where: int, border: int) -> Iterator[bytes]:
        self._file.seek(where)
        start = _content_at(entry, self._file.read(LOCAL.size + len(entry.name)))
        if where + start + entry.packed_size > border:
            raise damaged(entry.name)
        self._file.seek(where + start)
        blocks = self._blocks(entry)
        if entry.method != STORED:
            blocks = decoded(blocks, DECODERS[entry.method](), entry.size)
        crc = 0
        try:
            for block in blocks:
                crc = crc32(block, crc)
                yield block
        except DECODING_ERRORS as error:
            raise damaged(entry.name) from error
        if crc != entry.crc:
            raise damaged(entry.name)

    def _blocks(self, entry: ZipEntry) -> Iterator[bytes]:
        left = entry.packed_size
        while left:
            block = self._file.read(min(left, CHUNK_BYTES))
            if not block:
                raise damaged(entry.name)
            left -= len(block)
            yield block


def _content_at(entry: ZipEntry, record: bytes) -> int:
    """Where the content begins in a member's record, whose head must agree with the directory."""
    if len(record) < LOCAL.size + len(entry.name):
        raise damaged(entry.name)
    magic, _, flags, method, _, _, *sums, name_size, extra_size = LOCAL.unpack_from(record)
    name = record[LOCAL.size : LOCAL.size + name_size]
    same = magic == LOCAL_MAGIC and name == entry.name and method == entry.method
    if not same or flags & ENCRYPTED:
        raise damaged(entry.name)
    if not flags & SIZES_BEHIND:
        expected = (entry.crc, entry.packed_size, entry.size)
        for local, central in zip(sums, expected, strict=True):
            if local not in (central, FULL_32):
                raise damaged(entry.name)
    return LOCAL.size + int(name_size) + int(extra_size)


def _member(entry: ZipEntry, where: int) -> Member:
    if entry.flags & ENCRYPTED or entry.method == AES:
        member = entry.name.decode(errors="replace")
        raise TaskError(FailureCode.ARCHIVE_ENCRYPTED, member=member)
    if entry.method != STORED and entry.method not in DECODERS:
        raise TaskError(FailureCode.ARCHIVE_UNSUPPORTED)
    kind = _kind(entry)
    wrong_folder = kind is Kind.FOLDER and entry.size
    if wrong_folder or (entry.method == STORED and entry.size != entry.packed_size):
        raise damaged(entry.name)
    name, utf8 = _name(entry)
    executable = bool(entry.attributes >> 16 & S_IXUSR)
    return Member(name, utf8, kind, entry.size, where, executable, _mtime(entry))


def _kind(entry: ZipEntry) -> Kind:
    """The kind by the Unix mode, whatever system the entry claims to come from."""
    file_type = S_IFMT(entry.attributes >> 16)
    if file_type == S_IFLNK:
        return Kind.SYMLINK
    if file_type == S_IFDIR or entry.name.endswith(b"/"):
        return Kind.FOLDER
    return Kind.FILE if file_type in (0, S_IFREG) else Kind.OTHER


def _name(entry: ZipEntry) -> tuple[bytes, bool]:
    """The name's bytes, and whether they are known to be UTF-8."""
    if entry.flags & UTF8:
        return entry.name, True
    field = entry.extra.get(UNICODE_PATH_EXTRA, b"")
    checksum = crc32(entry.name).to_bytes(4, "little")
    if field[:1] == b"\1" and field[1:5] == checksum:
        return field[5:], True
    return entry.name, False


def _mtime(entry: ZipEntry) -> float | None:
    """When the file was changed; DOS times are local times of an unknown place."""
    field = entry.extra.get(TIME_EXTRA, b"")
    if len(field) >= 5 and field[0] & 1:  # noqa: PLR2004 - flags and a 32-bit time
        return float(int.from_bytes(field[1:5], "little", signed=True))
    return _local_time(entry.dos_date, entry.dos_time)


@lru_cache(maxsize=1024)
def _local_time(day: int, clock: int) -> float | None:
    """A DOS time in seconds since 1970; neighbours in an archive often have the same."""
    parts = (1980 + (day >> 9), day >> 5 & 15, day & 31)
    hours = (clock >> 11, clock >> 5 & 63, (clock & 31) * 2)
    try:
        return time.mktime((*parts, *hours, 0, 0, -1))
    except (OverflowError, ValueError):
        return None
