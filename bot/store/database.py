"""Opening the store, and the transaction through which everything is read and written."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, create_engine, event, insert, select
from sqlalchemy.exc import DatabaseError

from bot.store import schema
from bot.store.cards import Cards
from bot.store.inbox import Inbox
from bot.store.jobs import Jobs
from bot.store.outbox import Outbox
from bot.store.preferences import Preferences
from bot.store.users import Users


class StoreError(Exception):
    """The store cannot be used; the text says why and what to do."""


class Transaction:
    """One transaction: what is done through it happens whole or not at all."""

    def __init__(self, connection: Connection) -> None:
        self.jobs = Jobs(connection)
        self.outbox = Outbox(connection)
        self.cards = Cards(connection)
        self.inbox = Inbox(connection)
        self.preferences = Preferences(connection)
        self.users = Users(connection)


class Store:
    """The bot's memory: SQLite in WAL mode.

    A commit survives the death of the process at once. It survives the death of
    the machine only through the vault: with the machine the disk is gone as well,
    so commits do not wait for the disk (``synchronous=NORMAL``).

    Raises:
        StoreError: the file was written by a newer version, or is no store.
    """

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._engine = create_engine(f"sqlite:///{path}", connect_args={"timeout": 30})
        event.listen(self._engine, "connect", _configure)
        event.listen(self._engine, "begin", _begin)
        try:
            self._prepare(path)
        except DatabaseError as error:
            raise StoreError(
                f"{path} cannot be read as a store ({error.orig}). Move it away and start again;"
                " the job folders beside it are unharmed."
            ) from error

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """Read and write; commits at the end of the block, rolls back on an error."""
        with self._engine.begin() as connection:
            yield Transaction(connection)

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()

    def _prepare(self, path: Path) -> None:
        with self._engine.begin() as connection:
            schema.metadata.create_all(connection)
            wanted = select(schema.about.c.value).where(schema.about.c.name == "schema_version")
            version = connection.execute(wanted).scalar_one_or_none()
            if version is None:
                row = {"name": "schema_version", "value": str(schema.SCHEMA_VERSION)}
                connection.execute(insert(schema.about).values(row))
            elif int(version) > schema.SCHEMA_VERSION:
                raise StoreError(
                    f"{path} was written by a newer Coltrain (store version {version}, this one"
                    f" knows {schema.SCHEMA_VERSION}). Install the newer version again, or set"
                    " COLTRAIN_WORK to another folder."
                )


def _configure(connection: Any, record: object) -> None:
    # SQLAlchemy's own BEGIN comes too late for SQLite: the driver would begin only
    # at the first write, and a read before it could be stale. We begin ourselves.
    # Source: SQLAlchemy documentation, "Serializable isolation / Savepoints (pysqlite)".
    connection.isolation_level = None
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=NORMAL")


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")
