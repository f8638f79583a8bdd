"""The quick recipe: its network, and that it keeps what every training promises."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.training.conftest import End
from tests.training.test_learning_rate import rate, wishing
from training.batches import Batches
from training.checkpoint import CheckpointStore
from training.cycle import Cycle
from training.data import Dataset, epoch_order
from training.protocol.control import StopMode, write_control
from training.protocol.events import CheckpointSaved, EpochEnded, Event, LearningRateSet
from training.protocol.folder import JobFolder
from training.protocol.spec import TrainSpec
from training.quick import build_quick
from training.run import Run, Stopped
from training.shifts import Shifts
from training.tasks.train import fit

pytestmark = [
    pytest.mark.keras,
    # Keras saves a model through an interface that NumPy 2 wants changed.
    pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning"),
]

STEPS = 5
QUICK = TrainSpec.model_validate({"preset": "quick", "epochs": 3, "batch_size": 64, "samples": 320})
CYCLE = Cycle(QUICK.effective_learning_rate, 3)

StartRun = Callable[..., Run]


def end_of(job: JobFolder, spec: TrainSpec = QUICK) -> End:
    """History without seconds, and every variable's bytes."""
    store = CheckpointStore(job.checkpoint, spec.made_with())
    newest = store.read(store.newest_first()[0])
    return End(
        [(record.epoch, record.learning_rate, record.metrics) for record in newest.history],
        {name: array.tobytes() for name, array in newest.state.items()},
        newest.step,
    )


def stopping(epoch: int, step: int) -> type[Run]:
    """A run that is told to stop at once when that checkpoint was saved."""

    class Interrupted(Run):
        def report(self, event: Event) -> None:
            super().report(event)
            if isinstance(event, CheckpointSaved) and (event.epoch, event.step) == (epoch, step):
                self.control = self.control.model_copy(update={"stop": StopMode.NOW})

    return Interrupted


@pytest.fixture
def another(tmp_path: Path) -> JobFolder:
    """A second job folder, to compare with."""
    folder = JobFolder(tmp_path / "another")
    folder.create()
    return folder


def test_for_mnist_it_is_the_network_that_was_measured() -> None:
    """Four convolutions, each normalised, and 66,778 parameters."""
    model = build_quick((28, 28, 1), 10)
    maps = [layer.output.shape[1:] for layer in model.layers if "conv" in layer.name]
    assert maps == [(14, 14, 16), (12, 12, 32), (5, 5, 64), (3, 3, 64)]
    assert model.count_params() == 66_778
    assert sum("batch_norm" in layer.name for layer in model.layers) == 4


@pytest.mark.parametrize(
    ("shape", "classes"),
    [((6, 6, 1), 2), ((6, 300, 3), 5), ((9, 11, 4), 3), ((96, 96, 3), 100), ((500, 333, 3), 2)],
)
def test_pictures_of_any_size_have_one(shape: tuple[int, int, int], classes: int) -> None:
    """Something is left of the smallest, and the largest do not make it heavy."""
    model = build_quick(shape, classes)
    assert model.output_shape == (None, classes)
    assert model.count_params() < 1_000_000
    assert np.isfinite(model.predict(np.ones((2, *shape), np.float32), verbose=0)).all()


def test_an_interrupted_training_ends_as_if_it_had_not_been(
    digits: Dataset, job: JobFolder, another: JobFolder, start_run: StartRun
) -> None:
    """Left inside each epoch, and gone on with: rates, shifts and weights bit for bit."""
    whole = fit(digits, QUICK, start_run(another))
    for place in ((0, 1), (1, 3), (2, 4)):
        with pytest.raises(Stopped):
            fit(digits, QUICK, start_run(job, stopping(*place)), checkpoint_interval_s=0)
        assert end_of(job).step == place[1] + 1
    result = fit(digits, QUICK, start_run(job))
    assert result["test_loss"] == whole["test_loss"]
    assert end_of(job) == end_of(another)


def test_shifts_and_cycle_are_at_work(
    digits: Dataset, job: JobFolder, another: JobFolder, start_run: StartRun, told: Any
) -> None:
    """Each epoch ends with the rate of its last step; without shifts other weights come of it."""
    fit(digits, QUICK, start_run(job))
    expected = [CYCLE.rate(epoch, (STEPS - 1) / STEPS) for epoch in (1, 2, 3)]
    assert [e.learning_rate for e in told(EpochEnded)] == pytest.approx(expected)
    still = QUICK.model_copy(update={"shifts": False})
    fit(digits, still, start_run(another))
    assert end_of(job).bits != end_of(another, still).bits


def test_pictures_are_moved_by_a_pixel_and_as_in_a_whole_epoch(digits: Dataset) -> None:
    """Each is one of its nine neighbours, all directions occur, and a late start changes none."""
    order = epoch_order(3, 1, len(digits.train))
    batches = Batches(digits.train, 64, shifts=Shifts(3, (28, 28, 1)))
    whole = np.concatenate([x for x, _ in batches.in_order(order, 0, 1).as_numpy_iterator()])
    late = np.concatenate([x for x, _ in batches.in_order(order, 2, 1).as_numpy_iterator()])
    assert np.array_equal(whole[128:], late)
    other = np.concatenate([x for x, _ in batches.in_order(order, 0, 2).as_numpy_iterator()])
    assert not np.array_equal(whole, other)

    padded = np.pad(digits.train.images[order], ((0, 0), (1, 1), (1, 1), (0, 0)), mode="edge")
    found = set()
    for picture, around in zip(whole, padded, strict=True):
        places = [
            (down, right)
            for down in (-1, 0, 1)
            for right in (-1, 0, 1)
            if np.array_equal(picture, around[1 - down : 29 - down, 1 - right : 29 - right])
        ]
        assert places
        found.update(places if len(places) == 1 else [])
    assert len(found) == 9


def test_epochs_that_are_added_leave_those_before_as_they_were(
    digits: Dataset, job: JobFolder, another: JobFolder, start_run: StartRun
) -> None:
    """A training that was ended and gets more goes on exactly as one that got them on its way."""
    longer = QUICK.model_copy(update={"epochs": 4, "cycle": 3})
    fit(digits, QUICK, start_run(job))
    first_three = end_of(job).figures
    fit(digits, longer, start_run(job))
    fit(digits, longer, start_run(another))
    assert end_of(job) == end_of(another)
    assert end_of(job).figures[:3] == first_three
    assert end_of(job).figures[3][1] == pytest.approx(CYCLE.rate(4, (STEPS - 1) / STEPS))


def test_a_rate_of_the_users_ends_the_cycle_also_after_a_break(
    digits: Dataset, job: JobFolder, another: JobFolder, start_run: StartRun, told: Any
) -> None:
    """From the next epoch on it stays; a run that goes on inside that epoch has it as well."""
    fit(digits, QUICK, start_run(another, wishing(((1, 2), rate(0.002)))), 0)
    with pytest.raises(Stopped):
        run = start_run(job, type("Both", (wishing(((1, 2), rate(0.002))), stopping(2, 3)), {}))
        fit(digits, QUICK, run, 0)
    again = start_run(job)
    write_control(job, rate(None, (3, 0.002)).model_copy(update={"run": again.number}))
    again.look()
    fit(digits, QUICK, again)
    assert [(e.epoch, e.learning_rate) for e in told(LearningRateSet)] == [(3, 0.002)]
    assert end_of(job) == end_of(another)
    assert [one[1] for one in end_of(job).figures][2] == 0.002
