"""Trainings on data of one's own: they learn, and go on bit for bit after a kill."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from training.checkpoint import CheckpointStore
from training.protocol.events import Event, Resumed
from training.protocol.failure import FailureCode, TaskError
from training.protocol.folder import JobFolder
from training.protocol.preset import Preset
from training.protocol.spec import TrainSpec, write_spec
from training.run import Run
from training.tasks.train import run_task

pytestmark = [
    pytest.mark.keras,
    # Keras saves a model through an interface that NumPy 2 wants changed.
    pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning"),
]

ROOT = Path(__file__).parents[3]
MORTAL_JOB = ROOT / "tests" / "training" / "mortal_job.py"
KINDS = ["npz", "pictures", "table", "quick pictures", "quick table"]


@pytest.fixture
def spec_of(request: pytest.FixtureRequest) -> Callable[[str], TrainSpec]:
    """Two epochs with the data of a kind; by the quick recipe with everything that it can do."""

    def spec(kind: str) -> TrainSpec:
        data = request.getfixturevalue(kind.removeprefix("quick "))
        spec = TrainSpec(epochs=2, batch_size=16, optimizer="adam", data=str(data))
        quick = {"preset": Preset.QUICK, "shifts": True}
        return spec if kind in ("npz", "pictures", "table") else spec.model_copy(update=quick)

    return spec


def new_job(folder: Path) -> JobFolder:
    job = JobFolder(folder)
    job.create()
    return job


def die_after(job: JobFolder, kind: str, epoch: int, step: int) -> None:
    """Run a job process that dies by SIGKILL right after an event."""
    arguments = [MORTAL_JOB, job.path, kind, str(epoch), str(step)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    ended = subprocess.run([sys.executable, *arguments], env=environment, check=False)
    assert ended.returncode == -signal.SIGKILL


def bits_of(job: JobFolder, spec: TrainSpec) -> Any:
    store = CheckpointStore(job.checkpoint, spec.made_with())
    newest = store.read(store.newest_first()[0])
    metrics = [record.metrics for record in newest.history]
    return metrics, {name: array.tobytes() for name, array in newest.state.items()}


@pytest.mark.parametrize("kind", KINDS)
def test_a_killed_training_ends_as_if_it_had_not_been(
    kind: str, spec_of: Any, job: JobFolder, start_run: Callable[..., Run], tmp_path: Path,
    told: Callable[[type[Event]], list[Any]],
) -> None:  # fmt: skip
    """Killed inside an epoch, gone on with at the next step: the same bits at the end."""
    spec, undisturbed = spec_of(kind), new_job(tmp_path / "undisturbed")
    whole = run_task(spec, start_run(undisturbed))
    write_spec(job, spec)
    die_after(job, "checkpoint_saved", epoch=1, step=3)

    result = run_task(spec, start_run(job))

    assert [(event.epoch, event.step) for event in told(Resumed)] == [(1, 3)]
    assert result["test_loss"] == whole["test_loss"]
    assert bits_of(job, spec) == bits_of(undisturbed, spec)
    assert not job.prepared.exists()


@pytest.mark.parametrize("kind", KINDS)
def test_it_learns_what_is_in_the_data(
    kind: str, spec_of: Any, job: JobFolder, start_run: Callable[..., Run]
) -> None:
    """Classes that differ plainly are told apart, and what the classes are is kept."""
    spec = spec_of(kind).model_copy(update={"epochs": 8})
    result = run_task(spec, start_run(job))
    assert result["test_accuracy"] > 0.9
    kept = json.loads((job.artifacts / "data.json").read_text())
    assert kept["class_count"] == len(kept["classes"]) == 3


def test_other_data_is_not_gone_on_with(
    npz: Path, arrays: Any, spec_of: Any, job: JobFolder, start_run: Callable[..., Run]
) -> None:
    """Data that changed meanwhile would give numbers that no seed gives again."""
    spec = spec_of("npz")
    run_task(spec, start_run(job))
    np.savez(npz, **(arrays | {"x_train": arrays["x_train"] // 2}))
    with pytest.raises(TaskError) as raised:
        run_task(spec, start_run(job))
    assert raised.value.code is FailureCode.DATA_CHANGED


def test_pictures_too_small_for_the_network_are_refused(
    tmp_path: Path, arrays: Any, job: JobFolder, start_run: Callable[..., Run]
) -> None:
    """With their size and the least that is needed."""
    file = tmp_path / "tiny.npz"
    np.savez(file, x_train=arrays["x_train"][:, :5], y_train=arrays["y_train"])
    with pytest.raises(TaskError) as raised:
        run_task(TrainSpec(data=str(file)), start_run(job))
    assert raised.value.code is FailureCode.DATA_TOO_SMALL
    details = raised.value.details
    assert (details["height"], details["width"], details["least"]) == (5, 10, 6)
