"""A sample of lost machines in each run of the suite; ``make faults`` has more."""

import pytest

from tests.faults import exact_resume, machine_loss


@pytest.mark.slow
def test_a_lost_machine_costs_at_most_one_checkpoint() -> None:
    """Lost at random moments, back from home alone: an answer in time, the same result."""
    finding = machine_loss.strike(2)
    assert finding.times == 2
    assert finding.books.problems == []


@pytest.mark.slow
@pytest.mark.keras
def test_a_training_goes_on_exactly_on_a_new_machine() -> None:
    """Killed inside an epoch and its machine lost: the bits of a training left alone."""
    finding = exact_resume.strike(1)
    assert finding.times == 1
    assert finding.books.problems == []
