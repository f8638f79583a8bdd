"""Starting and stopping jobs."""

import logging
import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from bot import last_message
from bot.errors import (
    AlreadyStopping,
    CheckpointGone,
    NotFetched,
    NothingToResume,
    NotPassedOn,
    NotRunning,
    StillOpen,
)
from bot.job import Ending, Job, JobState, Origin, Outcome
from bot.job_progress import seconds_of
from bot.job_starter import JobStarter
from bot.log_tail import log_tail
from bot.messages import endings
from bot.noise import Kind
from bot.quiet import AwakeClock
from bot.runners.base import Runner
from bot.store import Store, Transaction
from bot.store.audit import Deed
from bot.store.follow_ups import FollowUp
from bot.wish_keeper import WishKeeper
from bot.wishes import (
    accepting,
    control_of,
    is_complete,
    with_epochs,
    with_last_epoch,
    with_learning_rate,
)
from training.protocol.checkpoints import FIRST, after_epochs, checkpoint_name
from training.protocol.control import StopMode, write_control
from training.protocol.failure import Detail
from training.protocol.folder import JobFolder
from training.protocol.spec import Spec, TrainSpec, write_spec

log = logging.getLogger(__name__)

# A job that is lost goes on by itself, but not for ever from the same place.
MOST_FRUITLESS_RUNS = 3
TAIL_LINES = 8


class JobManager:
    """Moves jobs through their lives; every move is one transaction.

    Args:
        work: the folder with the job folders.
        now: the time, aware UTC.
        awake: seconds that passed while the bot was awake.
        auto_resume: whether a job that is lost goes on by itself.
    """

    def __init__(
        self,
        store: Store,
        runner: Runner,
        work: Path,
        now: Callable[[], datetime],
        *,
        auto_resume: bool = True,
        awake: Callable[[], float] | None = None,
    ) -> None:
        self._store = store
        self._runner = runner
        self._work = work
        self._now = now
        self._auto_resume = auto_resume
        self.awake = awake or AwakeClock()
        self.wishes = WishKeeper(runner, work, self.awake)
        self._starter = JobStarter(store, runner, work, now, self.say_ended)

    def folder(self, job_id: int) -> JobFolder:
        """The folder of a job."""
        return JobFolder.of(self._work, job_id)

    @property
    def ready(self) -> bool:
        """Whether a training that came now would begin at once."""
        return self._runner.ready

    def submit(self, spec: Spec, origin: Origin, then_resume: int | None = None) -> Job | None:
        """Queue a job; none where this update has queued its job before.

        Args:
            then_resume: a job that broke off and is to go on when this one has succeeded.

        Raises:
            CheckpointGone: it should begin from one that is not there any more.
        """
        with self._store.transaction() as tx:
            if not tx.first(origin):
                return None
            job = tx.jobs.add(spec, origin, self._now())
            if isinstance(spec, TrainSpec):
                self._give_checkpoint(job.id, spec)
            tx.audit.put(origin, Deed.STARTED, self._now(), job_id=job.id)
            tx.cards.open(job.id, origin.chat_id)
            if then_resume is not None:
                tx.follow_ups.put(job.id, FollowUp(then_resume, origin.user_id))
        self.start_next()
        with self._store.transaction() as tx:
            return tx.jobs.get(job.id)

    def _give_checkpoint(self, job_id: int, spec: TrainSpec) -> None:
        """Put the checkpoint that a job begins from into its folder: it is then its first.

        Links, not copies: it costs no time, and stays when the parent's goes.
        """
        if spec.parent is None or spec.parent.epoch is None:
            return
        parent, epoch, own = spec.parent.job, spec.parent.epoch, self.folder(job_id)
        kept = after_epochs(self.folder(parent).checkpoint)
        place = own.checkpoint / checkpoint_name(FIRST, epoch, 0)
        try:
            shutil.rmtree(own.path, ignore_errors=True)  # of a bot that died here
            own.create()
            shutil.copytree(kept[epoch], place, copy_function=os.link)
        except (KeyError, OSError) as error:
            raise CheckpointGone(parent, epoch, tuple(sorted(kept))) from error

    def start_next(self) -> list[int]:
        """Start the first waiting job of every lane that is free; see ``JobStarter``."""
        return self._starter.start_next()

    def stop(self, job_id: int, mode: StopMode, origin: Origin) -> Job:
        """Ask a job to stop; a waiting one ends at once.

        Raises:
            NotRunning: it has ended.
            AlreadyStopping: it was asked before, and no less urgently.
        """
        with self._store.transaction() as tx:
            job = tx.jobs.get(job_id)
            if job.state is JobState.ENDED:
                raise NotRunning(job_id)
            if job.state is JobState.STOPPING and (job.stop is StopMode.NOW or job.stop is mode):
                raise AlreadyStopping(job_id)
            tx.first(origin)
            job = self._stopping(job, mode)
            tx.jobs.save(job)
            tx.audit.put(origin, Deed.STOPPED, self._now(), job_id=job_id)
        if job.active:
            self.wishes.pass_on(job)
        return job

    def stop_after(self, job_id: int, epoch: int, origin: Origin) -> Job:
        """Ask a job to stop when an epoch is over, and to save.

        Raises:
            UserError: that is no epoch it could stop after, or the disk is full.
        """
        deed = (Deed.STOPPED_AT, str(epoch))
        return self._wish(job_id, origin, deed, lambda job: with_last_epoch(job, epoch))

    def set_epochs(self, job_id: int, epochs: int, origin: Origin) -> Job:
        """Change how many epochs a job does in all.

        Raises:
            UserError: it has got that far already, or the disk is full.
        """
        deed = (Deed.CHANGED_EPOCHS, str(epochs))
        return self._wish(job_id, origin, deed, lambda job: with_epochs(job, epochs))

    def set_learning_rate(self, job_id: int, learning_rate: float, origin: Origin) -> Job:
        """Let a job's next epoch begin with another learning rate.

        Raises:
            UserError: it has no epoch left, or the disk is full.
        """
        deed = (Deed.CHANGED_RATE, f"{learning_rate:g}")
        return self._wish(job_id, origin, deed, lambda job: with_learning_rate(job, learning_rate))

    def accept_deadline(self, job_id: int, origin: Origin) -> Job:
        """Let a job run into its machine's end, and say no more about it."""
        return self._wish(job_id, origin, (Deed.ACCEPTED_END, ""), accepting)

    def _wish(
        self, job_id: int, origin: Origin, deed: tuple[Deed, str], change: Callable[[Job], Job]
    ) -> Job:
        """Store a wish and tell the run: both or neither; nothing if this was done before."""
        with self._store.transaction() as tx:
            job = tx.jobs.get(job_id)
            wished = change(job)
            if not tx.first(origin):
                return job
            tx.jobs.save(wished)
            tx.audit.put(origin, deed[0], self._now(), job_id=job_id, detail=deed[1])
            if not wished.active:
                return wished  # its next run begins with all that was wished
            try:
                write_spec(self.folder(job_id), wished.spec)
                write_control(self.folder(job_id), control_of(wished))
            except OSError as error:
                raise NotPassedOn(job_id) from error
        return wished

    def resume(self, job_id: int, origin: Origin, learning_rate: float | None = None) -> Job | None:
        """Let a job go on from its checkpoint; none where this update has done so before.

        Args:
            learning_rate: one that counts from its next epoch on.

        Raises:
            StillOpen: it waits or runs.
            NothingToResume: it has done all it was asked to.
            NotFetched: its checkpoint is not on this machine yet.
        """
        with self._store.transaction() as tx:
            job = tx.jobs.get(job_id)
            if job.state is not JobState.ENDED:
                raise StillOpen(job_id)
            if job.ending is Ending.SUCCEEDED and is_complete(job):
                raise NothingToResume(job_id)
            if self.on_its_way(tx, job_id):
                raise NotFetched(job_id)
            if not tx.first(origin):
                return None
            if learning_rate is not None:
                job = replace(job, learning_rate=learning_rate)
                detail = f"{learning_rate:g}"
                tx.audit.put(origin, Deed.CHANGED_RATE, self._now(), job_id=job_id, detail=detail)
            self._go_on(tx, job, origin)
        self.start_next()
        with self._store.transaction() as tx:
            return tx.jobs.get(job_id)

    def on_its_way(self, tx: Transaction, job_id: int) -> bool:
        """Whether a job's folder is in the home folder and not here, after a restore."""
        return tx.copies.find(job_id).mark is not None and not self.folder(job_id).path.exists()

    def lose(self, tx: Transaction, job: Job, code: str, details: dict[str, Detail]) -> Job:
        """End a job whose process went without a last event, or let it go on by itself."""
        now = self._now()
        outcome = Outcome(code=code, details=details, seconds=seconds_of(job, now))
        lost = replace(job.ended(Ending.LOST, now, outcome), fruitless_runs=job.fruitless_runs + 1)
        if not self._auto_resume or lost.fruitless_runs >= MOST_FRUITLESS_RUNS:
            return self.say_ended(tx, lost)
        text = endings.goes_on(lost)
        tx.outbox.put(job.origin.chat_id, text, now, job_id=job.id, kind=Kind.FAILED)
        return lost.resumed()

    def say_ended(self, tx: Transaction, job: Job) -> Job:
        """Owe the chat the last message about a job; a failure gets the end of its log."""
        if job.ending in (Ending.FAILED, Ending.LOST):
            tail = log_tail(self.folder(job.id), TAIL_LINES)
            job = replace(job, outcome=job.outcome.model_copy(update={"log_tail": tail}))
        last_message.owe(tx, job, self._now())
        follow_up = tx.follow_ups.take(job.id)
        if follow_up is not None and job.ending is Ending.SUCCEEDED:
            waiting = tx.jobs.get(follow_up.resumes)
            done = waiting.ending is Ending.SUCCEEDED and is_complete(waiting)
            if waiting.state is JobState.ENDED and not done:
                self._go_on(tx, waiting, Origin(job.origin.chat_id, follow_up.user_id))
        return job

    def adopt(self) -> None:
        """Take up the jobs of an earlier bot: wishes it had not passed on are passed on now."""
        with self._store.transaction() as tx:
            jobs = tx.jobs.active()
        for job in jobs:
            log.info("adopted job %d, run %d", job.id, job.run)
            self.wishes.pass_on(job)

    def _go_on(self, tx: Transaction, job: Job, origin: Origin) -> None:
        tx.jobs.save(replace(job.resumed(), fruitless_runs=0))
        tx.audit.put(origin, Deed.RESUMED, self._now(), job_id=job.id)
        tx.cards.reopen(job.id, as_new=True)

    def _stopping(self, job: Job, mode: StopMode) -> Job:
        now = self._now()
        if job.state is JobState.QUEUED:
            return job.ended(Ending.STOPPED, now, Outcome(stop_mode=mode))
        moved = job if job.state is JobState.STOPPING else job.moved_to(JobState.STOPPING)
        return replace(moved, stop=mode, stop_asked_at=now)
