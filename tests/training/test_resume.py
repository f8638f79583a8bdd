"""Going on: an interrupted training ends with the numbers of an uninterrupted one."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from training.data import Dataset
from training.protocol.control import Control, StopMode
from training.protocol.events import CheckpointSaved, EpochEnded, Event, Resumed, WarningRaised
from training.protocol.failure import WarningCode
from training.protocol.folder import JobFolder
from training.protocol.spec import TrainSpec
from training.run import Run, Stopped
from training.tasks.train import fit

pytestmark = [
    pytest.mark.keras,
    # Keras saves a model through an interface that NumPy 2 wants changed.
    pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning"),
]

StartRun = Callable[..., Run]
Told = Callable[[type[Event]], list[Event]]
EndOf = Callable[[JobFolder], Any]

STEPS = 5


class InterruptedRun(Run):
    """Is told to stop at once when the checkpoint after this step of epoch 2 was saved."""

    step = 3

    def report(self, event: Event) -> None:
        """Tell, then wish to stop."""
        super().report(event)
        if isinstance(event, CheckpointSaved) and (event.epoch, event.step) == (1, self.step):
            self.control = Control(run=self.number, stop=StopMode.NOW)


class InterruptedAfterLastStep(InterruptedRun):
    """Is told to stop when the last step has begun: all are done, the test is not."""

    step = STEPS - 1


@pytest.fixture
def interrupt(digits: Dataset, spec: TrainSpec, job: JobFolder, start_run: StartRun) -> Any:
    """Train until the run is told to stop."""

    def interrupted(kind: type[Run] = InterruptedRun) -> Stopped:
        with pytest.raises(Stopped) as stopped:
            fit(digits, spec, start_run(job, kind), checkpoint_interval_s=0)
        return stopped.value

    return interrupted


@pytest.fixture
def go_on(digits: Dataset, spec: TrainSpec, job: JobFolder, start_run: StartRun) -> Any:
    """Train to the end in another run."""
    return lambda: fit(digits, spec, start_run(job))


def test_stop_now_leaves_inside_the_epoch_and_nothing_is_lost(
    interrupt: Any, go_on: Any, job: JobFolder, told: Told, end_of: EndOf, uninterrupted: Any
) -> None:
    """Stopped in epoch 2 after a step, gone on with at the next step: the same end."""
    stopped = interrupt()
    assert (stopped.mode, stopped.result["epochs"]) == (StopMode.NOW, 1)
    assert end_of(job).step == 4
    assert not (job.artifacts / "model.keras").exists()

    result = go_on()

    assert [(event.epoch, event.step) for event in told(Resumed)] == [(1, 4)]
    assert [event.epoch for event in told(EpochEnded)] == [1, 2, 3]
    assert result["test_loss"] == uninterrupted.result["test_loss"]
    assert end_of(job) == uninterrupted.end


def test_stop_now_before_the_test_leaves_the_test_to_the_next_run(
    interrupt: Any, go_on: Any, job: JobFolder, told: Told, end_of: EndOf, uninterrupted: Any
) -> None:
    """All steps of epoch 2 are done, its test is not: the next run begins with the test."""
    interrupt(InterruptedAfterLastStep)
    assert end_of(job).step == STEPS
    assert [event.epoch for event in told(EpochEnded)] == [1]

    go_on()

    assert [event.epoch for event in told(EpochEnded)] == [1, 2, 3]
    assert end_of(job) == uninterrupted.end


def flip_a_bit(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)


def test_a_damaged_checkpoint_is_passed_over(
    interrupt: Any, go_on: Any, job: JobFolder, told: Told, end_of: EndOf, uninterrupted: Any
) -> None:
    """One flipped bit in the newest: the one before it is used, with a warning, to the same end."""
    interrupt()
    flip_a_bit(max(job.checkpoint.iterdir()) / "variables.npys")

    go_on()

    (warning,) = told(WarningRaised)
    assert warning.code is WarningCode.CHECKPOINT_UNUSABLE
    assert warning.details["epoch"] == 1
    assert [(event.epoch, event.step) for event in told(Resumed)] == [(1, 3)]
    assert end_of(job) == uninterrupted.end


def test_without_a_usable_checkpoint_it_begins_anew(
    interrupt: Any, go_on: Any, job: JobFolder, told: Told, end_of: EndOf, uninterrupted: Any
) -> None:
    """All damaged: a warning for each, and no wrong number."""
    interrupt()
    for checkpoint in job.checkpoint.iterdir():
        flip_a_bit(checkpoint / "position.json")

    go_on()

    assert [event.code for event in told(WarningRaised)] == [WarningCode.CHECKPOINT_UNUSABLE] * 2
    assert not told(Resumed)
    assert end_of(job) == uninterrupted.end


def test_a_disk_that_takes_no_checkpoint_does_not_end_the_training(
    go_on: Any, job: JobFolder, told: Told, uninterrupted: Any
) -> None:
    """The warnings name the epochs; the figures are those of any other training."""
    job.checkpoint.rmdir()
    job.checkpoint.symlink_to("/proc/self")  # takes no new folders, whoever asks

    result = go_on()

    warnings = told(WarningRaised)
    assert [event.code for event in warnings] == [WarningCode.CHECKPOINT_NOT_SAVED] * 3
    assert [event.details["epoch"] for event in warnings] == [1, 2, 3]
    assert not told(CheckpointSaved)
    assert result["test_loss"] == uninterrupted.result["test_loss"]


def test_a_finished_training_is_not_trained_again(
    go_on: Any, job: JobFolder, told: Told, uninterrupted: Any
) -> None:
    """A run that died after the last epoch is completed from its checkpoint alone."""
    shutil.copytree(uninterrupted.job.checkpoint, job.checkpoint, dirs_exist_ok=True)
    assert go_on() == uninterrupted.result
    assert (job.artifacts / "model.keras").is_file()
    assert not told(EpochEnded)
