"""Another number of epochs, or a last one, wished for while a training runs."""

from pathlib import Path
from typing import Any

import pytest

from training.data import Dataset
from training.protocol.control import Control, StopMode, read_control, write_control
from training.protocol.events import CheckpointSaved, EpochEnded, Event, Resumed
from training.protocol.folder import JobFolder
from training.protocol.sealed import seal
from training.protocol.spec import TrainSpec
from training.run import Run, Stopped
from training.tasks.train import fit

pytestmark = [
    pytest.mark.keras,
    # Keras saves a model through an interface that NumPy 2 wants changed.
    pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning"),
]


def wishing(**wish: int) -> type[Run]:
    """A run that gets a wish when the first epoch is over."""

    class RunWithWish(Run):
        def report(self, event: Event) -> None:
            super().report(event)
            if isinstance(event, CheckpointSaved) and (event.epoch, event.step) == (1, 0):
                write_control(self.folder, Control(run=self.number, **wish))
                self.look()

    return RunWithWish


@pytest.fixture
def train(digits: Dataset, spec: TrainSpec) -> Any:
    """Train in a run, with some changes to the spec."""
    return lambda run, **changes: fit(digits, spec.model_copy(update=changes), run, 0)


def totals(told: Any) -> list[tuple[int, int]]:
    return [(event.epoch, event.epochs) for event in told(EpochEnded)]


def test_a_training_stops_after_its_last_epoch_and_goes_on_later(
    train: Any, job: JobFolder, start_run: Any, told: Any, end_of: Any, uninterrupted: Any
) -> None:
    """It ends as stopped with its results; the next run does the rest, to the same end."""
    with pytest.raises(Stopped) as stopped:
        train(start_run(job, wishing(last_epoch=2)))
    assert (stopped.value.mode, stopped.value.result["epochs"]) == (StopMode.AFTER_EPOCH, 2)
    assert (job.artifacts / "model.keras").is_file()

    train(start_run(job))

    assert [event.epoch for event in told(Resumed)] == [2]
    assert totals(told) == [(1, 3), (2, 3), (3, 3)]
    assert end_of(job) == uninterrupted.end


def test_a_run_that_begins_behind_its_last_epoch_stops_at_once(
    train: Any, job: JobFolder, start_run: Any, told: Any
) -> None:
    """No epoch is done beyond the wish, also where the wish is older than the run."""
    with pytest.raises(Stopped):
        train(start_run(job, wishing(last_epoch=2)))
    again = start_run(job)
    write_control(job, Control(run=again.number, last_epoch=2))
    again.look()
    with pytest.raises(Stopped) as stopped:
        train(again)
    assert stopped.value.result["epochs"] == 2
    assert len(told(EpochEnded)) == 2


def test_fewer_epochs_are_a_success_and_can_become_more_again(
    train: Any, job: JobFolder, start_run: Any, told: Any, end_of: Any, uninterrupted: Any
) -> None:
    """The events carry the new number; with the old one the same end is reached."""
    result = train(start_run(job, wishing(epochs=2)))
    assert result["epochs"] == 2
    assert totals(told) == [(1, 3), (2, 2)]

    train(start_run(job))

    assert totals(told) == [(1, 3), (2, 2), (3, 3)]
    assert end_of(job) == uninterrupted.end


def test_more_epochs_lead_to_the_end_of_a_longer_training(
    train: Any, job: JobFolder, start_run: Any, told: Any, end_of: Any, uninterrupted: Any
) -> None:
    """Also when the wish comes after the last epoch that was asked for."""
    train(start_run(job, wishing(epochs=3)), epochs=1)
    assert totals(told) == [(1, 1), (2, 3), (3, 3)]
    assert end_of(job) == uninterrupted.end


def test_fewer_than_are_done_end_it_after_the_epoch_under_way(
    train: Any, job: JobFolder, start_run: Any, told: Any
) -> None:
    """No epoch is thrown away, and none is said to be beyond the last."""

    class LateWish(Run):
        def report(self, event: Event) -> None:
            super().report(event)
            if isinstance(event, CheckpointSaved) and (event.epoch, event.step) == (1, 2):
                write_control(self.folder, Control(run=self.number, epochs=1))
                self.look()

    result = train(start_run(job, LateWish))
    assert result["epochs"] == 2
    assert totals(told) == [(1, 3), (2, 2)]


def test_wishes_of_an_older_bot_are_read(tmp_path: Path) -> None:
    """What is not there was not wished."""
    folder = JobFolder(tmp_path)
    wishes = b'{"v":1,"run":3,"stop":"after_epoch","learning_rate":null}'
    folder.control.write_bytes(seal(wishes))
    assert read_control(folder, 3) == Control(run=3, stop=StopMode.AFTER_EPOCH)
