"""Compares what epochs came to with what users wait for, in the epoch's own transaction."""

from collections.abc import Callable
from datetime import datetime

from bot.job import EpochRecord, Job
from bot.messages import alerts as messages
from bot.store import Transaction


class AlertWatch:
    """Owes chats the alerts that an epoch has met."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now

    def heard(self, tx: Transaction, job: Job, record: EpochRecord) -> None:
        """After an epoch: each alert that it meets is told once.

        Whoever lost their role meanwhile hears nothing.
        """
        for alert in tx.alerts.of_job(job.id):
            if not alert.condition.met_by(record.metrics):
                continue
            tx.alerts.met(alert, record.epoch)
            if tx.users.role(alert.user_id) is not None:
                text = messages.met(job, record, alert.condition)
                tx.outbox.put(alert.chat_id, text, self._now(), job_id=job.id)
