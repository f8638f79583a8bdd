"""A check does some steps of a training, and says what the whole would take."""

from collections.abc import Callable

import pytest

from tests.training.conftest import StartRun
from training.protocol.control import StopMode
from training.protocol.events import CheckpointSaved, DeviceMeasured, EpochEnded
from training.protocol.failure import FailureCode, TaskError
from training.protocol.folder import JobFolder
from training.protocol.spec import CheckSpec, Keep, TrainSpec
from training.run import Run, Stopped
from training.tasks.check import run_task

pytestmark = [
    pytest.mark.keras,
    # Keras saves a model through an interface that NumPy 2 wants changed.
    pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning"),
]


def checked(spec: TrainSpec, run: Run) -> dict[str, float]:
    return run_task(CheckSpec(training=spec), run)


def test_time_memory_and_disk_are_told_and_nothing_is_left(
    spec: TrainSpec, job: JobFolder, start_run: StartRun, told: Callable[..., list]
) -> None:
    """The whole is the start and as many epochs as were asked for; no epoch is said to be done."""
    found = checked(spec, start_run(job))
    assert found["seconds"] >= found["start_seconds"] + spec.epochs * found["epoch_seconds"]
    assert found["epoch_seconds"] > 0
    assert found["memory_bytes"] > 100_000_000
    assert found["samples"] == spec.samples
    weights = 4 * found["parameters"]
    assert 15 * weights > found["disk_bytes"] > 3 * weights
    assert list(job.checkpoint.iterdir()) == []
    assert list(job.artifacts.iterdir()) == []
    assert not job.prepared.exists()
    assert told(EpochEnded) == told(CheckpointSaved) == []
    assert len(told(DeviceMeasured)) == 1


def test_all_checkpoints_take_more_room(
    spec: TrainSpec, job: JobFolder, start_run: StartRun
) -> None:
    """One an epoch, where that is wished."""
    run = start_run(job)
    usual = checked(spec.model_copy(update={"epochs": 30}), run)["disk_bytes"]
    every = spec.model_copy(update={"epochs": 30, "keep": Keep.ALL})
    assert checked(every, run)["disk_bytes"] > 5 * usual


def test_what_a_training_would_fail_at_a_check_says(job: JobFolder, start_run: StartRun) -> None:
    """Data that is not there, before anybody waits for an epoch."""
    with pytest.raises(TaskError) as caught:
        checked(TrainSpec(data=str(job.path / "mine.npz")), start_run(job))
    assert caught.value.code is FailureCode.DATA_MISSING


def test_a_check_is_stopped_like_any_job(
    spec: TrainSpec, job: JobFolder, start_run: StartRun
) -> None:
    """And leaves nothing behind."""
    run = start_run(job)
    run.stopped_by_signal = True
    with pytest.raises(Stopped) as caught:
        checked(spec, run)
    assert caught.value.mode is StopMode.NOW
    assert list(job.checkpoint.iterdir()) == []
