"""Keras trainings killed between epochs and inside them end with the bits of one left alone.

Real convnets with Dropout, shuffled anew each epoch, on some hundred pictures, in
processes of their own. The second of every five goes on from the home folder alone.
"""

import hashlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from bot.vault.copying import copy_job
from bot.vault.restoring import restore_job
from bot.vault.wire import Launch, Place
from tests.faults.figures import Finding
from tests.faults.ledger import Books
from training.checkpoint import CheckpointStore
from training.protocol.folder import JobFolder
from training.protocol.spec import TrainSpec, write_spec

ROOT = Path(__file__).parents[2]
MORTAL_JOB = ROOT / "tests/training/mortal_job.py"
SPEC = TrainSpec(epochs=3, batch_size=64, samples=320)  # five steps an epoch
JOB = 1


@dataclass(frozen=True)
class Death:
    """Right after which event a run is killed; a checkpoint comes before each step.

    Attributes:
        machine: whether the machine is lost with it, but for the home folder.
    """

    where: str
    event: str
    epoch: int
    step: int
    machine: bool = False


DEATHS = (
    Death("inside epoch 1", "checkpoint_saved", 0, 3),
    Death("inside epoch 2, with the machine", "checkpoint_saved", 1, 2, machine=True),
    Death("after epoch 1", "checkpoint_saved", 1, 0),
    Death("after epoch 2, before its checkpoint", "epoch_ended", 2, 0),
    Death("inside epoch 3", "checkpoint_saved", 2, 4),
)
_QUICKEST = DEATHS[1]


@dataclass(frozen=True)
class End:
    """What must not depend on deaths: SHA-256 of each variable, and the figures."""

    variables: dict[str, str]
    history: list[object]


@dataclass
class Toll:
    """What the deaths came to."""

    books: Books = field(default_factory=Books)
    deaths: Counter[str] = field(default_factory=Counter)
    variables: int = 0


def strike(times: int | None, struck: Callable[[], None] = lambda: None) -> Finding:
    """See ``Fault.strike``; the first to strike is the one with the machine."""
    deaths = (_QUICKEST, *(death for death in DEATHS if death is not _QUICKEST))
    toll = Toll()
    with tempfile.TemporaryDirectory() as folder:
        undisturbed = _undisturbed(Path(folder, "undisturbed"))
        toll.variables = len(undisturbed.variables)
        for number in range(times or len(deaths)):
            _die(Path(folder, str(number)), deaths[number % len(deaths)], undisturbed, toll)
            struck()
    return Finding(
        "SIGKILL over a Keras training, the end compared bit for bit",
        toll.deaths.total(),
        toll.deaths,
        toll.books,
        f"SHA-256 of {toll.variables} variables (weights, optimizer, random state) and the"
        " history equal to the undisturbed run's",
    )


def end_of(job: JobFolder) -> End:
    """The last checkpoint of a training."""
    store = CheckpointStore(job.checkpoint, SPEC.made_with())
    last = store.read(store.newest_first()[0])
    return End(
        {name: hashlib.sha256(array.tobytes()).hexdigest() for name, array in last.state.items()},
        [(record.epoch, record.learning_rate, record.metrics) for record in last.history],
    )


def _undisturbed(work: Path) -> End:
    job = _made(work)
    _run(job, "-m", "training", job.path)
    return end_of(job)


def _die(work: Path, death: Death, undisturbed: End, toll: Toll) -> None:
    job = _made(work)
    code = _run(job, MORTAL_JOB, job.path, death.event, str(death.epoch), str(death.step))
    if code != -signal.SIGKILL:
        toll.books.problems.append(f"{death.where}: the run was not killed but left with {code}")
    if death.machine:
        _move_to_new_machine(work, job)
    code = _run(job, "-m", "training", job.path)
    toll.deaths[death.where] += 1
    toll.books.jobs += 1
    if code != 0:
        toll.books.problems.append(f"{death.where}: the second run left with {code}")
        return
    found = end_of(job)
    differing = [n for n in undisturbed.variables if found.variables[n] != undisturbed.variables[n]]
    if differing:
        toll.books.problems.append(f"{death.where}: other bits in {', '.join(differing)}")
    if found.history != undisturbed.history:
        toll.books.problems.append(f"{death.where}: another history")


def _made(work: Path) -> JobFolder:
    job = JobFolder.of(work, JOB)
    job.create()
    write_spec(job, SPEC)
    return job


def _run(job: JobFolder, *arguments: str | Path) -> int:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with job.log.open("ab") as log:
        return subprocess.run(
            [sys.executable, *arguments], cwd=ROOT, env=environment, stdout=log, stderr=log,
            check=False,
        ).returncode  # fmt: skip


def _move_to_new_machine(work: Path, job: JobFolder) -> None:
    """Copy to home, lose everything, and bring it back."""
    launch = Launch(id="a1", host="a machine", since=datetime.now(UTC))
    home = work.with_name(f"{work.name}-home")
    place = Place(home=home, work=work, store=work / "store.sqlite3", launch=launch)
    copy_job(place, JOB, _nothing)
    shutil.rmtree(work)
    restore_job(place, JOB, job, _nothing)


def _nothing() -> None:
    return None
