"""The latest epoch against the one before it, as a table that fits a phone."""

from collections.abc import Sequence

from bot.job import EpochRecord
from bot.messages import figures
from bot.messages.markup import shortened

# A phone 360 pixels wide shows 31 fixed-width characters in a line; these are 30.
NAME, VALUE, BEFORE = 12, 8, 8
FIGURE = 7  # so that a name and a figure that fill their columns stay apart
FIRST = ("loss", "accuracy", "val_loss", "val_accuracy")
MOST_ROWS = 6
UP, DOWN, SAME = "↑", "↓", "="


def table(records: Sequence[EpochRecord]) -> list[str]:
    """A line a metric: its latest figure, whether that rose or fell, and the one before.

    Args:
        records: the latest epochs, oldest first; one at least.
    """
    latest = records[-1]
    before = records[-2] if len(records) > 1 else None
    heading = "epoch".ljust(NAME) + f"{latest.epoch}"[-FIGURE:].rjust(VALUE)
    if before is not None:
        heading += f"{before.epoch}"[-BEFORE:].rjust(BEFORE + 2)
    return [heading, *(_row(name, latest, before) for name in _names(latest))]


def _names(record: EpochRecord) -> list[str]:
    known = [name for name in FIRST if name in record.metrics]
    return [*known, *(name for name in record.metrics if name not in FIRST)][:MOST_ROWS]


def _row(name: str, latest: EpochRecord, before: EpochRecord | None) -> str:
    value = latest.metrics[name]
    row = shortened(name, NAME).ljust(NAME) + _cell(name, value).rjust(VALUE)
    if before is None or name not in before.metrics:
        return row
    earlier = before.metrics[name]
    return f"{row} {_arrow(value, earlier)}{_cell(name, earlier).rjust(BEFORE)}"


def _cell(name: str, value: float) -> str:
    text = figures.metric(name, value)
    if len(text) <= FIGURE:
        return text
    return figures.in_five(100 * value if figures.is_fraction(name) else value)[:FIGURE]


def _arrow(value: float, earlier: float) -> str:
    if value > earlier:
        return UP
    return DOWN if value < earlier else SAME
