"""After a restore: what the bot concludes from having been on another machine."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from bot.job import Handle, Job, JobState
from bot.messages import vault as messages
from bot.noise import Kind
from bot.store import Store, Transaction
from bot.vault.notes import Notes
from bot.vault.wire import Restored
from training.protocol.event_log import last_run, log_end
from training.protocol.folder import JobFolder


@dataclass(frozen=True, slots=True)
class Ways:
    """What others do about a restored store.

    Attributes:
        put_back: gives the store a job that only its folder tells of.
        catch_up: takes in what the logs of active jobs say.
    """

    put_back: Callable[[JobFolder, int], None]
    catch_up: Callable[[], None]


def take_over(store: Store, work: Path, now: Callable[[], datetime], ways: Ways) -> None:
    """Tell the restored store that its machine is gone; nothing where nothing was restored.

    What the event logs say beyond the snapshot is taken in at once: the chats may have
    been told of it by the machine that is gone, so those messages are in doubt like all
    that were owed. Then the job watcher finds the processes gone with their machine.
    Each step may be done again: whoever dies on the way begins anew.
    """
    notes = Notes(work)
    restored = notes.restored()
    if restored is None:
        return
    for found in restored.jobs:
        with store.transaction() as tx:
            known = tx.jobs.find(found.job_id) is not None
        if not known:
            ways.put_back(JobFolder.of(work, found.job_id), found.job_id)
    with store.transaction() as tx:
        for job in (*tx.jobs.active(), *tx.jobs.queued()):
            folder = JobFolder.of(work, job.id)
            begun = _no_further_than(folder, _in_its_last_run(folder, job))
            tx.jobs.save(_without_process(begun) if begun.active else begun)
    ways.catch_up()
    with store.transaction() as tx:
        tx.outbox.doubt_all()
        _say_damage(tx, restored, now())
    notes.forget_restored()


def _in_its_last_run(folder: JobFolder, job: Job) -> Job:
    """A run that began after the snapshot: the next one must not go by its number."""
    run = last_run(folder.event_log)
    if run <= job.run:
        return job
    moved = job if job.active else job.moved_to(JobState.RUNNING)
    return replace(moved, run=run, started_at=job.started_at or job.created_at)


def _without_process(job: Job) -> Job:
    """The same pid may be somebody else's here: no boot of this machine has that id."""
    handle = job.handle or Handle(pid=0, started_at=0.0, boot_id="")
    return replace(job, handle=handle.model_copy(update={"boot_id": "another machine"}))


def _no_further_than(folder: JobFolder, job: Job) -> Job:
    """A log that came back shorter than it was read is read from its end on."""
    size = folder.event_log.stat().st_size if folder.event_log.exists() else 0
    if size >= job.log_offset:
        return job
    offset, last_seq = log_end(folder.event_log)
    return replace(job, log_offset=offset, last_seq=last_seq)


def _say_damage(tx: Transaction, restored: Restored, now: datetime) -> None:
    damaged = [found for found in restored.jobs if found.damaged]
    by_chat: dict[int, list[tuple[Job, int | None, tuple[str, ...]]]] = {}
    for found in damaged:
        job = tx.jobs.find(found.job_id)
        if job is not None:
            by_chat.setdefault(job.origin.chat_id, []).append((job, found.epoch, found.damaged))
    if restored.store_damaged:
        for job in tx.jobs.latest(1):
            by_chat.setdefault(job.origin.chat_id, [])
    for chat_id, jobs in by_chat.items():
        with tx.speaking(chat_id):
            text = messages.damaged_copy(restored.at, jobs, tx.preferences.zone(chat_id))
        tx.outbox.put(chat_id, text, now, kind=Kind.MACHINE)
