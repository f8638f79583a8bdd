"""The tables. A later version only adds; ``SCHEMA_VERSION`` counts the changes.

What is added is a table, or a column that may be null: the store adds it to the files
of earlier versions by itself.

Each row ends with a checksum of its other values, which SQLite computes at each write
through ``row_sum`` (``sums.py``) and which is compared when the store is opened.
"""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Computed,
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

# 2: outbox.keyboard; 3: sum in all tables; 4: invitations, audit, users.name;
# 5: jobs.learning_rate(s), jobs.note, jobs.health, alerts, cards.keyboard, outbox.plot_of,
# outbox.kind, outbox.hushed, follow_ups
SCHEMA_VERSION = 5
FIRST_WITH_SUMS = 3
SUM = "sum"

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


def _table(name: str, *parts: Column[Any] | Index, numbered: bool = False) -> Table:
    """A table whose rows carry their sums; ``numbered``: an id is never given twice."""
    names = ", ".join(f'"{part.name}"' for part in parts if isinstance(part, Column))
    summed = Column(SUM, Integer, Computed(f"row_sum({names})", persisted=True))
    return Table(name, metadata, *parts, summed, sqlite_autoincrement=numbered)


def summed(table: Table) -> list[str]:
    """The columns that a table's sums are of, in order."""
    return [column.name for column in table.columns if column.name != SUM]


about = _table(
    "about",
    Column("name", String(64), primary_key=True),
    Column("value", Text, nullable=False),
)

jobs = _table(
    "jobs",
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
    Column("learning_rate", Float),
    Column("learning_rates", JSON(none_as_null=True)),
    Column("note", Text),
    Column("health", Text),
    Column("told", Text),
    Column("log_offset", BigInteger, nullable=False),
    Column("last_seq", Integer, nullable=False),
    Column("fruitless_runs", Integer, nullable=False),
    Column("started_at", UtcTime),
    Column("ended_at", UtcTime),
    Column("progress", Text, nullable=False),
    Column("outcome", Text, nullable=False),
    Index("jobs_by_state", "state", "lane", "id"),
    numbered=True,  # an id is never given twice
)

epochs = _table(
    "epochs",
    Column("job_id", Integer, primary_key=True),
    Column("epoch", Integer, primary_key=True),
    Column("run", Integer, nullable=False),
    Column("seconds", Float, nullable=False),
    Column("metrics", Text, nullable=False),
    Column("learning_rate", Float),
)

artifacts = _table(
    "artifacts",
    Column("job_id", Integer, primary_key=True),
    Column("name", String(255), primary_key=True),
    Column("size_bytes", BigInteger, nullable=False),
    Column("sha256", String(64), nullable=False),
)

outbox = _table(
    "outbox",
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
    Column("plot_of", Integer),
    Column("kind", String(16)),
    Column("hushed", Boolean),
    Index("outbox_by_state", "state", "chat_id", "id"),
    Index("outbox_by_hushed", "hushed", "chat_id"),
    numbered=True,
)

cards = _table(
    "cards",
    Column("job_id", Integer, primary_key=True),
    Column("chat_id", BigInteger, nullable=False),
    Column("message_id", BigInteger),
    Column("text", Text, nullable=False),
    Column("final", Boolean, nullable=False),
    Column("keyboard", JSON(none_as_null=True)),
    Index("cards_open", "final", "job_id"),
)

preferences = _table(
    "preferences",
    Column("chat_id", BigInteger, primary_key=True),
    Column("name", String(64), primary_key=True),
    Column("value", JSON, nullable=False),
)

buttons = _table(
    "buttons",
    Column("id", Integer, primary_key=True),
    Column("question", Integer, nullable=False),
    Column("chat_id", BigInteger, nullable=False),
    Column("user_id", BigInteger),
    Column("action", String(64), nullable=False),
    Column("arguments", JSON, nullable=False),
    Column("open", Boolean, nullable=False),
    Column("offered_at", UtcTime, nullable=False),
    Index("buttons_by_question", "question"),
    numbered=True,  # an old key must never mean something new
)

users = _table(
    "users",
    Column("user_id", BigInteger, primary_key=True),
    Column("role", String(16), nullable=False),
    Column("added_at", UtcTime, nullable=False),
    Column("name", Text),
)

copies = _table(
    "copies",
    Column("job_id", Integer, primary_key=True),
    Column("mark", Text, nullable=False),
    Column("ended_run", Integer),
    Column("epoch", Integer),
    Column("step", Integer),
    Column("at", UtcTime, nullable=False),
)

home = _table(
    "home",
    Column("id", Integer, primary_key=True),  # one row
    Column("trouble", String(32), nullable=False),
    Column("since", UtcTime, nullable=False),
    Column("told", JSON, nullable=False),
)

inbox = _table(
    "inbox",
    Column("update_id", BigInteger, primary_key=True),
    Column("user_id", BigInteger, nullable=False),
    Column("content", Text, nullable=False),
    Column("taken", Boolean, nullable=False),
    Column("held", Boolean, nullable=False),
    Column("arrived_at", UtcTime, nullable=False),
    Index("inbox_by_taken", "taken", "update_id"),
)

alerts = _table(
    "alerts",
    Column("id", Integer, primary_key=True),
    Column("job_id", Integer, nullable=False),
    Column("chat_id", BigInteger, nullable=False),
    Column("user_id", BigInteger, nullable=False),
    Column("metric", Text, nullable=False),
    Column("comparison", String(2), nullable=False),
    Column("bound", Float, nullable=False),
    Column("set_at", UtcTime, nullable=False),
    Column("met_in_epoch", Integer),
    Index("alerts_by_job", "job_id", "met_in_epoch"),
    numbered=True,  # a button names one
)

follow_ups = _table(
    "follow_ups",
    Column("job_id", Integer, primary_key=True),
    Column("resumes", Integer, nullable=False),
    Column("user_id", BigInteger, nullable=False),
)

invitations = _table(
    "invitations",
    Column("digest", String(64), primary_key=True),
    Column("role", String(16), nullable=False),
    Column("until", UtcTime, nullable=False),
)

audit = _table(
    "audit",
    Column("id", Integer, primary_key=True),
    Column("at", UtcTime, nullable=False),
    Column("user_id", BigInteger, nullable=False),
    Column("chat_id", BigInteger, nullable=False),
    Column("deed", String(32), nullable=False),
    Column("job_id", Integer),
    Column("detail", Text, nullable=False),
    Index("audit_by_job", "job_id", "id"),
    numbered=True,
)
