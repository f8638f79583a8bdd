"""A work folder and a home folder as a killed bot leaves them, with something in every file."""

import shutil
import signal
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import psutil

from bot.job import Job
from bot.store import Store
from bot.vault.copying import copy_job, copy_store
from bot.vault.wire import Copy, Launch, Place
from emulator import human
from emulator.human import Act
from tests.bots import OWNER
from tests.faults.scene import Scene, scene
from tests.saving_task import MADE_WITH
from tests.stub_task import GO_ON, UNTIL_TOLD
from tests.vaults import SAVING_COMMAND
from training.checkpoint import CheckpointStore, Snapshot
from training.protocol.event_log import EventLogWriter, encode_line
from training.protocol.events import CheckpointSaved, EpochEnded, Event, Progressed
from training.protocol.folder import JobFolder
from training.protocol.spec import Optimizer

WORK, HOME = "work", "home"
STORE = "store.sqlite3"
NOW = datetime(2026, 11, 24, tzinfo=UTC)
RUNS = 2  # the job that was running


def make(folder: Path, *, keras: bool) -> None:
    """Fill a folder: ``work`` with the store's write-ahead log beside it, and ``home``.

    Job 1 has ended. Job 2 runs, is to stop after its epoch, and has written more than
    the bot took in.

    Args:
        keras: put the variables of a real network into the last checkpoint.
    """
    with scene() as made:
        _live(made)
        made.kill()
        shutil.copytree(made.settings.work, folder / WORK)
        jobs = _jobs(folder)
        for job in jobs:
            if job.handle is not None:
                psutil.Process(job.handle.pid).kill()
    _copy_home(folder)
    job = JobFolder.of(folder / WORK, RUNS)
    _write(job, EpochEnded(epoch=3, epochs=4, seconds=1.0, metrics={"loss": 0.5}))
    state = _network() if keras else {"done": np.arange(3)}
    CheckpointStore(job.checkpoint, MADE_WITH).save(Snapshot(3, 1, 1.5, (), state))
    _write(job, CheckpointSaved(epoch=3), Progressed(done=1, total=9, unit="steps", epoch=4))
    _copy_home(folder)


def go_on(job: JobFolder, seq: int) -> None:
    """Write what the job's process, which knows of no damage, would write next."""
    for done in (1, 2):
        event = Progressed(seq=seq + done, at=NOW, run=1, done=done, unit="steps", epoch=4)
        with job.event_log.open("ab") as log:
            log.write(encode_line(event))


def place_of(folder: Path) -> Place:
    """As the vault names it."""
    launch = Launch(id="a launch", host="a machine", since=datetime.now(UTC))
    work = folder / WORK
    return Place(home=folder / HOME, work=work, store=work / STORE, launch=launch)


def _live(made: Scene) -> None:
    def say(text: str) -> None:
        human.say(made.telegram.world, Act(OWNER, OWNER), text)

    made.start(SAVING_COMMAND)
    for text in ("/keepalive 30", "/notify epochs silent", "/train epochs=2"):
        say(text)
    made.until(lambda: any("Test accuracy" in m.body.text for m in made.from_bot()))
    say(f"/train epochs=4 seed={UNTIL_TOLD}")
    job = JobFolder.of(made.settings.work, RUNS)
    made.until(job.event_log.exists)
    for epoch in range(1, RUNS + 1):
        (job.path / f"{GO_ON}-{epoch}").touch()
    made.until(lambda: _content(job.event_log).count(b"checkpoint_saved") == RUNS)
    opened = made.open_store()
    try:
        made.until(lambda: _find(opened).progress.epochs_done == RUNS)
        handle = _find(opened).handle
        assert handle is not None
        psutil.Process(handle.pid).send_signal(signal.SIGSTOP)
        say(f"/stop {RUNS} after")
        made.until(lambda: b"after" in _content(job.control))
    finally:
        opened.close()


def _find(store: Store) -> Job:
    with store.transaction() as tx:
        return tx.jobs.get(RUNS)


def _jobs(folder: Path) -> Sequence[Job]:
    scratch = folder / "scratch"
    shutil.copytree(folder / WORK, scratch)
    store = Store(scratch / STORE)
    with store.transaction() as tx:
        jobs = tx.jobs.latest(9)
    store.close()
    shutil.rmtree(scratch)
    return jobs


def _copy_home(folder: Path) -> None:
    place = place_of(folder)
    for number in (1, RUNS):
        copy_job(place, number, _nothing)
    scratch = folder / "scratch"
    shutil.copytree(folder / WORK, scratch)
    store = Store(scratch / STORE)
    with store.transaction() as tx:
        tx.about.put("copied_at", datetime.now(UTC).isoformat())
    store.snapshot(folder / "snapshot.sqlite3")
    store.close()
    request = Copy(
        place=place,
        snapshot=folder / "snapshot.sqlite3",
        jobs=(1, RUNS),
        open_jobs=(1, RUNS),
        last_job=RUNS,
    )
    copy_store(request, _nothing)
    shutil.rmtree(scratch)


def _write(job: JobFolder, *events: Event) -> None:
    with EventLogWriter(job.event_log, run=1, now=lambda: NOW) as log:
        for event in events:
            log.append(event)


def _content(path: Path) -> bytes:
    return path.read_bytes() if path.exists() else b""


def _network() -> dict[str, np.ndarray]:
    from training.convnet import build_convnet, compile_convnet  # noqa: PLC0415 - seconds
    from training.model_state import make_variables, read_state  # noqa: PLC0415

    model = build_convnet((8, 8, 1), 10)
    compile_convnet(model, Optimizer.ADAM, 0.001)
    make_variables(model)
    return read_state(model)


def _nothing() -> None:
    return None
