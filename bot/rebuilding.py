"""A new store from the job folders, where the old one cannot be read any more."""

import json
import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from bot.job import EpochRecord, Job, JobState, Origin
from bot.job_progress import advanced
from bot.messages import rebuilt
from bot.noise import Kind
from bot.runners.base import Runner
from bot.store import Store, StoreDamaged, Transaction
from bot.store.sums import lost_changes
from training.protocol.event_log import read_events
from training.protocol.events import ArtifactSaved, EpochEnded, Event, RunStarted
from training.protocol.folder import JobFolder
from training.protocol.sealed import unseal
from training.protocol.spec import read_spec

log = logging.getLogger(__name__)

BESIDE = ("", "-wal", "-shm")


def open_store(path: Path, work: Path, runner: Runner) -> Store:
    """Open the store; a damaged one is set aside and made anew from the job folders.

    Covered: jobs with their epochs, artifacts and endings; a job that still runs is
    taken up. Not covered: what was owed to chats, chats' choices, and users other
    than the owner in the settings; none of these stands in a job folder.

    Raises:
        StoreError: the store was written by a newer version.
    """
    try:
        return _open_whole(path, work)
    except StoreDamaged as error:
        log.error("the store is damaged (%s) and is set aside", error)  # noqa: TRY400 - no bug
        aside = _set_aside(path)
        store = Store(path)
        _rebuild(store, work, runner, f"{error}", aside)
        return store


def _open_whole(path: Path, work: Path) -> Store:
    if (not path.exists() or path.stat().st_size == 0) and any(_job_folders(work)):
        raise StoreDamaged("it is gone or empty, though there are job folders")
    if lost_changes(path):
        raise StoreDamaged("its latest changes are gone")
    return Store(path)


def _set_aside(path: Path) -> Path:
    number = 1
    while (aside := path.with_name(f"{path.name}.damaged-{number}")).exists():
        number += 1
    for ending in BESIDE:
        part = path.with_name(path.name + ending)
        if part.exists():
            part.rename(aside.with_name(aside.name + ending))
    return aside


def _rebuild(store: Store, work: Path, runner: Runner, why: str, aside: Path) -> None:
    chats: dict[int, int] = {}
    with store.transaction() as tx:
        for folder, job_id in _job_folders(work):
            job = _read_job(folder, job_id)
            if job is None:
                log.warning("job folder %s cannot be read and is left out", folder.path)
                continue
            _put_back(tx, job, folder, runner)
            chats[job.origin.chat_id] = chats.get(job.origin.chat_id, 0) + 1
        for chat_id, count in chats.items():
            text, now = rebuilt.said(count, why, aside.name), datetime.now(UTC)
            tx.outbox.put(chat_id, text, now, kind=Kind.MACHINE)


def _job_folders(work: Path) -> Iterator[tuple[JobFolder, int]]:
    numbers = [int(path.name) for path in (work / "jobs").glob("*") if path.name.isdigit()]
    for number in sorted(numbers):
        yield JobFolder.of(work, number), number


def put_back(store: Store, runner: Runner, folder: JobFolder, job_id: int) -> None:
    """Give a store a job that it does not know, as its folder tells it.

    Nothing is said about it, whatever the log says: that was told where it happened.
    """
    with store.transaction() as tx:
        tx.jobs.number_above(job_id)
        job = _read_job(folder, job_id)
        if job is not None and tx.jobs.find(job_id) is None:
            _put_back(tx, job, folder, runner)


def _read_job(folder: JobFolder, job_id: int) -> Job | None:
    try:
        spec = read_spec(folder)
        origin = json.loads(unseal(folder.origin.read_bytes()))
        created_at = datetime.fromtimestamp(folder.spec.stat().st_mtime, UTC)
        chat_id, user_id = int(origin["chat_id"]), int(origin["user_id"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return Job(id=job_id, spec=spec, origin=Origin(chat_id, user_id), created_at=created_at)


def _put_back(tx: Transaction, job: Job, folder: JobFolder, runner: Runner) -> None:
    """Store a job as its log tells it; one without an end is looked after from here on."""
    tx.jobs.put_back(job)
    for event in _events(folder):
        if isinstance(event, RunStarted):
            started = job if job.state is JobState.QUEUED else job.resumed()
            running = replace(started.moved_to(JobState.RUNNING), run=event.run)
            handle = runner.find(folder, event.pid)
            job = replace(running, handle=handle, started_at=job.started_at or event.at)
        job = advanced(job, event)
        if isinstance(event, EpochEnded):
            record = EpochRecord(event.epoch, event.seconds, event.metrics, event.learning_rate)
            tx.jobs.save_epoch(job, record)
        elif isinstance(event, ArtifactSaved):
            tx.jobs.save_artifact(job.id, event)
    tx.jobs.save(replace(job, log_offset=0))
    tx.cards.open(job.id, job.origin.chat_id)
    if job.state is JobState.ENDED:
        tx.cards.close(job.id)


def _events(folder: JobFolder) -> Iterator[Event]:
    offset = 0
    while (chunk := read_events(folder.event_log, offset)).offset > offset:
        yield from chunk.events
        offset = chunk.offset
