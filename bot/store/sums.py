"""Whether the store is what was written: SQLite itself has no checksums.

Covered: any change to the file while no bot runs, by a checksum in each row, one over
the tables' definitions, SQLite's own check of pages and indexes, and by counting what
the write-ahead log should hold. Not covered: a change under a running bot, which is
found at the next start; and somebody who computes the sums anew.
"""

import os
import sqlite3
import struct
import zlib
from contextlib import closing
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from sqlalchemy import Connection

from bot.store import schema
from bot.store.about import About

SCHEMA_SUM = "schema_sum"

# The header of the shared-memory file stands there twice, then how far it is copied back.
# Source: sqlite.org/walformat.html, "The WAL-Index Header".
_HEADER = struct.Struct("=IIIBBHIII4xII8x")
_BACKFILLED = struct.Struct("=I")


class _Index(NamedTuple):
    frames: int
    backfilled: int


def row_sum(*values: Any) -> int:
    """The checksum of a row: of its values, in the order of the table's columns."""
    return zlib.crc32(repr(values).encode())


def seal_schema(connection: Connection) -> None:
    """Note what the tables' definitions are."""
    About(connection).put(SCHEMA_SUM, _schema_sum(connection))


def damage_of(connection: Connection) -> str | None:
    """What is not as it was written, in a few words; none where all is."""
    found: str = connection.exec_driver_sql("PRAGMA integrity_check(1)").scalar_one()
    if found != "ok":
        return found
    for table in schema.metadata.sorted_tables:
        columns = ", ".join(f'"{name}"' for name in schema.summed(table))
        query = f'SELECT count(*) FROM "{table.name}" WHERE sum IS NOT row_sum({columns})'  # noqa: S608
        if changed := connection.exec_driver_sql(query).scalar_one():
            return f"{changed} of the rows of {table.name} are not what was written"
    if About(connection).get(SCHEMA_SUM) != _schema_sum(connection):
        return "the definitions of its tables are not what was written"
    for table in schema.metadata.sorted_tables:
        if table.dialect_options["sqlite"]["autoincrement"]:
            last = f'(SELECT max(id) FROM "{table.name}")'  # noqa: S608
            query = f"SELECT {last} != seq FROM sqlite_sequence WHERE name = '{table.name}'"  # noqa: S608
            if any(connection.exec_driver_sql(query).scalars()):
                return f"the count of {table.name} is not what was written"
    return None


def lost_changes(path: Path) -> bool:
    """Whether SQLite would pass over changes that were committed; call before opening.

    It takes a damaged write-ahead log to end before the damage, in silence. The file
    beside it (``-shm``), which it never reads at a start, says how much there was.
    Where another program has the store open meanwhile, nothing can be told of it.
    """
    beside = path.with_name(f"{path.name}-shm")
    try:
        # Open until the end: so no new file gets its number, and no lock of SQLite's is
        # dropped, as it would be if this process closed the file before.
        with beside.open("rb") as index:
            promised = _read_index(index)
            return promised is not None and _falls_short(path, promised, index)
    except OSError:
        return False


def _falls_short(path: Path, promised: _Index, index: BinaryIO) -> bool:
    try:
        with closing(sqlite3.connect(path)) as connection:
            busy, found, _ = connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
            # Whoever closes a store last copies all back and removes both files beside it.
            replaced = not _is_still(index, path.with_name(f"{path.name}-shm"))
    except sqlite3.Error:
        return False  # opening it will say more
    if busy or replaced:
        return False
    whole = promised.backfilled >= promised.frames and found <= 0
    return bool(found < promised.frames and not whole)


def _is_still(file: BinaryIO, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(file.fileno()), path.stat())
    except FileNotFoundError:
        return False


def _read_index(file: BinaryIO) -> _Index | None:
    content = file.read(2 * _HEADER.size + _BACKFILLED.size)
    header = content[: _HEADER.size]
    try:
        if header != content[_HEADER.size : 2 * _HEADER.size] or not any(header):
            return None
        frames = _HEADER.unpack(header)[6]
        return _Index(frames, _BACKFILLED.unpack_from(content, 2 * _HEADER.size)[0])
    except struct.error:
        return None


def _schema_sum(connection: Connection) -> str:
    query = "SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY type, name"
    return f"{row_sum(*map(tuple, connection.exec_driver_sql(query))):08x}"
