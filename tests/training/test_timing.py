"""The pace of steps: what is known of it, and how long it is watched."""

from collections.abc import Callable, Iterator

import pytest

from training.timing import (
    LEAST_SPREAD,
    MOST_SPREAD,
    STEADY,
    Pace,
    Patience,
    Watch,
    spread_of,
    watch_passes,
)

PATIENCE = Patience(least_s=4.0, most_s=20.0)


class Work:
    """Passes over steps, by a clock that only they move.

    Args:
        steps: of a pass.
        step_s: what each takes, one after the other.
        tracing_s: what the very first pass takes beside.
        pass_s: what each pass takes beside its steps.
    """

    def __init__(
        self, steps: int, step_s: Iterator[float], tracing_s: float = 0.0, pass_s: float = 0.0
    ) -> None:
        self.now_s = 0.0
        self._steps, self._step_s = steps, step_s
        self._tracing_s, self._pass_s = tracing_s, pass_s

    def do(self, before_step: Watch) -> None:
        self.now_s += self._tracing_s + self._pass_s
        self._tracing_s = 0.0
        for _ in range(self._steps):
            goes_on = before_step()
            self.now_s += next(self._step_s)
            if not goes_on:
                return

    def pace(self) -> Pace:
        return watch_passes(self.do, PATIENCE, lambda: self.now_s)


def each(*seconds: float) -> Iterator[float]:
    while True:
        yield from seconds


@pytest.mark.parametrize("steps", [2, 7, 1_000])
def test_what_is_paid_once_is_told_from_what_each_pass_and_step_cost(steps: int) -> None:
    """Whether a pass is shorter than one watches, or longer."""
    pace = Work(steps, each(0.125), tracing_s=5.0, pass_s=0.5).pace()
    assert pace.step_s == pytest.approx(0.125)
    assert pace.first_s == pytest.approx(5.0)
    assert pace.pass_s == pytest.approx(0.5)
    assert pace.seconds(16) == pytest.approx(2.5)


def test_a_pass_of_one_step_is_what_it_takes() -> None:
    """There is nothing between two of its steps to measure."""
    assert Work(1, each(0.25), pass_s=0.5).pace().seconds(1) == pytest.approx(0.75)


@pytest.mark.parametrize(
    ("step_s", "least_s", "most_s"),
    [
        (each(0.1), 4.0, 5.0),
        (each(*[0.1] * 5, *[0.3] * 5), 15.0, 23.0),
        (each(30.0), 120.0, 120.0),
    ],
    ids=["steady", "wandering", "slower than anybody waits"],
)
def test_one_watches_until_it_is_steady_but_not_for_ever(
    step_s: Iterator[float], least_s: float, most_s: float
) -> None:
    """Two passes of two steps are needed, however long these take."""
    work = Work(10_000, step_s)
    work.pace()
    assert least_s <= work.now_s <= most_s + 1.0


def test_steps_that_wander_make_the_whole_less_sure() -> None:
    """Within limits: nothing is quite sure, and little is half known."""
    steady = spread_of([0.1] * 100)
    wandering = spread_of([0.1] * 50 + [0.2] * 50)
    wild = spread_of([0.1] * 40 + [20.0] * 4)
    assert LEAST_SPREAD == steady < wandering < wild <= MOST_SPREAD
    assert wandering > STEADY


@pytest.mark.parametrize("steps", [[], [0.01], [0.6, 0.6]])
def test_little_that_was_seen_is_not_sure(steps: list[float]) -> None:
    """However even it was."""
    assert spread_of(steps) >= STEADY


def test_an_error_of_the_work_passes(raising: Callable[[Watch], None]) -> None:
    """It is the work's to say what is wrong."""
    with pytest.raises(ValueError, match="no"):
        watch_passes(raising, PATIENCE)


@pytest.fixture
def raising() -> Callable[[Watch], None]:
    def do(before_step: Watch) -> None:
        raise ValueError("no")

    return do
