"""Who did what to which job, and when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection, insert, select

from bot.job import Origin
from bot.store import schema


class Deed(StrEnum):
    """What a user did."""

    STARTED = "started"
    STOPPED = "stopped"
    STOPPED_AT = "stopped_at"
    RESUMED = "resumed"
    CHANGED_RATE = "changed_rate"
    CHANGED_EPOCHS = "changed_epochs"
    SET_ALERT = "set_alert"
    NOTED = "noted"
    ACCEPTED_END = "accepted_end"
    RELEASED = "released"
    INVITED = "invited"
    JOINED = "joined"
    REMOVED = "removed"
    TOOK = "took"
    SENT = "sent"


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the trail; ``detail`` is a figure or a word that belongs to the deed."""

    at: datetime
    user_id: int
    deed: Deed
    job_id: int | None = None
    detail: str = ""


class Audit:
    """The only door to rows of the trail; they are never changed."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def put(
        self,
        origin: Origin,
        deed: Deed,
        at: datetime,
        *,
        job_id: int | None = None,
        detail: str = "",
    ) -> None:
        """Write down what somebody did, in the transaction in which it is done."""
        values = {
            "at": at,
            "user_id": origin.user_id,
            "chat_id": origin.chat_id,
            "deed": deed.value,
            "job_id": job_id,
            "detail": detail,
        }
        self._connection.execute(insert(schema.audit).values(values))

    def latest(self, most: int, job_id: int | None = None) -> Sequence[Entry]:
        """The newest lines, of one job or of all, newest first."""
        table = schema.audit
        query = select(table).order_by(table.c.id.desc()).limit(most)
        if job_id is not None:
            query = query.where(table.c.job_id == job_id)
        return [
            Entry(row.at, row.user_id, Deed(row.deed), row.job_id, row.detail)
            for row in self._connection.execute(query)
        ]
