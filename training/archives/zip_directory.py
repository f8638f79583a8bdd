"""The central directory of a zip: read in bounded memory, believed in nothing.

``zipfile`` reads the whole directory at once whatever its size, compares little
of it with the local headers, and differs between Python versions in what it
makes of names and overlaps. Hence a reader of our own for the directory.

Source: APPNOTE.TXT 6.3.10, sections 4.3.6 to 4.5.3 and 4.6.9.
"""

import struct
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

from training.protocol.failure import FailureCode, TaskError

END = struct.Struct("<4s4H2LH")
END_MAGIC = b"PK\5\6"
END64_LOCATOR = struct.Struct("<4sLQL")
END64_LOCATOR_MAGIC = b"PK\6\7"
END64 = struct.Struct("<4sQ2H2L4Q")
END64_MAGIC = b"PK\6\6"
ENTRY = struct.Struct("<4s4B4HL2L5H2L")
ENTRY_MAGIC = b"PK\1\2"

ZIP64_EXTRA = 0x0001
TIME_EXTRA = 0x5455
UNICODE_PATH_EXTRA = 0x7075

FULL_16 = 0xFFFF
FULL_32 = 0xFFFFFFFF
MAX_COMMENT_BYTES = 0xFFFF


class DirectoryPlace(NamedTuple):
    """Where the directory lies.

    Attributes:
        start: position in the file, in bytes.
        entries: how many entries it is said to have.
        shift: bytes before the archive (a self-extractor); offsets do not count them.
    """

    start: int
    size: int
    entries: int
    shift: int


class ZipEntry(NamedTuple):
    """One entry of the directory."""

    name: bytes
    system: int
    flags: int
    method: int
    dos_time: int
    dos_date: int
    crc: int
    packed_size: int
    size: int
    attributes: int
    offset: int
    extra: dict[int, bytes]


def damaged(member: bytes = b"") -> TaskError:
    """The error for an archive that contradicts itself or the format."""
    if not member:
        return TaskError(FailureCode.ARCHIVE_DAMAGED)
    return TaskError(FailureCode.ARCHIVE_DAMAGED, member=member.decode(errors="replace"))


def find_directory(file: BinaryIO) -> DirectoryPlace:
    """Find the directory by the record at the end of the file.

    Raises:
        TaskError: there is no such record, as in a file that was cut off.
    """
    file_size = file.seek(0, 2)
    tail_at = max(0, file_size - END.size - MAX_COMMENT_BYTES)
    file.seek(tail_at)
    tail = file.read()
    at = _end_record(tail)
    _, disk, first_disk, _, entries, size, offset, _ = END.unpack_from(tail, at)
    end_at = tail_at + at
    if FULL_16 in (disk, entries) or FULL_32 in (size, offset):
        end_at, disk, entries, size, offset = _zip64(file, end_at, disk, entries, size, offset)
        first_disk = disk
    if disk or first_disk:
        raise TaskError(FailureCode.ARCHIVE_UNSUPPORTED)  # Part of a set of files.
    start = end_at - size
    if start < 0 or start < offset:
        raise damaged()
    return DirectoryPlace(start, size, entries, start - offset)


def _end_record(tail: bytes) -> int:
    """Where the end record begins: the last whose comment fits, exactly if there is one."""
    at = len(tail)
    fitting = -1
    while (at := tail.rfind(END_MAGIC, 0, at)) >= 0:
        if at + END.size > len(tail):
            continue
        behind = len(tail) - at - END.size - END.unpack_from(tail, at)[-1]
        if behind == 0:
            return at
        if behind > 0 and fitting < 0:
            fitting = at
    if fitting < 0:
        raise damaged()
    return fitting


def _zip64(
    file: BinaryIO, end_at: int, disk: int, entries: int, size: int, offset: int
) -> tuple[int, int, int, int, int]:
    """The same values from the zip64 record, where one stands before the end record."""
    locator_at = end_at - END64_LOCATOR.size
    file.seek(max(0, locator_at))
    locator = file.read(END64_LOCATOR.size)
    if locator_at < 0 or not locator.startswith(END64_LOCATOR_MAGIC):
        return end_at, disk, entries, size, offset
    # Its own offset ignores what stands before the archive: look right before it, too.
    for at in (END64_LOCATOR.unpack(locator)[2], locator_at - END64.size):
        if 0 <= at <= locator_at - END64.size:
            file.seek(at)
            record = file.read(END64.size)
            if record.startswith(END64_MAGIC):
                values = END64.unpack(record)
                return at, values[4], values[7], values[8], values[9]
    raise damaged()


def read_directory(file: BinaryIO, place: DirectoryPlace) -> Iterator[ZipEntry]:
    """The entries of the directory, in its order.

    Raises:
        TaskError: the directory is not what its end record says.
    """
    file.seek(place.start)
    left = place.size
    count = 0
    while left:
        fixed = file.read(min(left, ENTRY.size))
        if len(fixed) < ENTRY.size or not fixed.startswith(ENTRY_MAGIC):
            raise damaged()
        fields = ENTRY.unpack(fixed)
        name_size, extra_size, comment_size = fields[12:15]
        rest_size = name_size + extra_size + comment_size
        left -= ENTRY.size + rest_size
        rest = file.read(rest_size)
        if left < 0 or len(rest) < rest_size:
            raise damaged()
        yield _entry(fields, rest[:name_size], rest[name_size : name_size + extra_size])
        count += 1
    # Without zip64 some writers let the count wrap around.
    if place.entries not in (count, count & FULL_16):
        raise damaged()


def _entry(fields: tuple[int, ...], name: bytes, extra_bytes: bytes) -> ZipEntry:
    _, _, system, _, _, flags, method, time, date, crc, packed_size, size = fields[:12]
    attributes, offset = fields[17], fields[18]
    extra = read_extra(extra_bytes)
    wide = extra.get(ZIP64_EXTRA, b"")
    values = []
    for value in (size, packed_size, offset):
        if value == FULL_32 and wide:
            if len(wide) < 8:  # noqa: PLR2004 - a 64-bit number
                raise damaged(name)
            values.append(int.from_bytes(wide[:8], "little"))
            wide = wide[8:]
        else:
            values.append(value)
    size, packed_size, offset = values
    return ZipEntry(
        name, system, flags, method, time, date, crc, packed_size, size, attributes, offset, extra
    )


def read_extra(content: bytes) -> dict[int, bytes]:
    """The extra fields by their number; a torn last one is passed over, as others do."""
    fields: dict[int, bytes] = {}
    while len(content) >= 4:  # noqa: PLR2004 - number and length
        number, size = struct.unpack_from("<HH", content)
        if number not in fields and 4 + size <= len(content):
            fields[number] = content[4 : 4 + size]
        content = content[4 + size :]
    return fields
