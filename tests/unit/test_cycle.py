"""The learning rate of the quick recipe, as numbers."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from training.cycle import ADDED, FIRST, LAST, UP, Cycle

CYCLES = st.builds(Cycle, st.floats(1e-6, 1.0), st.integers(1, 50))


def rates(cycle: Cycle, epochs: int, steps: int = 40) -> list[float]:
    return [
        cycle.rate(epoch, step / steps) for epoch in range(1, epochs + 1) for step in range(steps)
    ]


@given(CYCLES)
def test_it_goes_up_once_and_down_once(cycle: Cycle) -> None:
    """From a small rate to the highest at three tenths, and steadily down from there."""
    found = rates(cycle, cycle.epochs)
    top = found.index(max(found))
    assert abs(top / len(found) - UP) <= 1 / len(found)
    assert all(before < after for before, after in pairwise(found[: top + 1]))
    assert all(before > after for before, after in pairwise(found[top:]))
    assert found[0] == cycle.highest * FIRST
    assert max(found) <= cycle.highest


@given(CYCLES)
def test_it_ends_low_and_never_at_nothing(cycle: Cycle) -> None:
    """The very end of the last epoch has the lowest rate."""
    end = cycle.rate(cycle.epochs, 1.0)
    assert abs(end - cycle.highest * LAST) < 1e-9
    assert 0 < end < min(rates(cycle, cycle.epochs))


@given(CYCLES, st.integers(1, 5))
def test_added_epochs_begin_warm_and_are_all_alike(cycle: Cycle, beyond: int) -> None:
    """Each goes down from a tenth; those before them are as they were."""
    added = [cycle.rate(cycle.epochs + beyond, share / 10) for share in range(11)]
    assert added[0] == cycle.highest * ADDED
    assert all(before > after > 0 for before, after in pairwise(added))
    assert added == [cycle.rate(cycle.epochs + 1, share / 10) for share in range(11)]
