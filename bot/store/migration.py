"""Bringing a store of an earlier version up to this one's tables."""

from sqlalchemy import Connection

from bot.store import schema
from bot.store.about import About
from bot.store.sums import seal_schema

VERSION = "schema_version"
BEFORE = "before_"


def create(connection: Connection) -> None:
    """Make all tables in an empty store."""
    schema.metadata.create_all(connection)
    About(connection).put(VERSION, str(schema.SCHEMA_VERSION))
    seal_schema(connection)


def migrate(connection: Connection) -> None:
    """Put the rows of an earlier version into new tables; what they did not have is null."""
    old = {name for name in _names(connection, "table") if name in schema.metadata.tables}
    for index in _names(connection, "index"):
        connection.exec_driver_sql(f'DROP INDEX "{index}"')
    for name in old:
        connection.exec_driver_sql(f'ALTER TABLE "{name}" RENAME TO "{BEFORE}{name}"')
    schema.metadata.create_all(connection)
    for name in old:
        known = schema.summed(schema.metadata.tables[name])
        both = [column for column in _columns(connection, BEFORE + name) if column in known]
        columns = ", ".join(f'"{column}"' for column in both)
        connection.exec_driver_sql(
            f'INSERT INTO "{name}" ({columns}) SELECT {columns} FROM "{BEFORE}{name}"'  # noqa: S608
        )
        _keep_count(connection, name)
        connection.exec_driver_sql(f'DROP TABLE "{BEFORE}{name}"')
    About(connection).put(VERSION, str(schema.SCHEMA_VERSION))
    seal_schema(connection)


def _keep_count(connection: Connection, name: str) -> None:
    """Let a table go on numbering where it was, also where its last rows were dropped."""
    if not schema.metadata.tables[name].dialect_options["sqlite"]["autoincrement"]:
        return
    connection.exec_driver_sql("DELETE FROM sqlite_sequence WHERE name = ?", (name,))
    query = "UPDATE sqlite_sequence SET name = ? WHERE name = ?"
    connection.exec_driver_sql(query, (name, BEFORE + name))


def version_of(connection: Connection) -> int | None:
    """The version of a store's tables; none where there are none.

    Raises:
        ValueError: there are tables that tell no version to believe.
    """
    if not _names(connection, "table"):
        return None
    if "sum" not in _columns(connection, "about"):
        version = int(About(connection).get(VERSION) or 0)
        if not 1 <= version < schema.FIRST_WITH_SUMS:
            raise ValueError("it does not tell its version")
        return version
    query = "SELECT value FROM about WHERE name = ? AND sum IS row_sum(name, value)"
    found = connection.exec_driver_sql(query, (VERSION,)).scalar_one_or_none()
    if found is None:
        raise ValueError("it does not tell its version")
    return int(found)


def _names(connection: Connection, kind: str) -> list[str]:
    query = "SELECT name FROM sqlite_master WHERE type = ? AND name NOT LIKE 'sqlite_%'"
    return [row.name for row in connection.exec_driver_sql(query, (kind,))]


def _columns(connection: Connection, table: str) -> list[str]:
    rows = connection.exec_driver_sql(f'PRAGMA table_xinfo("{table}")')
    return [row.name for row in rows]
