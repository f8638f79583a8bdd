"""The vault's process is killed at every one of its steps: home restores to a state that was."""

import multiprocessing
import os
import shutil
import signal
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bot.vault.__main__ import answer
from bot.vault.copying import STORE
from bot.vault.notes import Notes
from bot.vault.restoring import restore
from bot.vault.wire import Copy, Done, Launch, Place
from training.checkpoint import CheckpointStore, Snapshot
from training.protocol.event_log import EventLogWriter, read_events
from training.protocol.events import CheckpointSaved, EpochEnded
from training.protocol.folder import JobFolder
from training.protocol.spec import TrainSpec, write_spec

JOB = 1
STEPS = ("open", "os.rename", "os.mkdir", "os.remove", "os.rmdir")
_PROCESSES = multiprocessing.get_context("forkserver")
_PROCESSES.set_forkserver_preload([__name__])


def place_of(folder: Path, work: str) -> Place:
    """A machine of that name, with the home folder that all share."""
    launch = Launch(id="a1", host="a machine", since=datetime(2026, 11, 24, tzinfo=UTC))
    path = folder / work
    return Place(home=folder / "home", work=path, store=path / STORE, launch=launch, generation=1)


def reach(place: Place, epoch: int) -> Copy:
    """Let the job reach an epoch, and the store know of it."""
    job = JobFolder.of(place.work, JOB)
    job.create()
    write_spec(job, TrainSpec(epochs=9))
    with EventLogWriter(job.event_log, run=1) as log:
        log.append(EpochEnded(epoch=epoch, epochs=9, seconds=0.1, metrics={}))
        state = {"done": np.arange(epoch)}
        CheckpointStore(job.checkpoint, "a test").save(Snapshot(epoch, 0, 0.1, (), state))
        log.append(CheckpointSaved(epoch=epoch))
    job.log.write_text("\n".join(f"epoch {n}" for n in range(1, epoch + 1)))
    (job.artifacts / "history.json").write_text(f"[{epoch}]")
    notes = Notes(place.work)
    notes.know(place.launch.id)
    notes.snapshot.write_bytes(b"store %d " % epoch * 1000)
    return Copy(place=place, snapshot=notes.snapshot, jobs=(JOB,), open_jobs=(JOB,), last_job=JOB)


def copy(request: Copy, last_step: int | None = None) -> int | None:
    """Copy in a process that is killed when it is about to take a step in home."""
    child = _PROCESSES.Process(target=_copy, args=(request, last_step))
    child.start()
    child.join()
    return child.exitcode


def _copy(request: Copy, last_step: int | None) -> None:
    home, steps = str(request.place.home), 0

    def look(event: str, details: tuple[Any, ...]) -> None:
        nonlocal steps
        in_home = event in ("os.remove", "os.rmdir") or str(details[0]).startswith(home)
        if event in STEPS and in_home:
            steps += 1
            if steps == last_step:
                os.kill(os.getpid(), signal.SIGKILL)

    request.place.home.mkdir(exist_ok=True)
    (request.place.home / "coltrain-home.txt").touch()
    if last_step is not None:
        sys.addaudithook(look)
    report = answer(request, lambda report: None)
    os._exit(0 if isinstance(report, Done) else 1)


def restored(folder: Path) -> tuple[int, int]:
    """The epochs that store and job have on a new machine; whatever came is whole."""
    place = place_of(folder, "new")
    shutil.rmtree(place.work, ignore_errors=True)
    found = restore(place, lambda: None)
    assert found is not None
    assert not found.store_damaged
    (job,) = found.jobs
    assert job.damaged == ()
    content = place.store.read_bytes()
    epoch = int(content.split()[1])
    assert content == b"store %d " % epoch * 1000
    local = JobFolder.of(place.work, JOB)
    told = [event.epoch for event in read_events(local.event_log).events]
    checkpoints = CheckpointStore(local.checkpoint, "a test")
    newest = checkpoints.read(checkpoints.newest_first()[0])
    assert newest.epoch == job.epoch
    assert list(newest.state["done"]) == list(range(newest.epoch))
    assert told[-1] >= newest.epoch >= epoch, "a log or job is behind the store"
    return epoch, newest.epoch


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """With a home folder that has epochs 1 and 2."""
    place = place_of(tmp_path, "work")
    for epoch in (1, 2):
        assert copy(reach(place, epoch)) == 0
    yield tmp_path


@pytest.mark.slow
def test_killed_at_any_step_of_a_copy(folder: Path) -> None:
    """What comes back is the copy before, or the new one; and the next copy is as any other."""
    place = place_of(folder, "work")
    request = reach(place, 3)
    shutil.copytree(place.home, folder / "home before")
    seen = set()
    step = 0
    while True:
        step += 1
        shutil.rmtree(place.home)
        shutil.copytree(folder / "home before", place.home)
        code = copy(request, step)
        if code == 0:
            break  # it takes no more steps than that
        assert code == -signal.SIGKILL
        seen.add(restored(folder))
        assert copy(request) == 0
        assert restored(folder) == (3, 3)
    assert step > 20, "the steps were not counted"
    assert seen == {(2, 2), (2, 3), (3, 3)}


@pytest.mark.slow
def test_killed_again_and_again(folder: Path) -> None:
    """Two copies in a row that broke off leave what was before them, too."""
    place = place_of(folder, "work")
    request = reach(place, 3)
    shutil.copytree(place.home, folder / "home before")
    for first in range(1, 60, 14):
        for second in range(1, 60, 11):
            shutil.rmtree(place.home)
            shutil.copytree(folder / "home before", place.home)
            for step in (first, second):
                copy(request, step)
                store, job = restored(folder)
                assert 2 <= store <= job <= 3
    assert copy(request) == 0
    assert restored(folder) == (3, 3)
