"""What a measurement yields: figures with their spread, rows that compare, sections of them."""

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from tests.benchmarks.growth import Growth


@dataclass(frozen=True)
class Figure:
    """A value, and the least and the most that were seen of it."""

    value: float
    least: float
    most: float

    @classmethod
    def median_of(cls, values: Sequence[float]) -> "Figure":
        """The median of repetitions and their spread."""
        return cls(statistics.median(values), min(values), max(values))


@dataclass(frozen=True)
class Row:
    """One line of the table.

    Attributes:
        what: what was measured.
        unit: of ours and the alternative.
        ours: Coltrain's figure.
        other: what it is compared with.
        theirs: its figure.
        ratio: ours in theirs; below 1 ours is the smaller.
    """

    what: str
    unit: str
    ours: Figure
    other: str
    theirs: Figure
    ratio: Figure

    @classmethod
    def paired(
        cls, what: str, unit: str, other: str, pairs: Sequence[tuple[float, float]]
    ) -> "Row":
        """Compare (ours, theirs) of runs made in turn: medians, the ratio's within the pairs."""
        return cls(
            what=what,
            unit=unit,
            ours=Figure.median_of([ours for ours, _ in pairs]),
            other=other,
            theirs=Figure.median_of([theirs for _, theirs in pairs]),
            ratio=Figure.median_of([_ratio(ours, theirs) for ours, theirs in pairs]),
        )


@dataclass(frozen=True)
class Section:
    """Rows that were measured together.

    Attributes:
        title: what they are about.
        how: how they were measured, and with how much.
        pictures: how costs grow.
    """

    title: str
    how: str
    rows: tuple[Row, ...]
    pictures: tuple[Growth, ...] = ()


def _ratio(ours: float, theirs: float) -> float:
    """Infinite where theirs took nothing that could be seen."""
    return ours / theirs if theirs else math.inf


def percentile(values: Sequence[float], percent: float) -> float:
    """The value that so many percent do not exceed (nearest rank); 100 is the worst."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(percent / 100 * len(ordered)) - 1)]
