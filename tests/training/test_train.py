"""A training: the example's math, its events, the user's wishes."""

import csv
import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from training.backend import keras
from training.convnet import build_convnet, compile_convnet
from training.data import Dataset, Pictures, epoch_order
from training.protocol.control import Control, StopMode, write_control
from training.protocol.event_log import read_events
from training.protocol.events import (
    ArtifactSaved,
    CheckpointSaved,
    EpochEnded,
    Event,
    WarningRaised,
)
from training.protocol.failure import FailureCode, TaskError, WarningCode
from training.protocol.folder import JobFolder
from training.protocol.spec import TrainSpec
from training.run import Run, Stopped
from training.tasks.train import fit, run_task

pytestmark = [
    pytest.mark.keras,
    # Keras saves a model through an interface that NumPy 2 wants changed.
    pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning"),
]

StartRun = Callable[..., Run]
Told = Callable[[type[Event]], list[Event]]


def test_the_math_is_that_of_a_plain_fit(
    digits: Dataset, spec: TrainSpec, uninterrupted: Any
) -> None:
    """Weights equal those of ``model.fit(x, y)`` over arrays in the same order, bit for bit."""
    keras.utils.clear_session()
    keras.utils.set_random_seed(spec.seed)
    plain = build_convnet((28, 28, 1), 10)
    compile_convnet(plain, spec.optimizer, spec.effective_learning_rate)
    for epoch in range(spec.epochs):
        order = epoch_order(spec.seed, epoch, len(digits.train))
        images, labels = digits.train.images[order], digits.train.labels[order]
        plain.fit(images, labels, batch_size=spec.batch_size, shuffle=False, verbose=0)
    ours = keras.models.load_model(uninterrupted.job.artifacts / "model.keras")
    for mine, theirs in zip(ours.get_weights(), plain.get_weights(), strict=True):
        assert np.array_equal(mine, theirs)


def test_what_a_training_tells(digits: Dataset, spec: TrainSpec, uninterrupted: Any) -> None:
    """An event an epoch with its figures and a checkpoint, then three artifacts."""
    events = read_events(uninterrupted.job.event_log).events
    epochs = [event for event in events if isinstance(event, EpochEnded)]
    assert [(event.epoch, event.epochs) for event in epochs] == [(1, 3), (2, 3), (3, 3)]
    assert all(event.seconds > 0 and event.learning_rate == 1.0 for event in epochs)
    assert list(epochs[0].metrics) == ["loss", "accuracy", "val_loss", "val_accuracy"]
    saved = [(event.epoch, event.step) for event in events if isinstance(event, CheckpointSaved)]
    assert saved == [(1, 0), (2, 0), (3, 0)]
    names = [event.name for event in events if isinstance(event, ArtifactSaved)]
    assert names == ["model.keras", "history.csv", "history.json"]

    artifacts = uninterrupted.job.artifacts
    rows = json.loads((artifacts / "history.json").read_text())
    with (artifacts / "history.csv").open() as file:
        table = list(csv.DictReader(file))
    assert [row["val_loss"] for row in rows] == [event.metrics["val_loss"] for event in epochs]
    assert [float(row["loss"]) for row in table] == [event.metrics["loss"] for event in epochs]


def test_the_result_is_what_the_saved_model_evaluates_to(
    digits: Dataset, spec: TrainSpec, uninterrupted: Any
) -> None:
    """Test loss and accuracy are those of ``model.evaluate``, with the model that is kept."""
    model = keras.models.load_model(uninterrupted.job.artifacts / "model.keras")
    loss, accuracy = model.evaluate(
        digits.test.images, digits.test.labels, batch_size=spec.batch_size, verbose=0
    )
    result = uninterrupted.result
    assert (result["test_loss"], result["test_accuracy"]) == (loss, accuracy)
    assert (result["epochs"], result["parameters"]) == (3, 1_199_882)


def test_the_same_seed_gives_the_same_numbers(
    job: JobFolder,
    spec: TrainSpec,
    start_run: StartRun,
    uninterrupted: Any,
    end_of: Callable[[JobFolder], Any],
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The whole task again, from the file on: the same bits; and what the example prints."""
    run_task(spec, start_run(job))
    assert end_of(job) == uninterrupted.end

    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith(f"Keras {keras.__version__}, TensorFlow 2.")
    assert lines[1:4] == [
        "x_train shape: (320, 28, 28, 1)",
        "320 train samples",
        "320 test samples",
    ]
    assert lines[4].startswith("Epoch 1/3: ")
    assert "val_accuracy 0." in lines[4]


def test_another_seed_gives_other_numbers_and_stop_after_epoch_ends_early(
    digits: Dataset,
    spec: TrainSpec,
    job: JobFolder,
    start_run: StartRun,
    told: Told,
    uninterrupted: Any,
) -> None:
    """One epoch of three is done, tested, saved; the result tells its test figures."""
    run = start_run(job)
    write_control(job, Control(run=1, stop=StopMode.AFTER_EPOCH))
    with pytest.raises(Stopped) as stopped:
        fit(digits, spec.model_copy(update={"seed": 1}), run)
    assert stopped.value.mode is StopMode.AFTER_EPOCH
    assert stopped.value.result["epochs"] == 1
    (epoch,) = told(EpochEnded)
    assert stopped.value.result["test_loss"] == epoch.metrics["val_loss"]
    assert (job.artifacts / "model.keras").is_file()
    assert epoch.metrics != uninterrupted.end.figures[0][2]


class RunWithWishes(Run):
    """Gets a wish when the first epoch is over, and another in the second and last."""

    def report(self, event: Event) -> None:
        """Tell, then wish."""
        super().report(event)
        if isinstance(event, CheckpointSaved) and event.epoch == 1:
            stop = StopMode.AFTER_EPOCH if event.step else None
            wishes = Control(run=self.number, learning_rate=0.25, stop=stop)
            write_control(self.folder, wishes)
            self.look()


def test_wishes_for_the_last_epoch(
    digits: Dataset, spec: TrainSpec, job: JobFolder, start_run: StartRun, told: Told
) -> None:
    """A learning rate counts from the next epoch on; stop after the last one is a success."""
    two = spec.model_copy(update={"epochs": 2})
    result = fit(digits, two, start_run(job, RunWithWishes), checkpoint_interval_s=0)
    assert [event.learning_rate for event in told(EpochEnded)] == [1.0, 0.25]
    assert result["epochs"] == 2


def nowhere(dataset: Dataset, *, train: bool) -> Dataset:
    """The data with labels that are no numbers: for training, or for the test alone."""
    part = dataset.train if train else dataset.test
    labels = part.labels.copy()
    labels[:] = np.nan
    broken = Pictures(part.images, labels)
    return Dataset(broken, dataset.test) if train else Dataset(dataset.train, broken)


def test_a_loss_that_is_no_number_is_told_once(
    digits: Dataset, spec: TrainSpec, job: JobFolder, start_run: StartRun, told: Told
) -> None:
    """While the weights are numbers a training goes on; it warns, and its files can be read."""
    two = spec.model_copy(update={"epochs": 2})
    fit(nowhere(digits, train=False), two, start_run(job))
    (warning,) = told(WarningRaised)
    assert warning.code is WarningCode.METRIC_NOT_FINITE
    assert warning.details == {"metric": "val_loss", "epoch": 1}
    rows = json.loads((job.artifacts / "history.json").read_text())
    assert [row["val_loss"] for row in rows] == [None, None]


@pytest.mark.parametrize("interval_s", [0.0, 300.0])
def test_weights_that_are_no_numbers_end_a_training(
    digits: Dataset,
    spec: TrainSpec,
    job: JobFolder,
    start_run: StartRun,
    told: Told,
    interval_s: float,
) -> None:
    """It can learn nothing more. What it goes on from is the last good checkpoint."""
    one, two = (spec.model_copy(update={"epochs": epochs}) for epochs in (1, 2))
    fit(digits, one, start_run(job))
    with pytest.raises(TaskError) as raised:
        fit(nowhere(digits, train=True), two, start_run(job), checkpoint_interval_s=interval_s)
    assert raised.value.code is FailureCode.NOT_FINITE
    assert raised.value.details == {"metric": "loss", "epoch": 2, "learning_rate": 1.0}
    result = fit(digits, two, start_run(job))
    assert [event.epoch for event in told(EpochEnded)] == [1, 2]
    assert np.isfinite(result["test_loss"])


def test_too_little_memory_is_named(job: JobFolder, spec: TrainSpec, start_run: StartRun) -> None:
    """Pictures of 6 x 600,000,000 pixels need terabytes of weights: a reason, not a traceback.

    The network has no room to pool a side of six again, so its dense layer takes them all.
    """
    image = np.broadcast_to(np.float32(0), (1, 6, 600_000_000, 1))
    pictures = Pictures(image, np.eye(10, dtype=np.float32)[:1])
    with pytest.raises(TaskError) as raised:
        fit(Dataset(pictures, pictures), spec, start_run(job))
    assert raised.value.code is FailureCode.OUT_OF_MEMORY
    assert raised.value.details["error"]
