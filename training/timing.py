"""How long the steps of some work take, and how sure that is: watched until it is steady."""

import math
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

# What is watched at once: a single step is moved by whatever else the machine does.
BLOCK_S: Final = 0.5
FEWEST_BLOCKS: Final = 4
STEADY: Final = 0.05
LEAST_SPREAD, MOST_SPREAD = 0.03, 0.5
FIRST_STEPS: Final = 3

Watch = Callable[[], bool]


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to watch: at least so long, and no longer than that."""

    least_s: float
    most_s: float


@dataclass(frozen=True, slots=True)
class Pace:
    """What a pass over some steps takes.

    Attributes:
        first_s: what the first pass takes beside what a later one does.
        pass_s: what each pass takes beside its steps.
        step_s: what a step takes.
        spread: by which share of them the steps may take more, or less.
    """

    first_s: float
    pass_s: float
    step_s: float
    spread: float

    def seconds(self, steps: int) -> float:
        """A later pass over so many steps."""
        return self.pass_s + steps * self.step_s


def watch_passes(
    do: Callable[[Watch], object],
    patience: Patience,
    now: Callable[[], float] = time.perf_counter,
) -> Pace:
    """Do one short pass, and then passes until their pace is known.

    Args:
        do: does a pass; calls what it is given before each step, and ends the pass with
            that step where this returns False.
        now: the clock, in seconds.
    """
    first, began = _Pass(now), now()
    first.carry_out(do, lambda: first.count < FIRST_STEPS and now() - began < patience.least_s)
    passes: list[_Pass] = []
    began = now()

    def goes_on() -> bool:
        return not is_steady(_steps_of(passes), now() - began, patience)

    while not passes or goes_on():
        passes.append(_Pass(now))
        passes[-1].carry_out(do, goes_on)
    steps = _steps_of(passes)
    # Where a pass has one step alone, that is all there is of it.
    step_s = statistics.fmean(steps) if steps else passes[-1].total_s
    pass_s = statistics.fmean(max(0.0, one.total_s - one.count * step_s) for one in passes)
    return Pace(
        first_s=max(0.0, first.total_s - pass_s - first.count * step_s),
        pass_s=pass_s,
        step_s=step_s,
        spread=spread_of(steps),
    )


def is_steady(steps: Sequence[float], watched_s: float, patience: Patience) -> bool:
    """Whether enough is known of how long steps take."""
    if watched_s < patience.least_s:
        return False
    return watched_s >= patience.most_s or spread_of(steps) <= STEADY


def spread_of(steps: Sequence[float]) -> float:
    """By which share the mean of more such steps may be another: twice its standard error."""
    blocks = _blocks(steps)
    if len(blocks) < FEWEST_BLOCKS:
        return STEADY if sum(steps) < BLOCK_S else 2 * STEADY
    error = statistics.stdev(blocks) / math.sqrt(len(blocks))
    return min(MOST_SPREAD, max(LEAST_SPREAD, 2 * error / statistics.fmean(blocks)))


def _blocks(steps: Sequence[float]) -> list[float]:
    """The mean step of each stretch of half a second."""
    blocks: list[float] = []
    seconds, count = 0.0, 0
    for step in steps:
        seconds, count = seconds + step, count + 1
        if seconds >= BLOCK_S:
            blocks.append(seconds / count)
            seconds, count = 0.0, 0
    return blocks


def _steps_of(passes: Sequence["_Pass"]) -> list[float]:
    return [after - before for one in passes for before, after in pairwise(one.moments)]


class _Pass:
    """One pass: when each of its steps began, and how long it took in all."""

    def __init__(self, now: Callable[[], float]) -> None:
        self.moments: list[float] = []
        self.total_s = 0.0
        self._now = now

    @property
    def count(self) -> int:
        return len(self.moments)

    def carry_out(self, do: Callable[[Watch], object], goes_on: Callable[[], bool]) -> None:
        def before_step() -> bool:
            self.moments.append(self._now())
            return goes_on()

        began = self._now()
        do(before_step)
        self.total_s = self._now() - began
