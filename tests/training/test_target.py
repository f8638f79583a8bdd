"""A training that ends with the first epoch that reaches an accuracy."""

from typing import Any

import numpy as np
import pytest

from training.data import Dataset
from training.protocol.events import EpochEnded
from training.protocol.folder import JobFolder
from training.protocol.spec import Parent, TrainSpec
from training.tasks.train import fit
from training.trainer import reaches

pytestmark = [
    pytest.mark.keras,
    # Keras saves a model through an interface that NumPy 2 wants changed.
    pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning"),
]


@pytest.fixture
def accuracies(uninterrupted: Any) -> list[float]:
    """Those of the three epochs, of which the second is better than the first."""
    found = [metrics["val_accuracy"] for _, _, metrics in uninterrupted.end.figures]
    assert found[0] < found[1]
    return found


def test_a_target_is_reached_by_the_share_that_it_says() -> None:
    """As Keras counts it, in float32, for every share of ten thousand pictures; by none below."""
    for right in range(1, 10_001):
        counted = float(np.float32(right) / np.float32(10_000))
        assert reaches(counted, right / 10_000)
        assert not reaches(counted, (right + 1) / 10_000)


def test_it_ends_with_the_first_epoch_that_is_good_enough(
    digits: Dataset, spec: TrainSpec, job: JobFolder, start_run: Any, told: Any, accuracies: Any
) -> None:
    """With model and results; the very accuracy counts as reached."""
    aiming = spec.model_copy(update={"target": accuracies[1]})
    result = fit(digits, aiming, start_run(job))
    assert [event.epoch for event in told(EpochEnded)] == [1, 2]
    assert (result["target_accuracy"], result["target_epoch"]) == (accuracies[1], 2)
    assert result["test_accuracy"] == accuracies[1]
    assert (job.artifacts / "model.keras").is_file()


def test_a_run_after_it_was_reached_does_no_more(
    digits: Dataset, spec: TrainSpec, job: JobFolder, start_run: Any, told: Any, accuracies: Any
) -> None:
    """One that was killed before it could say so comes to the same result."""
    aiming = spec.model_copy(update={"target": accuracies[1]})
    first = fit(digits, aiming, start_run(job))
    assert fit(digits, aiming, start_run(job)) == first
    assert [event.epoch for event in told(EpochEnded)] == [1, 2]


def test_one_that_is_never_reached_costs_nothing_and_is_told(
    digits: Dataset, spec: TrainSpec, job: JobFolder, start_run: Any, capsys: Any, request: Any
) -> None:
    """All epochs are done, with the numbers of a training without a target."""
    end_of, uninterrupted = map(request.getfixturevalue, ("end_of", "uninterrupted"))
    result = fit(digits, spec.model_copy(update={"target": 1.0}), start_run(job))
    assert end_of(job) == uninterrupted.end
    assert result["target_accuracy"] == 1.0
    assert "target_epoch" not in result
    assert "100 % on the test set, was not reached" in capsys.readouterr().out


def test_a_fork_has_to_reach_it_itself(
    digits: Dataset, spec: TrainSpec, job: JobFolder, start_run: Any, told: Any, accuracies: Any
) -> None:
    """What its parent reached before it was born does not end it."""
    aim = accuracies[0]
    fit(digits, spec.model_copy(update={"epochs": 1}), start_run(job))
    born = spec.model_copy(update={"target": aim, "parent": Parent(job=1, epoch=1)})
    result = fit(digits, born, start_run(job))
    assert [event.epoch for event in told(EpochEnded)] == [1, 2]
    assert result["target_epoch"] == 2
