"""From a waiting job to its run: the folder first, then the process, and the store knows it."""

import json
import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path

from bot.job import Ending, Handle, Job, JobState, Outcome
from bot.messages import endings
from bot.runners.base import Runner, StartError
from bot.store import Store, Transaction
from bot.wishes import control_of
from training.protocol.control import write_control
from training.protocol.event_log import log_end
from training.protocol.folder import JobFolder, write_atomically
from training.protocol.sealed import seal
from training.protocol.spec import Lane, write_spec

log = logging.getLogger(__name__)


class JobStarter:
    """Starts what waits, one job a lane.

    Args:
        work: the folder with the job folders.
        say_ended: owes the chat the last message about a job that could not be started.
    """

    def __init__(
        self,
        store: Store,
        runner: Runner,
        work: Path,
        now: Callable[[], datetime],
        say_ended: Callable[[Transaction, Job], Job],
    ) -> None:
        self._store = store
        self._runner = runner
        self._work = work
        self._now = now
        self._say_ended = say_ended

    def start_next(self) -> list[int]:
        """Start the first waiting job of every lane that is free.

        Returns:
            The numbers of those that wait no longer, also where one could not be started.
        """
        moved = []
        for lane in Lane:
            with self._store.transaction() as tx:
                busy = any(job.spec.lane is lane for job in tx.jobs.active())
                waiting = [] if busy else tx.jobs.queued(lane, most=1)
            for job in waiting:
                self._start(job)
                moved.append(job.id)
        return moved

    def _start(self, job: Job) -> None:
        begun = replace(
            job.moved_to(JobState.RUNNING),
            run=job.run + 1,
            progress=job.progress.model_copy(update={"run_at": None, "done": None}),
        )
        try:
            running = self._prepared(begun)
            self._runner.start(
                JobFolder.of(self._work, job.id), running.run, partial(self._record, running)
            )
        except (OSError, StartError) as error:
            log.exception("job %d cannot be started", job.id)
            self._fail(begun, str(error))

    def _prepared(self, job: Job) -> Job:
        """Have all in the job's folder that its run reads."""
        folder = JobFolder.of(self._work, job.id)
        folder.create()
        write_spec(folder, job.spec)
        origin = {"chat_id": job.origin.chat_id, "user_id": job.origin.user_id}
        write_atomically(folder.origin, seal(json.dumps(origin).encode()))
        write_control(folder, control_of(job))
        # Where the run's events begin, also in a log that has lost some of its lines.
        log_offset, last_seq = log_end(folder.event_log)
        return replace(job, log_offset=log_offset, last_seq=last_seq)

    def _record(self, job: Job, handle: Handle) -> None:
        started_at = job.started_at or self._now()
        with self._store.transaction() as tx:
            tx.jobs.save(replace(job, handle=handle, started_at=started_at))

    def _fail(self, job: Job, error: str) -> None:
        outcome = Outcome(code=endings.NOT_STARTED, details={"error": error})
        job = replace(job, started_at=self._now()).ended(Ending.FAILED, self._now(), outcome)
        with self._store.transaction() as tx, tx.speaking(job.origin.chat_id):
            tx.jobs.save(self._say_ended(tx, job))
