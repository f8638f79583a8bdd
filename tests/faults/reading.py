"""Opening what a killed bot left the way the next bot and the job's next run do."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import select

from bot.deadline import Lifetime
from bot.deadline_watch import DeadlineWatch
from bot.job import Handle
from bot.job_manager import JobManager
from bot.job_watcher import JobWatcher
from bot.rebuilding import open_store
from bot.store import Store, schema
from bot.vault.restoring import restore
from bot.vault.trouble import HomeFailed
from tests.faults.wholesome import NOW, RUNS, STORE, WORK, go_on, place_of
from tests.saving_task import MADE_WITH
from training.checkpoint import CheckpointStore, CheckpointUnusable, Snapshot
from training.protocol.control import Control, read_control
from training.protocol.folder import JobFolder
from training.protocol.spec import Spec, read_spec

TOLD_OF_LOG = "event log is damaged"
TOLD_OF_STORE = "store was damaged"

WHERE = {"log_offset", schema.SUM}

Rows = dict[str, list[tuple[Any, ...]]]


class NothingMoves:
    """A runner whose runs are there and do nothing."""

    def start(self, *_: object) -> None:
        raise AssertionError("a run was started")

    def look(self, handle: Handle) -> None:
        return None

    def find(self, folder: JobFolder, pid: int) -> Handle:
        return Handle(pid=pid, started_at=0.0, boot_id="this machine")

    def stop(self, handle: Handle, *, force: bool) -> None:
        return None


@dataclass
class Found:
    """What was read, and what was said of damage.

    Attributes:
        rows: of the store's tables when it was opened, and when the log was taken in.
        noticed: what was not used, by name.
    """

    opened: Rows = field(default_factory=dict)
    rows: Rows = field(default_factory=dict)
    specs: dict[int, Spec] = field(default_factory=dict)
    checkpoints: dict[str, Snapshot] = field(default_factory=dict)
    control: Control | None = None
    restored: dict[str, bytes] = field(default_factory=dict)
    noticed: set[str] = field(default_factory=set)


def read_all(folder: Path, seq: int) -> Found:
    """Open everything; whatever is raised here is not among what is declared.

    Args:
        seq: the last number in the log of the job that runs.
    """
    found = Found()
    _restore(folder, found)
    for number in (1, RUNS):
        job = JobFolder.of(folder / WORK, number)
        try:
            found.specs[number] = read_spec(job)
        except ValueError:
            found.noticed.add(f"spec {number}")
        for path, snapshot in _checkpoints(job, found):
            found.checkpoints[path] = snapshot
    _open_store(folder, found, seq)
    found.control = read_control(JobFolder.of(folder / WORK, RUNS), run=1)
    return found


def _checkpoints(job: JobFolder, found: Found) -> Iterator[tuple[str, Snapshot]]:
    checkpoints = CheckpointStore(job.checkpoint, MADE_WITH)
    for path in checkpoints.newest_first():
        try:
            yield f"{job.path.name}/{path.name}", checkpoints.read(path)
        except CheckpointUnusable:
            found.noticed.add(f"checkpoint {job.path.name}/{path.name}")


def _open_store(folder: Path, found: Found, seq: int) -> None:
    work, runner = folder / WORK, NothingMoves()
    store = open_store(work / STORE, work, runner)
    found.opened = _rows(store)
    manager = JobManager(store, runner, work, lambda: NOW)
    deadline = DeadlineWatch(Lifetime(NOW), lambda: NOW)
    watcher = JobWatcher(store, manager, runner, lambda: NOW, lambda job_id: None, deadline)
    watcher.look()
    go_on(JobFolder.of(work, RUNS), seq)
    watcher.look()
    found.rows = _rows(store)
    store.close()
    said = [text for row in found.rows["outbox"] for text in row if isinstance(text, str)]
    if any(TOLD_OF_LOG in text for text in said):
        found.noticed.add("log")
    if any(TOLD_OF_STORE in text for text in said):
        found.noticed.add("store")


def _rows(store: Store) -> Rows:
    with store.transaction() as tx:
        connection = tx.jobs._connection
        return {
            table.name: [
                # Where a line begins is another number behind a damage; what is in it is not.
                tuple(value for key, value in row._mapping.items() if key not in WHERE)
                for row in connection.execute(select(table))
            ]
            for table in schema.metadata.sorted_tables
        }


def _restore(folder: Path, found: Found) -> None:
    """As on a new machine."""
    target = folder / "new machine"
    place = place_of(folder)
    place = place.model_copy(update={"work": target, "store": target / STORE})
    try:
        restored = restore(place, lambda: None)
    except HomeFailed:
        found.noticed.add("home")
        return
    if restored is None:
        raise AssertionError("home is taken for empty")
    if restored.store_damaged:
        found.noticed.add("store in home")
    for job in restored.jobs:
        found.noticed.update(f"home {job.job_id}/{name}" for name in job.damaged)
    for path in sorted(target.rglob("*")):
        name = path.relative_to(target).as_posix()
        if path.is_file() and not name.startswith(".vault"):
            found.restored[name] = path.read_bytes()
    shutil.rmtree(target)
