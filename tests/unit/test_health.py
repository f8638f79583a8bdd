"""When a training has diverged, and when that is over."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.health import FAR_EPOCHS, Alarm, Health
from tests.jobs import after, at, running
from training.protocol.events import EpochEnded, Event, Resumed

NAN, INFINITY = float("nan"), float("inf")


def healthy(losses: list[float], health: Health | None = None) -> Health:
    """The health after these epochs."""
    health = health or Health()
    for loss in losses:
        health = health.after_epoch({"loss": loss})
    return health


@pytest.mark.parametrize(
    "losses",
    [
        [2.3, 0.5, 0.3, 1.9, 2.4, 2.4],  # lost most of what it had learned
        [2.3, 9.0, 80.0, 1e9],  # never learned anything
        [0.05, 0.04, 5.0, 5.0, 5.0],  # began good
        [2.3, 0.1, NAN, 3.0, 3.0, 3.0],  # one that is no number says nothing of the others
    ],
)
def test_a_loss_that_got_away_has_diverged(losses: list[float]) -> None:
    """With the third epoch in a row, and not before."""
    assert healthy(losses).diverged
    assert not healthy(losses[:-1]).diverged


@pytest.mark.parametrize(
    "losses",
    [
        [2.3, 1.0, 0.5, 0.3, 0.2],
        [2.3, 0.1, 2.0, 2.0, 0.1, 2.0, 2.0],  # it came back
        [2.3, 1e-4, 4e-4, 5e-4, 9e-4],  # four times next to nothing
        [0.05, 0.04, 0.06, 0.06, 0.06],  # it never had far to go
        [2.3, 2.31, 2.32, 2.33],
        [NAN, NAN, NAN, NAN],  # has an alarm of its own
        [-2.0, -9.0, -8.0, -8.0, -8.0],
        [],
    ],
)
def test_a_loss_that_only_wavers_has_not(losses: list[float]) -> None:
    """Small next to what was learned, or not for long."""
    assert not healthy(losses).diverged


@given(st.lists(st.floats(1e-9, 1e30), min_size=1, max_size=30), st.integers(-20, 20))
def test_the_unit_of_a_loss_does_not_matter(losses: list[float], power: int) -> None:
    """A loss in other units diverges in the same epochs; one that only falls never does."""
    falling = healthy(sorted(losses, reverse=True))
    assert not falling.diverged
    wild, scaled = healthy(losses), healthy([2.0**power * loss for loss in losses])
    assert (wild.far, wild.diverged) == (scaled.far, scaled.diverged)


def test_an_alarm_stands_until_its_cause_is_over() -> None:
    """A loss near its best ends a divergence; finite figures, a metric that is no number."""
    diverged = healthy([2.0, 0.1, 3.0, 3.0, 3.0]).having_told(Alarm.DIVERGED)
    assert diverged.having_told(Alarm.DIVERGED) == diverged
    assert healthy([3.0], diverged).told == (Alarm.DIVERGED,)
    assert healthy([0.2], diverged).told == ()
    broken = Health().having_told(Alarm.NOT_FINITE).having_told(Alarm.GPU_IDLE)
    assert healthy([NAN, INFINITY], broken).told == (Alarm.NOT_FINITE, Alarm.GPU_IDLE)
    assert healthy([1.0], broken).told == (Alarm.GPU_IDLE,)


def ended(seq: int, epoch: int, loss: float) -> Event:
    return EpochEnded(
        seq=seq, run=1, at=at(seq), epoch=epoch, epochs=9, seconds=1, metrics={"loss": loss}
    )


def test_a_run_that_goes_on_is_judged_anew() -> None:
    """Epochs that are gone through again after a kill do not count twice against it."""
    job = after(
        running(), *(ended(n, n, loss) for n, loss in ((2, 2.0), (3, 0.1), (4, 3.0), (5, 3.0)))
    )
    assert job.health.far == FAR_EPOCHS - 1
    job = after(job, Resumed(seq=6, run=1, at=at(6), epoch=3), ended(7, 4, 3.0))
    assert job.health.far == 1
    assert replace(job).health.best_loss == 0.1
