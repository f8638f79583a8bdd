"""Opening the store, and the transaction through which everything is read and written."""

import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, create_engine, event
from sqlalchemy.exc import DatabaseError, OperationalError

from bot.job import Origin
from bot.language import speaking
from bot.store import migration, schema
from bot.store.about import About
from bot.store.alerts import Alerts
from bot.store.audit import Audit
from bot.store.buttons import Buttons
from bot.store.cards import Cards
from bot.store.copies import Copies
from bot.store.follow_ups import FollowUps
from bot.store.inbox import Inbox
from bot.store.invitations import Invitations
from bot.store.jobs import Jobs
from bot.store.moving import Moving
from bot.store.outbox import Outbox
from bot.store.preferences import Preferences
from bot.store.sums import damage_of, row_sum
from bot.store.users import Users

# What a sound store on a bad day answers with; anything else means that it is damaged.
OUTSIDE = {
    sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_NOMEM,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_INTERRUPT,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_PROTOCOL,
    sqlite3.SQLITE_NOLFS,
}


class StoreError(Exception):
    """The store cannot be used; the text says why and what to do."""


class StoreDamaged(StoreError):
    """The file is no sound store; the text says what SQLite found."""


class Transaction:
    """One transaction: what is done through it happens whole or not at all."""

    def __init__(self, connection: Connection) -> None:
        self.about = About(connection)
        self.alerts = Alerts(connection)
        self.audit = Audit(connection)
        self.buttons = Buttons(connection)
        self.jobs = Jobs(connection)
        self.moving = Moving(connection)
        self.outbox = Outbox(connection)
        self.cards = Cards(connection)
        self.copies = Copies(connection)
        self.follow_ups = FollowUps(connection)
        self.inbox = Inbox(connection)
        self.invitations = Invitations(connection)
        self.preferences = Preferences(connection)
        self.users = Users(connection)

    def speaking(self, chat_id: int) -> AbstractContextManager[None]:
        """Say things in a chat's language for a while."""
        return speaking(self.preferences.language(chat_id))

    def first(self, origin: Origin) -> bool:
        """Whether what was asked counts now for the first time: the update, and the question.

        What it does belongs into this transaction.
        """
        if origin.question is not None and not self.buttons.close(origin.question):
            return False
        return origin.update_id is None or self.inbox.take(origin.update_id)


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
        self._path = path
        self._looking: sqlite3.Connection | None = None
        self._engine = create_engine(f"sqlite:///{path}", connect_args={"timeout": 30})
        event.listen(self._engine, "connect", _configure)
        event.listen(self._engine, "begin", _begin)
        try:
            self._prepare(path)
        except DatabaseError as error:
            self.close()
            if _code(error) in OUTSIDE:
                raise StoreError(_trouble(error)) from error
            raise StoreDamaged(str(error.orig)) from error
        except UnicodeDecodeError as error:
            self.close()
            raise StoreDamaged("a text in it is none") from error
        except StoreError:
            self.close()
            raise

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """Read and write; commits at the end of the block, rolls back on an error.

        Raises:
            StoreError: the disk is full or gone; nothing was changed, try again later.
        """
        try:
            with self._engine.begin() as connection:
                yield Transaction(connection)
        except OperationalError as error:
            raise StoreError(_trouble(error)) from error

    def snapshot(self, target: Path) -> None:
        """Write the store as it is at one instant to a file of its own.

        Raises:
            StoreError: the disk is full or gone.
        """
        aside = target.with_name(f".{target.name}.new")
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            aside.unlink(missing_ok=True)
            with closing(sqlite3.connect(self._path)) as own, closing(sqlite3.connect(aside)) as to:
                own.backup(to)
            aside.replace(target)
        except (OSError, sqlite3.Error) as error:
            raise StoreError(f"The store cannot be copied to {target} ({error}).") from error

    def version(self) -> int:
        """A number that changes whenever somebody commits a change."""
        if self._looking is None:
            self._looking = sqlite3.connect(self._path, check_same_thread=False)
        try:
            number: int = self._looking.execute("PRAGMA data_version").fetchone()[0]
        except sqlite3.Error as error:
            raise StoreError(f"The store cannot be read ({error}).") from error
        return number

    def close(self) -> None:
        """Close all connections."""
        if self._looking is not None:
            self._looking.close()
        self._engine.dispose()

    def _prepare(self, path: Path) -> None:
        with self._engine.begin() as connection:
            try:
                version = migration.version_of(connection)
            except ValueError as error:
                raise StoreDamaged(str(error)) from error
            if version is None:
                migration.create(connection)
            elif version > schema.SCHEMA_VERSION:
                raise StoreError(
                    f"{path} was written by a newer Coltrain (store version {version}, this one"
                    f" knows {schema.SCHEMA_VERSION}). Install the newer version again, or set"
                    " COLTRAIN_WORK to another folder."
                )
            elif version < schema.SCHEMA_VERSION:
                migration.migrate(connection)
            if (found := damage_of(connection)) is not None:
                raise StoreDamaged(found)


def _code(error: DatabaseError) -> int:
    return getattr(error.orig, "sqlite_errorcode", 0) & 0xFF


def _trouble(error: DatabaseError) -> str:
    return f"The store cannot be written ({error.orig}). Look at the disk: is it full or gone?"


def _configure(connection: Any, record: object) -> None:
    # SQLAlchemy's own BEGIN comes too late for SQLite: the driver would begin only
    # at the first write, and a read before it could be stale. We begin ourselves.
    # Source: SQLAlchemy documentation, "Serializable isolation / Savepoints (pysqlite)".
    connection.isolation_level = None
    connection.create_function("row_sum", -1, row_sum, deterministic=True)
    try:
        connection.execute("PRAGMA trusted_schema=ON")  # row_sum stands in it; some builds say no
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=NORMAL")
    except sqlite3.Error:
        connection.close()  # the engine forgets a connection that it never got
        raise


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")
