"""What is written for TensorBoard is what was told, in TensorFlow's own format."""

import hashlib
import math
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.training.conftest import End, Finished, StartRun
from training.protocol.control import Control, StopMode
from training.protocol.events import ArtifactSaved, CheckpointSaved, EpochEnded, Event
from training.protocol.folder import JobFolder
from training.protocol.spec import TrainSpec
from training.run import Run, Stopped
from training.tasks.train import run_task
from training.tensorboard_log import NAME, tensorboard_log

pytestmark = [
    pytest.mark.keras,
    # Keras saves a model through an interface that NumPy 2 wants changed.
    pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning"),
]

Epochs = dict[int, dict[str, float]]


def read(file: Path) -> Epochs:
    """The figures of each epoch, as TensorFlow reads them: it checks every sum."""
    from training.backend import tf  # noqa: PLC0415 - takes seconds

    first, *events = (
        tf.compat.v1.Event.FromString(record.numpy())
        for record in tf.data.TFRecordDataset(str(file))
    )
    assert first.file_version == "brain.Event:2"
    assert all(abs(datetime.now(UTC).timestamp() - event.wall_time) < 3600 for event in events)
    steps = [event.step for event in events]
    assert len(set(steps)) == len(steps)
    return {
        event.step: {value.tag: value.simple_value for value in event.summary.value}
        for event in events
    }


def figures(told: list[EpochEnded]) -> Epochs:
    return {event.epoch: event.metrics | {"learning_rate": event.learning_rate} for event in told}


class InterruptedRun(Run):
    """Is told to stop inside epoch 2."""

    def report(self, event: Event) -> None:
        """Tell, then wish to stop."""
        super().report(event)
        if isinstance(event, CheckpointSaved) and event.epoch == 1:
            self.control = Control(run=self.number, stop=StopMode.NOW)


def test_a_training_writes_every_epoch_and_computes_the_same(
    spec: TrainSpec, job: JobFolder, start_run: StartRun, told: Callable[..., list[Any]],
    end_of: Callable[[JobFolder], End], uninterrupted: Finished,
) -> None:  # fmt: skip
    """Also one that was interrupted: its epochs are there once, and its numbers are the same."""
    wanted = spec.model_copy(update={"tensorboard": True})
    with pytest.raises(Stopped):
        run_task(wanted, start_run(job, InterruptedRun))
    assert list(read(job.artifacts / NAME)) == [1]
    run_task(wanted, start_run(job))
    written, expected = read(job.artifacts / NAME), figures(told(EpochEnded))
    assert list(written) == [1, 2, 3]
    for epoch, values in expected.items():
        assert written[epoch] == pytest.approx(values, rel=1e-6)
    saved = [event for event in told(ArtifactSaved) if event.name == NAME]
    content = (job.artifacts / NAME).read_bytes()
    assert saved[-1].sha256 == hashlib.sha256(content).hexdigest()
    assert saved[-1].size_bytes == len(content)
    assert end_of(job).bits == uninterrupted.end.bits


def test_figures_of_any_size_are_written(job: JobFolder, start_run: StartRun) -> None:
    """No number, a number beyond a float, and a name that has no end or is Chinese."""
    run = start_run(job)
    metrics = {"loss": math.nan, "huge": 1e300, "n" * 500: 0.5, "准确率": 0.25}
    with tensorboard_log(run, wanted=True):
        run.report(EpochEnded(epoch=70_000, epochs=70_000, seconds=1, metrics=metrics))
    assert run.listeners == []
    [(epoch, written)] = read(job.artifacts / NAME).items()
    assert epoch == 70_000
    assert math.isnan(written["loss"])
    assert written["huge"] == math.inf
    assert (written["n" * 60], written["准确率"]) == (0.5, 0.25)


def test_nothing_is_written_unless_it_is_wanted(job: JobFolder, start_run: StartRun) -> None:
    """Nor kept in the way."""
    run = start_run(job)
    with tensorboard_log(run, wanted=False):
        run.report(EpochEnded(epoch=1, epochs=1, seconds=1, metrics={}))
    assert list(job.artifacts.iterdir()) == []


def test_a_place_that_takes_nothing_costs_the_file_alone(
    job: JobFolder, start_run: StartRun, told: Callable[..., list[Any]]
) -> None:
    """The job goes on, and no result is promised."""
    (job.artifacts / NAME).mkdir()
    run = start_run(job)
    with tensorboard_log(run, wanted=True):
        run.report(EpochEnded(epoch=1, epochs=1, seconds=1, metrics={"loss": 1.0}))
    assert told(ArtifactSaved) == []
    assert len(told(EpochEnded)) == 1
