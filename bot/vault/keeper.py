"""The vault's loop in the bot: sees what has changed, has it copied, remembers how far."""

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.backoff import Backoff
from bot.home_copy import JobCopy
from bot.job import Ending, Job, JobState
from bot.messages import milestones
from bot.noise import Kind
from bot.store import Store, StoreError, Transaction
from bot.vault.notes import Notes
from bot.vault.opening import Opening
from bot.vault.outage import Outage
from bot.vault.wire import (
    Copy,
    Failed,
    Fetch,
    JobCopied,
    LastReport,
    Launch,
    Open,
    Opened,
    Place,
    Renew,
    Request,
    Superseded,
)
from bot.vault.worker import Worker
from bot.waiting import news_or_time
from training.protocol.checkpoints import checkpoints_newest_first
from training.protocol.folder import JobFolder

log = logging.getLogger(__name__)

# A folder that cannot be fetched is not asked for for ever.
MOST_FETCHES = 3


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How often the vault does what.

    Attributes:
        look_s: looks whether a job has something new.
        renew_s: renews the lease and looks for a newer one.
        store_s: copies the store though no job has anything new.
        patience_s: how long home may fail before the chats are told.
    """

    look_s: float = 1.0
    renew_s: float = 20.0
    store_s: float = 300.0
    patience_s: float = 600.0


class Vault:
    """Copies what changed; the newest state wins, one copy is under way at a time.

    Args:
        changed: called with a job's number when its card has something new to show.
    """

    def __init__(
        self,
        store: Store,
        opening: Opening,
        worker: Worker,
        now: Callable[[], datetime],
        changed: Callable[[int], None],
        rhythm: Rhythm,
    ) -> None:
        self._store = store
        self._place = opening.place
        self._other = opening.other
        self._worker = worker
        self._now = now
        self._rhythm = rhythm
        self._notes = Notes(opening.place.work)
        self._outage = Outage(store, now, changed, rhythm.patience_s)
        self._changed = changed
        self._backoff = Backoff()
        self._wake = asyncio.Event()
        self._renew_at = time.monotonic() + rhythm.renew_s
        self._store_at = 0.0
        self._version = -1
        self._owed = 0
        self._to_fetch: list[Fetch] | None = None

    @property
    def other(self) -> Launch | None:
        """The newest other launch known: who else may poll."""
        return self._other

    def look_now(self) -> None:
        """Look for a newer launch without waiting for the time to come."""
        self._renew_at = 0.0
        self._wake.set()

    def copy_now(self) -> None:
        """Copy whatever has changed without waiting for the time to come."""
        self._store_at = 0.0
        self._wake.set()

    def up_to_date(self) -> bool:
        """Whether the store in home is as it is here; of jobs, the rows about copies tell."""
        return self._store.version() == self._version

    async def run(self) -> Launch:
        """Copy until a newer launch has the lease.

        Returns:
            That launch.
        """
        while True:
            report = await self._step()
            if isinstance(report, Superseded):
                return report.by
            if isinstance(report, Failed):
                log.warning("home: %s (%s)", report.trouble, report.error)
                self._outage.failed(report.trouble)
                await asyncio.sleep(self._backoff.next_s())
            else:
                await self._pause(self._rhythm.look_s)

    async def close(self) -> None:
        """End the vault's process; nothing more is copied."""
        await asyncio.to_thread(self._worker.close)

    async def _pause(self, seconds: float) -> None:
        self._wake.clear()
        await news_or_time(self._wake, seconds)

    async def _step(self) -> LastReport | None:
        """Whatever is due first; none where nothing is."""
        if self._place.generation is None:
            return await self._open()
        if time.monotonic() >= self._renew_at and not self._outage.lasts:
            self._renew_at = time.monotonic() + self._rhythm.renew_s
            return await self._ask(Renew(place=self._place))
        try:
            behind = self._behind()
            if behind or self._outage.lasts or self._store_is_due():
                return await self._copy(behind)
        except StoreError as error:
            log.warning("%s", error)  # this machine's disk; the next look may find it better
            return None
        return await self._fetch()

    async def _open(self) -> LastReport:
        report = await self._ask(Open(place=self._place, may_restore=False))
        if isinstance(report, Opened):
            self._place = self._place.model_copy(update={"generation": report.generation})
            self._other = report.other
        return report

    def _behind(self) -> dict[int, str]:
        """Jobs whose copy does not have what the job has, with the mark of what it has."""
        with self._store.transaction() as tx:
            wanting = [
                (tx.jobs.get(job_id), tx.copies.find(job_id)) for job_id in tx.copies.wanting()
            ]
        marks = [(copy, job, _mark(self._place, job)) for job, copy in wanting]
        return {job.id: mark for copy, job, mark in marks if copy.mark != mark}

    def _store_is_due(self) -> bool:
        """Whether something else has changed: at once when the chats have been told, else later."""
        with self._store.transaction() as tx:
            owed = tx.outbox.owed()
        told, self._owed = self._owed > 0 and owed == 0, owed
        late = time.monotonic() >= self._store_at
        return (told or late) and self._store.version() != self._version

    async def _copy(self, marks: dict[int, str]) -> LastReport:
        version = self._store.version()
        with self._store.transaction() as tx:
            jobs = {job_id: tx.jobs.get(job_id) for job_id in marks}
            last_job = max((job.id for job in tx.jobs.latest(1)), default=0)
        # Before and after: whatever happens meanwhile, the snapshot has no open job besides.
        active, still_open = self._open_jobs()
        await asyncio.to_thread(self._store.snapshot, self._notes.snapshot)
        active_now, open_now = self._open_jobs()
        copied: list[JobCopied] = []
        request = Copy(
            place=self._place,
            snapshot=self._notes.snapshot,
            jobs=tuple(sorted({*jobs, *active, *active_now})),
            open_jobs=tuple(sorted(still_open | open_now)),
            last_job=last_job,
        )
        report = await self._ask(request, copied.append)
        if not isinstance(report, Failed | Superseded):
            self._version, self._store_at = version, time.monotonic() + self._rhythm.store_s
            self._remember(copied, jobs, marks)
        return report

    def _open_jobs(self) -> tuple[set[int], set[int]]:
        """Those that a process works on; and these with those that wait."""
        with self._store.transaction() as tx:
            active = {job.id for job in tx.jobs.active()}
            return active, active | set(tx.jobs.queued_ids())

    def _remember(
        self, copied: Sequence[JobCopied], jobs: dict[int, Job], marks: dict[int, str]
    ) -> None:
        self._backoff.reset()
        with self._store.transaction() as tx:
            for found in copied:
                if found.job_id in marks:
                    self._save(tx, found, jobs[found.job_id], marks[found.job_id])
        self._outage.over()
        for job_id in marks:
            self._changed(job_id)

    def _save(self, tx: Transaction, found: JobCopied, job: Job, mark: str) -> None:
        copy = JobCopy(job.id, mark, epoch=found.epoch, step=found.step, at=self._now())
        ended = job.state is JobState.ENDED
        if ended and tx.copies.find(job.id).ended_run != job.run:
            chat_id, kind = job.origin.chat_id, Kind.SAVED
            with tx.speaking(chat_id):
                text = milestones.saved(job)
            tx.outbox.put(chat_id, text, self._now(), job_id=job.id, kind=kind)
        tx.copies.save(replace(copy, ended_run=job.run) if ended else copy)

    async def _fetch(self) -> LastReport | None:
        """An ended job that this machine has no folder of, the newest first."""
        if self._to_fetch is None:
            self._to_fetch = self._lacking() * MOST_FETCHES
        while self._to_fetch:
            request = self._to_fetch.pop(0)
            if not JobFolder.of(self._place.work, request.job_id).path.exists():
                return await self._ask(request)
        return None

    def _lacking(self) -> list[Fetch]:
        with self._store.transaction() as tx:
            latest = [job for job in tx.jobs.latest(tx.jobs.count()) if job.state is JobState.ENDED]
            copied = [job for job in latest if tx.copies.find(job.id).mark is not None]
        return [
            Fetch(
                place=self._place,
                job_id=job.id,
                checkpoint=job.ending is not Ending.SUCCEEDED,
            )
            for job in copied
            if not JobFolder.of(self._place.work, job.id).path.exists()
        ]

    async def _ask(
        self, request: Request, copied: Callable[[JobCopied], None] = lambda _: None
    ) -> LastReport:
        return await asyncio.to_thread(self._worker.ask, request, copied)


def _mark(place: Place, job: Job) -> str:
    """What of a job is worth a copy of its own: a run, its end, a checkpoint, results."""
    folder = JobFolder.of(place.work, job.id)
    newest = [path.name for path in checkpoints_newest_first(folder.checkpoint)[:1]]
    results = []
    if folder.artifacts.is_dir():
        for path in sorted(folder.artifacts.iterdir()):
            if not path.name.startswith("."):
                results.append(f"{path.name}:{path.stat().st_mtime_ns}")
    return " ".join([job.state.value, str(job.run), *newest, *results])
