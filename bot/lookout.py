"""Looks at the machine while jobs run: a GPU that idles under a training, a disk that fills."""

import asyncio
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path

from bot.disk_use import largest_folders
from bot.health import Alarm
from bot.job import Job, JobState
from bot.machine import Gpu
from bot.messages import lookout as messages
from bot.noise import Kind
from bot.store import Store, Transaction

INTERVAL_S = 30.0
# Between two epochs, or while pictures are read, a GPU may well rest for a moment.
IDLE_PERCENT, IDLE_AFTER_S = 2, 600.0
# Room for some checkpoints and a model; of a small disk, a twentieth.
LOW_BYTES, LOW_SHARE = 2 * 10**9, 0.05
ENOUGH = 2  # times what is low: room that comes and goes is not told again and again
DISK_TOLD = "disk_low_told"


@dataclass(frozen=True, slots=True)
class Senses:
    """Where readings come from.

    Attributes:
        awake: seconds that passed while the bot was awake.
        gpus: the latest reading, told at once.
        disk: total, used and free bytes of the disk that holds a folder.
    """

    awake: Callable[[], float]
    gpus: Callable[[], Sequence[Gpu]]
    disk: Callable[[Path], tuple[int, int, int]] = shutil.disk_usage


class Lookout:
    """Tells once of each trouble, and of the disk also when it is over.

    Args:
        work: the folder whose disk counts.
        owner_id: who hears of the disk where no job runs.
        wake: called when there is something to send.
    """

    def __init__(
        self,
        store: Store,
        work: Path,
        now: Callable[[], datetime],
        senses: Senses,
        owner_id: Callable[[], int | None],
        wake: Callable[[], None],
    ) -> None:
        self._store = store
        self._work = work
        self._now = now
        self._owner_id = owner_id
        self._wake = wake
        self._senses = senses
        self._idle_since: dict[tuple[int, int], float] = {}

    async def run(self) -> None:
        """Look now and then until cancelled."""
        while True:
            await asyncio.sleep(INTERVAL_S)
            await self.look()

    async def look(self) -> None:
        """Look once."""
        with self._store.transaction() as tx:
            active = tx.jobs.active()
        self._look_at_gpus([job for job in active if _trains_on_gpu(job)])
        await self._look_at_disk()

    def _look_at_gpus(self, jobs: Sequence[Job]) -> None:
        idle = bool(jobs) and _idle(self._senses.gpus())
        now = self._senses.awake()
        marks = [(job.id, job.run) for job in jobs if idle]
        self._idle_since = {mark: self._idle_since.get(mark, now) for mark in marks}
        for (job_id, _), since in self._idle_since.items():
            if now - since >= IDLE_AFTER_S:
                self._tell_idle(job_id, now - since)

    def _tell_idle(self, job_id: int, seconds: float) -> None:
        with self._store.transaction() as tx:
            job = tx.jobs.get(job_id)
            if Alarm.GPU_IDLE in job.health.told or not _trains_on_gpu(job):
                return
            tx.jobs.save(replace(job, health=job.health.having_told(Alarm.GPU_IDLE)))
            with tx.speaking(job.origin.chat_id):
                text = messages.gpu_idle(job, seconds)
            tx.outbox.put(job.origin.chat_id, text, self._now(), job_id=job.id, kind=Kind.ALERTS)
        self._wake()

    async def _look_at_disk(self) -> None:
        try:
            total_bytes, _, free_bytes = self._senses.disk(self._work)
        except OSError:
            return  # what needs the disk says so
        low = min(LOW_BYTES, LOW_SHARE * total_bytes)
        with self._store.transaction() as tx:
            told = bool(tx.about.get(DISK_TOLD))
        if not told and free_bytes < low:
            largest = await asyncio.to_thread(largest_folders, self._work)
            low_words = partial(messages.disk_low, free_bytes, total_bytes, largest)
            self._tell_disk(low_words, low=True)
        elif told and free_bytes > ENOUGH * low:
            room_words = partial(messages.disk_has_room, free_bytes, total_bytes)
            self._tell_disk(room_words, low=False)

    def _tell_disk(self, words: Callable[[], str], *, low: bool) -> None:
        with self._store.transaction() as tx:
            tx.about.put(DISK_TOLD, self._now().isoformat() if low else "")
            for chat_id in self._chats(tx):
                with tx.speaking(chat_id):
                    text = words()
                tx.outbox.put(chat_id, text, self._now(), silent=not low, kind=Kind.ALERTS)
        self._wake()

    def _chats(self, tx: Transaction) -> list[int]:
        """The chats whose jobs need the disk, or else the owner."""
        open_jobs = (*tx.jobs.active(), *tx.jobs.queued())
        chats = list(dict.fromkeys(job.origin.chat_id for job in open_jobs))
        owner_id = self._owner_id()
        return chats or ([] if owner_id is None else [owner_id])


def _trains_on_gpu(job: Job) -> bool:
    """Whether a GPU should be busy: epochs run, and nobody was told that they do not get on."""
    progress = job.progress
    under_way = job.state is JobState.RUNNING and progress.epoch is not None
    return under_way and progress.is_gpu is True and progress.quiet is None


def _idle(gpus: Sequence[Gpu]) -> bool:
    """Whether no GPU does anything; where one does not tell, nobody knows."""
    loads = [gpu.load_percent for gpu in gpus]
    return bool(loads) and all(load is not None and load <= IDLE_PERCENT for load in loads)
