"""The tables. A later version only adds; ``SCHEMA_VERSION`` counts the changes.

What is added is a table, or a column that may be null: the store adds it to the files
of earlier versions by itself.
"""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Dialect,
    Float,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
)

SCHEMA_VERSION = 2  # 2: outbox.keyboard

metadata = MetaData()


class UtcTime(TypeDecorator[datetime]):
    """Aware times in UTC, as ISO 8601 text that sorts by time."""

    impl = String(32)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:
        """To text of one width, so that comparing texts compares times."""
        if value is None:
            return None
        return value.astimezone(UTC).isoformat(timespec="microseconds")

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """From text."""
        return None if value is None else datetime.fromisoformat(value)


about = Table(
    "about",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("value", Text, nullable=False),
)

jobs = Table(
    "jobs",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", String(32), nullable=False),
    Column("lane", String(32), nullable=False),
    Column("spec", Text, nullable=False),
    Column("chat_id", BigInteger, nullable=False),
    Column("user_id", BigInteger, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("state", String(16), nullable=False),
    Column("ending", String(16)),
    Column("run", Integer, nullable=False),
    Column("handle", Text),
    Column("stop", String(16)),
    Column("stop_asked_at", UtcTime),
    Column("last_epoch", Integer),
    Column("log_offset", BigInteger, nullable=False),
    Column("last_seq", Integer, nullable=False),
    Column("fruitless_runs", Integer, nullable=False),
    Column("started_at", UtcTime),
    Column("ended_at", UtcTime),
    Column("progress", Text, nullable=False),
    Column("outcome", Text, nullable=False),
    Index("jobs_by_state", "state", "lane", "id"),
    sqlite_autoincrement=True,  # an id is never given twice
)

epochs = Table(
    "epochs",
    metadata,
    Column("job_id", Integer, primary_key=True),
    Column("epoch", Integer, primary_key=True),
    Column("run", Integer, nullable=False),
    Column("seconds", Float, nullable=False),
    Column("metrics", Text, nullable=False),
    Column("learning_rate", Float),
)

artifacts = Table(
    "artifacts",
    metadata,
    Column("job_id", Integer, primary_key=True),
    Column("name", String(255), primary_key=True),
    Column("size_bytes", BigInteger, nullable=False),
    Column("sha256", String(64), nullable=False),
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("chat_id", BigInteger, nullable=False),
    Column("job_id", Integer),
    Column("text", Text, nullable=False),
    Column("silent", Boolean, nullable=False),
    Column("key", String(64)),
    Column("state", String(16), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("sent_at", UtcTime),
    Column("message_id", BigInteger),
    Column("error", Text),
    Column("keyboard", JSON(none_as_null=True)),
    Index("outbox_by_state", "state", "chat_id", "id"),
    sqlite_autoincrement=True,
)

cards = Table(
    "cards",
    metadata,
    Column("job_id", Integer, primary_key=True),
    Column("chat_id", BigInteger, nullable=False),
    Column("message_id", BigInteger),
    Column("text", Text, nullable=False),
    Column("final", Boolean, nullable=False),
    Index("cards_open", "final", "job_id"),
)

preferences = Table(
    "preferences",
    metadata,
    Column("chat_id", BigInteger, primary_key=True),
    Column("name", String(64), primary_key=True),
    Column("value", JSON, nullable=False),
)

buttons = Table(
    "buttons",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("question", Integer, nullable=False),
    Column("chat_id", BigInteger, nullable=False),
    Column("user_id", BigInteger),
    Column("action", String(64), nullable=False),
    Column("arguments", JSON, nullable=False),
    Column("open", Boolean, nullable=False),
    Column("offered_at", UtcTime, nullable=False),
    Index("buttons_by_question", "question"),
    sqlite_autoincrement=True,  # an old key must never mean something new
)

users = Table(
    "users",
    metadata,
    Column("user_id", BigInteger, primary_key=True),
    Column("role", String(16), nullable=False),
    Column("added_at", UtcTime, nullable=False),
)

copies = Table(
    "copies",
    metadata,
    Column("job_id", Integer, primary_key=True),
    Column("mark", Text, nullable=False),
    Column("ended_run", Integer),
    Column("epoch", Integer),
    Column("step", Integer),
    Column("at", UtcTime, nullable=False),
)

home = Table(
    "home",
    metadata,
    Column("id", Integer, primary_key=True),  # one row
    Column("trouble", String(32), nullable=False),
    Column("since", UtcTime, nullable=False),
    Column("told", JSON, nullable=False),
)

inbox = Table(
    "inbox",
    metadata,
    Column("update_id", BigInteger, primary_key=True),
    Column("user_id", BigInteger, nullable=False),
    Column("content", Text, nullable=False),
    Column("taken", Boolean, nullable=False),
    Column("held", Boolean, nullable=False),
    Column("arrived_at", UtcTime, nullable=False),
    Index("inbox_by_taken", "taken", "update_id"),
)
