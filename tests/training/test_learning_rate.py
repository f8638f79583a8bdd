"""A learning rate that is changed while a training runs, and what a resumed run makes of it."""

from collections.abc import Callable
from typing import Any

import pytest

from training.data import Dataset
from training.protocol.control import Control, RateChange, StopMode, write_control
from training.protocol.events import CheckpointSaved, EpochEnded, Event, LearningRateSet
from training.protocol.folder import JobFolder
from training.protocol.spec import TrainSpec
from training.run import Run, Stopped
from training.tasks.train import fit

pytestmark = [
    pytest.mark.keras,
    # Keras saves a model through an interface that NumPy 2 wants changed.
    pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning"),
]

Told = Callable[[type[Event]], list[Any]]


def wishing(*wishes: tuple[tuple[int, int], Control]) -> type[Run]:
    """A run that gets wishes at its checkpoints: after that epoch, and that step of the next."""

    class RunWithWishes(Run):
        def report(self, event: Event) -> None:
            super().report(event)
            for place, wish in wishes:
                if isinstance(event, CheckpointSaved) and (event.epoch, event.step) == place:
                    write_control(self.folder, wish.model_copy(update={"run": self.number}))
                    self.look()

    return RunWithWishes


def rate(learning_rate: float | None, *taken: tuple[int, float], **more: Any) -> Control:
    changes = tuple(RateChange(epoch=epoch, learning_rate=value) for epoch, value in taken)
    return Control(run=1, learning_rate=learning_rate, learning_rates=changes, **more)


@pytest.fixture
def train(digits: Dataset, spec: TrainSpec) -> Any:
    """Train five epochs in a run, a checkpoint before each step."""
    return lambda run: fit(digits, spec.model_copy(update={"epochs": 5}), run, 0)


@pytest.fixture
def steered(train: Any, start_run: Any, end_of: Any, tmp_path: Any) -> Any:
    """The end of an undisturbed training with 0.25 from epoch 2 on and 0.5 from epoch 4 on."""
    folder = JobFolder(tmp_path / "steered")
    folder.create()
    train(start_run(folder, wishing(((1, 0), rate(0.25)), ((3, 0), rate(0.5)))))
    return end_of(folder)


def rates(told: Told) -> list[float]:
    return [event.learning_rate for event in told(EpochEnded)]


def test_it_counts_from_the_next_epoch_on_and_is_confirmed_once(
    train: Any, job: JobFolder, start_run: Any, told: Told
) -> None:
    """A wish inside epoch 2 leaves that epoch alone; the event names the epoch it counts from."""
    train(start_run(job, wishing(((1, 2), rate(0.25)))))
    assert rates(told) == [1.0, 1.0, 0.25, 0.25, 0.25]
    assert [(e.epoch, e.learning_rate) for e in told(LearningRateSet)] == [(3, 0.25)]


def test_the_same_rate_wished_for_is_confirmed_and_changes_nothing(
    train: Any, job: JobFolder, start_run: Any, told: Told
) -> None:
    """Whoever takes a wish back is told as well."""
    train(start_run(job, wishing(((1, 0), rate(1.0)))))
    assert rates(told) == [1.0] * 5
    assert [(e.epoch, e.learning_rate) for e in told(LearningRateSet)] == [(2, 1.0)]


def test_a_rate_that_was_wished_for_twice_is_confirmed_twice(
    train: Any, job: JobFolder, start_run: Any, told: Told
) -> None:
    """Taken, then another, and back again before an epoch began: no wish stays open for ever."""
    train(
        start_run(
            job,
            wishing(
                ((1, 0), rate(0.25)),
                ((1, 1), rate(0.5, (2, 0.25))),
                ((1, 2), rate(0.25, (2, 0.25))),
                ((2, 1), rate(None, (2, 0.25), (3, 0.25))),
            ),
        )
    )
    assert rates(told) == [1.0, 0.25, 0.25, 0.25, 0.25]
    assert [(e.epoch, e.learning_rate) for e in told(LearningRateSet)] == [(2, 0.25), (3, 0.25)]


@pytest.mark.parametrize("place", [(1, 2), (2, 3), (3, 0), (4, 1)])
def test_interrupted_with_a_changed_rate_it_comes_to_the_same_end(
    train: Any, job: JobFolder, start_run: Any, end_of: Any, steered: Any, place: tuple[int, int]
) -> None:
    """Left at any point around two changes, gone on with in another run: bit for bit."""
    leave = (place, Control(run=1, stop=StopMode.NOW))
    with pytest.raises(Stopped):
        train(start_run(job, wishing(((1, 0), rate(0.25)), ((3, 0), rate(0.5)), leave)))
    # What the bot tells the next run: the wish that was not taken yet, and those that were.
    wishes = {
        (1, 2): rate(None, (2, 0.25)),
        (2, 3): rate(None, (2, 0.25)),
        (3, 0): rate(0.5, (2, 0.25)),
        (4, 1): rate(None, (2, 0.25), (4, 0.5)),
    }
    again = start_run(job, wishing(((3, 0), rate(0.5, (2, 0.25)))))
    write_control(job, wishes[place].model_copy(update={"run": again.number}))
    train(again)
    assert end_of(job) == steered


def test_a_run_that_goes_on_from_further_back_changes_at_the_same_epochs(
    train: Any, job: JobFolder, start_run: Any, told: Told, end_of: Any, steered: Any
) -> None:
    """As on a new machine whose copy is older than the changes: they are done over, unasked."""
    with pytest.raises(Stopped):
        train(start_run(job, wishing(((1, 0), Control(run=1, stop=StopMode.NOW)))))
    again = start_run(job)
    write_control(job, rate(None, (2, 0.25), (4, 0.5)).model_copy(update={"run": again.number}))
    train(again)
    assert rates(told) == [1.0, 0.25, 0.25, 0.5, 0.5]
    assert told(LearningRateSet) == []  # it was confirmed when it was taken
    assert end_of(job) == steered


def test_a_wish_outlives_the_run_that_could_not_take_it(
    train: Any, job: JobFolder, start_run: Any, told: Told
) -> None:
    """Stopped before the next epoch began: the next run begins that epoch with it."""
    stop = rate(0.25, stop=StopMode.AFTER_EPOCH)
    with pytest.raises(Stopped):
        train(start_run(job, wishing(((1, 2), stop))))
    again = start_run(job)
    write_control(job, rate(0.25).model_copy(update={"run": again.number}))
    train(again)
    assert rates(told) == [1.0, 1.0, 0.25, 0.25, 0.25]
    assert [(e.epoch, e.run) for e in told(LearningRateSet)] == [(3, 2)]
