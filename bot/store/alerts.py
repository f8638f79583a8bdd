"""Alerts that users have set, until they were met or removed."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from bot.alerts import Alert, Comparison, Condition
from bot.job import Origin
from bot.store import schema


class Alerts:
    """The only door to rows about alerts."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, job_id: int, condition: Condition, origin: Origin, at: datetime) -> None:
        """Wait for a condition; once, where the same chat waits for it already."""
        if any(
            (alert.job_id, alert.condition) == (job_id, condition)
            for alert in self.of_chat(origin.chat_id)
        ):
            return
        values = {
            "job_id": job_id,
            "chat_id": origin.chat_id,
            "user_id": origin.user_id,
            "metric": condition.metric,
            "comparison": condition.comparison.value,
            "bound": condition.bound,
            "set_at": at,
        }
        self._connection.execute(insert(schema.alerts).values(values))

    def of_chat(self, chat_id: int) -> Sequence[Alert]:
        """What a chat waits for, in the order in which it was set."""
        return self._waiting(schema.alerts.c.chat_id == chat_id)

    def of_job(self, job_id: int) -> Sequence[Alert]:
        """What any chat waits for in a job."""
        return self._waiting(schema.alerts.c.job_id == job_id)

    def met(self, alert: Alert, epoch: int) -> None:
        """It is told once: in the transaction of the epoch that met it."""
        table = schema.alerts
        self._connection.execute(
            update(table).where(table.c.id == alert.id).values(met_in_epoch=epoch)
        )

    def remove(self, alert_id: int, chat_id: int) -> None:
        """Wait for it no longer, if it is that chat's."""
        table = schema.alerts
        self._connection.execute(
            delete(table).where(table.c.id == alert_id, table.c.chat_id == chat_id)
        )

    def _waiting(self, condition: Any) -> Sequence[Alert]:
        table = schema.alerts
        query = select(table).where(condition, table.c.met_in_epoch.is_(None)).order_by(table.c.id)
        return [_to_alert(row) for row in self._connection.execute(query)]


def _to_alert(row: Row[Any]) -> Alert:
    condition = Condition(row.metric, Comparison(row.comparison), row.bound)
    return Alert(row.id, row.job_id, row.chat_id, row.user_id, condition)
