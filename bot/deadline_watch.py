"""Compares what jobs still need with how long the machine may live, and says so."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from bot.button import Button
from bot.deadline import (
    Forecast,
    Lifetime,
    Pace,
    Position,
    Verdict,
    forecast,
    is_news,
    pace_of,
    told_now,
)
from bot.job import Job, JobState
from bot.messages import deadline as messages
from bot.noise import Kind
from bot.store import Transaction
from training.protocol.spec import Spec, TrainSpec

STOP, FEWER, GO_ON = "deadline_stop", "deadline_fewer", "deadline_go_on"
WAYS_OUT = (STOP, FEWER, GO_ON)
FEWEST_EPOCHS = 2  # the first one's time is no measure
LOOKED_AT = 20
# What decides how long an epoch takes, on one machine.
SAME_WORK = {"preset", "batch_size", "optimizer", "samples"}


class DeadlineWatch:
    """Forecasts how far trainings get, and offers ways out where that is not far enough.

    Args:
        saving: whether what is saved outlives the machine.
    """

    def __init__(
        self, lifetime: Lifetime, now: Callable[[], datetime], *, saving: bool = True
    ) -> None:
        self.lifetime = lifetime
        self._now = now
        self._saving = saving

    def heard(self, tx: Transaction, job: Job) -> Job:
        """After an epoch, or at a job's start: owe the chat a message where there is news.

        Returns:
            The job, with what its chat has been told.
        """
        found = self.outlook(tx, job)
        if found is None or job.state is not JobState.RUNNING or not is_news(job.told, found):
            return job
        now, chat_id = self._now(), job.origin.chat_id
        text = messages.news(job, found, tx.preferences.zone(chat_id), now, saving=self._saving)
        tx.buttons.withdraw(WAYS_OUT, job.id)  # of a forecast that is not true any more
        keyboard = tx.buttons.offer(chat_id, self._ways_out(job, found), now)
        keys, kind = keyboard or None, Kind.MACHINE
        tx.outbox.put(chat_id, text, now, job_id=job.id, keyboard=keys, kind=kind)
        return replace(job, told=told_now(job.told, found))

    def outlook(self, tx: Transaction, job: Job) -> Forecast | None:
        """How far a running training will get; none where that cannot be told, or has no end."""
        ends_at, progress = self.lifetime.ends_at, job.progress
        if ends_at is None or not job.active or job.epochs is None:
            return None
        if progress.run_at is None or progress.run_at < self.lifetime.up_since:
            return None  # on a machine that is gone, as a restored store has it
        pace = self._pace(tx, job, job.spec)
        if pace is None or progress.epoch_began_at is None:
            return None
        epochs = min(job.epochs, job.last_epoch or job.epochs)
        position = Position(progress.epochs_done, epochs, progress.epoch_began_at)
        return forecast(position, pace, self._now(), ends_at)

    def _pace(self, tx: Transaction, job: Job, spec: Spec) -> Pace | None:
        """From this run's epochs; before there are enough, from another job's on this machine."""
        seconds = tx.jobs.epoch_seconds(job.id, job.run)
        if len(seconds) >= FEWEST_EPOCHS:
            return pace_of(seconds)
        if job.run > 1 or not isinstance(spec, TrainSpec):
            return None  # where it goes on from, and how fast, its first epochs tell
        wanted = spec.model_dump(include=SAME_WORK)
        for earlier in tx.jobs.latest(LOOKED_AT, before=job.id):
            began = earlier.progress.run_at
            if began is None or began < self.lifetime.up_since or earlier.spec.kind != spec.kind:
                continue
            seconds = tx.jobs.epoch_seconds(earlier.id, earlier.run)
            if earlier.spec.model_dump(include=SAME_WORK) == wanted and seconds:
                return pace_of(seconds)
        return None

    def _ways_out(self, job: Job, found: Forecast) -> list[list[Button]]:
        if found.verdict is Verdict.FITS:
            return []
        rows = []
        if found.safe > job.progress.epochs_done:
            end = {"job": job.id, "epoch": found.safe}
            rows.append([Button(messages.stop_at(found.safe), STOP, end)])
            if isinstance(job.spec, TrainSpec):
                rows.append([Button(messages.only(found.safe), FEWER, end)])
        label = messages.go_on(saving=self._saving)
        return [*rows, [Button(label, GO_ON, {"job": job.id})]]
