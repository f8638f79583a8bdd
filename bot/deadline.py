"""How far a training will get before its machine may end: pure, times are arguments.

Covered: epochs that take about as long as those before them, some more, some less.
Not covered: a machine that is taken back before its time; a training that slows down
for good is noticed by its next epochs only.
"""

import math
import statistics
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

# The last checkpoint and the results have to be written and copied before the end.
SAVING_S = 120.0
LATEST_EPOCHS = 10  # the pace of an hour ago says little
UNKNOWN_SPREAD = 0.1  # of one epoch's time, while there is but one to go by
DRIFT = 0.03  # how much slower than their mean many epochs may turn out
SPREADS = 2.0
MATERIAL_EPOCHS, MATERIAL_SHARE = 2, 0.1
MOST_TOLD = 2


@dataclass(frozen=True, slots=True)
class Lifetime:
    """How long a machine has been up, and how long it may live."""

    up_since: datetime
    hours: float | None = None

    @property
    def ends_at(self) -> datetime | None:
        """When it may end at the latest; none where nobody takes it back."""
        return None if self.hours is None else self.up_since + timedelta(hours=self.hours)


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds an epoch, and their standard deviation."""

    seconds: float
    spread: float


class Verdict(StrEnum):
    """Whether a training is done before its machine may end."""

    FITS = "fits"
    TIGHT = "tight"  # if nothing goes slower than it did
    CUT = "cut"


@dataclass(frozen=True, slots=True)
class Position:
    """Where a training is: epochs done, to do in all, and when the present one began."""

    done: int
    epochs: int
    began_at: datetime


@dataclass(frozen=True, slots=True)
class Forecast:
    """How far a training will get.

    Attributes:
        epochs: how many it is to do.
        reached: the last epoch that will be over by ``ends_at``, at the pace so far.
        safe: the last one that will be over and saved, should the pace be slower.
        done_at: when all would be over.
    """

    pace: Pace
    epochs: int
    reached: int
    safe: int
    done_at: datetime
    ends_at: datetime

    @property
    def verdict(self) -> Verdict:
        """Whether that is all of it."""
        if self.safe >= self.epochs:
            return Verdict.FITS
        return Verdict.TIGHT if self.reached >= self.epochs else Verdict.CUT


class Told(BaseModel):
    """What a chat was told about a job's end on one machine.

    Attributes:
        ends_at: when that machine may end; another one's story is another.
        epochs: how many were to be done then.
        accepted: the user wants to hear no more of it.
    """

    model_config = ConfigDict(frozen=True)

    ends_at: datetime
    times: int = 0
    epochs: int = 0
    verdict: Verdict = Verdict.FITS
    safe: int = 0
    accepted: bool = False


def pace_of(seconds: Sequence[float]) -> Pace | None:
    """The pace of epochs in their order; the first, with its tracing, counts only alone."""
    counted = [s for s in (seconds[1:] or seconds) if math.isfinite(s)][-LATEST_EPOCHS:]
    if not counted:
        return None
    mean = statistics.fmean(counted)
    spread = statistics.stdev(counted) if counted[1:] else UNKNOWN_SPREAD * mean
    return Pace(mean, spread) if mean > 0 else None


def forecast(position: Position, pace: Pace, now: datetime, ends_at: datetime) -> Forecast:
    """How far it will get from here on."""
    left_s = max(0.0, (ends_at - now).total_seconds())
    # An epoch that takes longer than others is as good as over, never more.
    under_way_s = min(max(0.0, (now - position.began_at).total_seconds()), pace.seconds)
    to_do = max(0, position.epochs - position.done)
    reached = min(to_do, math.floor((left_s + under_way_s) / pace.seconds + 1e-9))
    for_epochs_s = left_s - SAVING_S + under_way_s
    # The time grows with the count, so the last that is in time is found by halving.
    safe = bisect_right(range(reached + 1), for_epochs_s, key=lambda n: _slow_s(n, pace)) - 1
    rest_s = max(0.0, to_do * pace.seconds - under_way_s)
    return Forecast(
        pace=pace,
        epochs=position.epochs,
        reached=position.done + reached,
        safe=position.done + max(0, safe),
        done_at=now + timedelta(seconds=min(rest_s, timedelta(days=36500).total_seconds())),
        ends_at=ends_at,
    )


def is_news(told: Told | None, found: Forecast) -> bool:
    """Whether a forecast is worth a message after what was told before."""
    before = told if told is not None and told.ends_at == found.ends_at else None
    if before is None:
        return found.verdict is not Verdict.FITS
    if before.accepted or before.times >= MOST_TOLD:
        return False
    if before.epochs != found.epochs:  # the user has chosen another end since
        return found.verdict is Verdict.CUT
    if Verdict.CUT not in (before.verdict, found.verdict):
        return False
    moved = abs(found.safe - before.safe) > max(MATERIAL_EPOCHS, MATERIAL_SHARE * found.epochs)
    return moved or found.verdict is not before.verdict


def told_now(told: Told | None, found: Forecast) -> Told:
    """What the chat knows after a message about a forecast."""
    before = told if told is not None and told.ends_at == found.ends_at else None
    return Told(
        ends_at=found.ends_at,
        times=1 + (before.times if before is not None else 0),
        epochs=found.epochs,
        verdict=found.verdict,
        safe=found.safe,
    )


def _slow_s(count: int, pace: Pace) -> float:
    return count * pace.seconds * (1 + DRIFT) + SPREADS * pace.spread * math.sqrt(count)
