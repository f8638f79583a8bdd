"""One table for the terminal and for the page: the only place that puts figures into words."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from rich.table import Table

from tests.benchmarks.figures import Figure, Row, Section
from tests.benchmarks.growth import Growth

COLUMNS = ("what", "ours", "the alternative", "ratio", "spread")
SIGNIFICANT = 3


@dataclass(frozen=True)
class Report:
    """What was measured, by which command, where and when.

    Attributes:
        command: what wrote it.
        machine: the machine, in general terms.
        conditions: the day, how long it took, how busy the machine was before.
        sections: the figures.
    """

    command: str
    machine: str
    conditions: str
    sections: Sequence[Section]

    def table(self) -> Table:
        """The rows for a terminal."""
        table = Table(*COLUMNS, title=self.machine, show_lines=True)
        for cells in self._lines():
            table.add_row(*cells)
        return table

    def markdown(self) -> str:
        """The page: the table, and how each section was measured."""
        lines = ["# Benchmarks", "", f"Every figure on this page was written by `{self.command}`."]
        lines += ["", f"Machine: {self.machine}.", "", self.conditions, ""]
        lines += [_line(COLUMNS), _line(["---"] * len(COLUMNS)), *map(_line, self._lines()), ""]
        lines += [
            "A ratio below 1 means that ours is the smaller. Figures are medians unless the row"
            " says otherwise; of runs made in turn (A B A B) the ratio is the median of the pairs'"
            " ratios. The spread goes from the least to the most that was seen.",
            "",
            "## How it was measured",
        ]
        for section in self.sections:
            lines += ["", f"**{section.title}.** {section.how}"]
            for picture in section.pictures:
                lines += ["", f"![{section.title}](images/{picture.name}.png)"]
        return "\n".join(lines) + "\n"

    def pictures(self) -> list[Growth]:
        """What the page shows beside its table."""
        return [picture for section in self.sections for picture in section.pictures]

    def _lines(self) -> list[tuple[str, ...]]:
        return [_cells(row) for section in self.sections for row in section.rows]


def _cells(row: Row) -> tuple[str, ...]:
    spread = f"ours {_range(row.ours)}, other {_range(row.theirs)}, ratio {_range(row.ratio)}"
    return (
        row.what,
        f"{_number(row.ours.value)} {row.unit}",
        f"{row.other}: {_number(row.theirs.value)} {row.unit}",
        _number(row.ratio.value),
        "one run" if row.ratio.least == row.ratio.most else spread,
    )


def _range(figure: Figure) -> str:
    return f"{_number(figure.least)}–{_number(figure.most)}"


def _number(value: float) -> str:
    """Three digits that mean something, and no exponent."""
    if math.isinf(value):
        return "∞"
    magnitude = math.floor(math.log10(abs(value))) if value else 0
    return f"{value:,.{max(0, SIGNIFICANT - 1 - magnitude)}f}"


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
