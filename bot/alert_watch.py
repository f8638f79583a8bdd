"""Compares epochs with what users wait for and with what is wrong, in their own transaction."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from bot.health import Alarm
from bot.job import EpochRecord, Job
from bot.messages import alerts as messages
from bot.messages import warnings
from bot.noise import Kind
from bot.store import Transaction
from training.protocol.events import WarningRaised
from training.protocol.failure import WarningCode

# What a job process may say in each of its runs, and a chat hears once until it is over.
ONCE = {WarningCode.METRIC_NOT_FINITE: Alarm.NOT_FINITE}


class AlertWatch:
    """Owes chats what epochs and warnings give cause to say."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now

    def heard(self, tx: Transaction, job: Job, record: EpochRecord) -> Job:
        """After an epoch: each alert that it meets is told once, and a divergence.

        Whoever lost their role meanwhile hears nothing.

        Returns:
            The job, with what its chat has been told.
        """
        for alert in tx.alerts.of_job(job.id):
            if not alert.condition.met_by(record.metrics):
                continue
            tx.alerts.met(alert, record.epoch)
            if tx.users.role(alert.user_id) is not None:
                with tx.speaking(alert.chat_id):
                    text = messages.met(job, record, alert.condition)
                tx.outbox.put(alert.chat_id, text, self._now(), job_id=job.id, kind=Kind.ALERTS)
        if job.health.diverged and Alarm.DIVERGED not in job.health.told:
            return self._told(tx, job, Alarm.DIVERGED, messages.diverged(job, record))
        return job

    def warned(self, tx: Transaction, job: Job, event: WarningRaised) -> Job:
        """A run warns: tell it, where that was not told and has not been over since.

        Returns:
            The job, with what its chat has been told.
        """
        alarm, text = ONCE.get(event.code), warnings.warning(job, event)
        if alarm is None:
            tx.outbox.put(job.origin.chat_id, text, self._now(), job_id=job.id, kind=Kind.ALERTS)
            return job
        return job if alarm in job.health.told else self._told(tx, job, alarm, text)

    def _told(self, tx: Transaction, job: Job, alarm: Alarm, text: str) -> Job:
        tx.outbox.put(job.origin.chat_id, text, self._now(), job_id=job.id, kind=Kind.ALERTS)
        return replace(job, health=job.health.having_told(alarm))
