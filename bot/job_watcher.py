"""Following the event logs: each step's state, metrics and notifications commit together."""

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from bot.alert_watch import AlertWatch
from bot.deadline_watch import DeadlineWatch
from bot.job import Ending, EpochRecord, Job, JobState, Outcome
from bot.job_manager import JobManager
from bot.job_progress import advanced, seconds_of
from bot.machine import ram_bytes
from bot.messages import endings, epochs, milestones, steering, warnings
from bot.noise import Kind, Level
from bot.quiet import Silence
from bot.runners.base import Gone, Runner
from bot.store import Store, Transaction
from training.protocol.event_log import LogChunk, read_events
from training.protocol.events import (
    ArtifactSaved,
    EpochEnded,
    Event,
    LearningRateSet,
    Resumed,
    RunStarted,
    WarningRaised,
)

log = logging.getLogger(__name__)


MOST_EPOCHS_WAITING = 10


class JobWatcher:
    """Turns what job processes write into what users are told.

    Args:
        changed: called with a job's number when there is something new to show.
    """

    def __init__(
        self,
        store: Store,
        jobs: JobManager,
        runner: Runner,
        now: Callable[[], datetime],
        changed: Callable[[int], None],
        deadline: DeadlineWatch,
    ) -> None:
        self._store = store
        self._jobs = jobs
        self._runner = runner
        self._now = now
        self._changed = changed
        self._silence = Silence(jobs.awake)
        self._deadline = deadline
        self._alerts = AlertWatch(now)
        self._read_to: dict[Path, int] = {}  # how far the logs of active jobs have been read

    def look(self) -> bool:
        """Follow every active job one step.

        Returns:
            Whether any job is active still.
        """
        with self._store.transaction() as tx:
            if not tx.jobs.any_open():
                self._read_to = {}
                return False  # what most looks of an idle bot come to
            active = tx.jobs.active()
        for job in active:
            self._follow(job)
        moved = self._jobs.start_next()
        with self._store.transaction() as tx:
            still_active = tx.jobs.active()
            # One that ended may have let another go on.
            some_news = moved or len(still_active) < len(active)
            waiting = tx.jobs.queued_ids() if some_news else []
        for job_id in (*moved, *waiting):
            self._changed(job_id)
        logs = ((self._jobs.folder(job.id).event_log, job) for job in still_active)
        self._read_to = {file: job.log_offset for file, job in logs}
        return bool(still_active)

    def stirs(self) -> bool:
        """Whether a job has written something since the last look."""
        return any(_size(file) != offset for file, offset in self._read_to.items())

    def catch_up(self) -> None:
        """Take in what the logs of active jobs say, whatever became of their processes."""
        with self._store.transaction() as tx:
            active = tx.jobs.active()
        for job in active:
            self._read_on(job)

    def _follow(self, job: Job) -> None:
        # First the process, then the log: what it wrote before it went is read.
        gone = Gone(None) if job.handle is None else self._runner.look(job.handle)
        before = job
        job = self._read_on(job)
        if job.active and gone is not None:
            job = self._vanished(job, gone)
        elif job.active:
            self._jobs.wishes.look_after(job)
            job = self._listen(job)
        if not job.active:
            self._silence.forget(job.id)
        if job != before:
            self._changed(job.id)

    def _read_on(self, job: Job) -> Job:
        job = self._shorter(job)
        while (chunk := self._read(job)).offset > job.log_offset:
            job = self._take_in(job, chunk)
        return job

    def _listen(self, job: Job) -> Job:
        """Tell once of a process that is there and does not get on."""
        found = self._silence.of(job)
        if found is None or job.progress.quiet is not None:
            return job
        quiet, seconds = found
        with self._store.transaction() as tx, tx.speaking(job.origin.chat_id):
            job = tx.jobs.get(job.id)
            job = replace(job, progress=job.progress.model_copy(update={"quiet": quiet}))
            tx.jobs.save(job)
            text = warnings.quiet(job, quiet, seconds)
            self._alert(tx, job, text)
        return job

    def _read(self, job: Job) -> LogChunk:
        chunk = read_events(self._jobs.folder(job.id).event_log, job.log_offset)
        if chunk.damaged:
            log.warning("job %d: %d damaged lines passed over", job.id, chunk.damaged)
        return chunk

    def _take_in(self, job: Job, chunk: LogChunk) -> Job:
        """One transaction: state, metrics, read offset and what the user is owed."""
        with self._store.transaction() as tx, tx.speaking(job.origin.chat_id):
            job = tx.jobs.get(job.id)
            lost = 0
            for event in chunk.events:
                if event.seq <= job.last_seq:
                    continue
                # A line that was torn by a crash was never an event: no number is missing.
                lost += event.seq - job.last_seq - 1
                was_active = job.active
                job = advanced(job, event)
                job = self._record(tx, job, event)
                if was_active and not job.active:
                    job = self._jobs.say_ended(tx, job)
            if lost:
                self._alert(tx, job, warnings.log_damaged(job, lost))
            if any(isinstance(event, RunStarted | EpochEnded) for event in chunk.events):
                job = self._deadline.heard(tx, job)
            job = replace(job, log_offset=chunk.offset)
            tx.jobs.save(job)
        return job

    def _shorter(self, job: Job) -> Job:
        """A log that lost its end is read again; what was taken in is not taken in twice."""
        log_file = self._jobs.folder(job.id).event_log
        if not job.log_offset or (log_file.exists() and log_file.stat().st_size >= job.log_offset):
            return job
        log.warning("job %d: the event log is shorter than it was", job.id)
        with self._store.transaction() as tx, tx.speaking(job.origin.chat_id):
            job = replace(tx.jobs.get(job.id), log_offset=0)
            tx.jobs.save(job)
            self._alert(tx, job, warnings.log_damaged(job, None))
        return job

    def _alert(self, tx: Transaction, job: Job, text: str) -> None:
        chat_id, kind = job.origin.chat_id, Kind.ALERTS
        tx.outbox.put(chat_id, text, self._now(), job_id=job.id, kind=kind)

    def _record(self, tx: Transaction, job: Job, event: Event) -> Job:
        chat_id = job.origin.chat_id
        match event:
            case EpochEnded():
                record = EpochRecord(event.epoch, event.seconds, event.metrics, event.learning_rate)
                tx.jobs.save_epoch(job, record)
                if tx.preferences.level(chat_id, Kind.EPOCHS) is not Level.OFF:
                    self._say_epoch(tx, job, record, event.epochs)
                return self._alerts.heard(tx, job, record)
            case RunStarted() if event.run == job.run:
                now, kind = self._now(), Kind.STARTED
                tx.outbox.put(chat_id, milestones.started(job), now, job_id=job.id, kind=kind)
            case LearningRateSet():
                text = steering.rate_taken(job, event)
                tx.outbox.put(chat_id, text, self._now(), job_id=job.id, silent=True)
            case Resumed():
                tx.jobs.forget_epochs(job.id, after=event.epoch)
            case ArtifactSaved():
                tx.jobs.save_artifact(job.id, event)
            case WarningRaised():
                return self._alerts.warned(tx, job, event)
        return job

    def _say_epoch(self, tx: Transaction, job: Job, record: EpochRecord, total: int) -> None:
        """A message an epoch; when many wait already, the newest takes the last one's place."""
        chat_id = job.origin.chat_id
        key = f"epochs of job {job.id} run {job.run}"
        crowded = tx.outbox.owed(chat_id) >= MOST_EPOCHS_WAITING
        waiting = tx.outbox.last_pending(chat_id, key) if crowded else None
        if waiting is None:
            text = epochs.epoch_ended(job, record, total)
            now, kind = self._now(), Kind.EPOCHS
            tx.outbox.put(chat_id, text, now, job_id=job.id, kind=kind, key=key)
        else:
            tx.outbox.rewrite(waiting, epochs.epochs_ended(job, record, total))

    def _vanished(self, job: Job, gone: Gone) -> Job:
        """The process went without a last event; what it started goes as well."""
        if job.handle is not None:
            self._runner.stop(job.handle, force=True)
        with self._store.transaction() as tx, tx.speaking(job.origin.chat_id):
            job = tx.jobs.get(job.id)
            if job.progress.run_at is None and not gone.exit_code:
                # It was never let begin: the bot died between its start and the word to go.
                job = replace(job, handle=None)
                if job.state is JobState.RUNNING:
                    job = job.moved_to(JobState.QUEUED)
                    tx.jobs.save(job)
                    return job
            job = self._ended_without_word(tx, job, gone)
            tx.jobs.save(job)
            if job.state is JobState.QUEUED:
                tx.cards.reopen(job.id, as_new=False)
        return job

    def _ended_without_word(self, tx: Transaction, job: Job, gone: Gone) -> Job:
        if job.state is JobState.STOPPING:
            now = self._now()
            outcome = Outcome(stop_mode=job.stop, seconds=seconds_of(job, now))
            return self._jobs.say_ended(tx, job.ended(Ending.STOPPED, now, outcome))
        if gone.with_machine:
            zone = tx.preferences.zone(job.origin.chat_id)
            code, details = endings.machine_gone(job, zone)
        else:
            held_bytes = job.progress.rss_bytes
            code, details = endings.why_gone(gone.exit_code, held_bytes, ram_bytes())
        return self._jobs.lose(tx, job, code, details)


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except FileNotFoundError:
        return 0
