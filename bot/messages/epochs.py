"""Epochs as lines of a table that fits a phone."""

from collections.abc import Sequence

from bot.job import EpochRecord, Job
from bot.messages import figures, titles
from bot.messages.markup import bold, escaped, shortened
from bot.messages.translation import say

# A phone 360 pixels wide shows 31 fixed-width characters in a line: "12  62s" and four of five.
SHORT_NAMES = {"loss": "loss", "accuracy": "acc", "val_loss": "vloss", "val_accuracy": "vacc"}
CELL = 5
SHORT_S, LONG_S = 10, 1000
MOST_COLUMNS = 4
NAME_LIMIT = 40


def table(records: Sequence[EpochRecord]) -> list[str]:
    """A heading and a line an epoch: its number, seconds and metrics."""
    names = _columns(records)
    heading = ["#", "time", *(_heading(name, name[:CELL]) for name in names)]
    rows = [_row(record, names) for record in records]
    widths = [max(len(row[i]) for row in [heading, *rows]) for i in range(len(heading))]
    return [
        " ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True))
        for row in [heading, *rows]
    ]


def in_words(records: Sequence[EpochRecord]) -> list[str]:
    """A heading and a line an epoch that needs no fixed width to be read."""
    names = _columns(records)
    # One blank between two figures: with a mark there a line is too wide for a phone.
    heading = " ".join(
        ["#", say("time"), *(_heading(name, shortened(name, NAME_LIMIT)) for name in names)]
    )
    return [heading, *(" ".join(_row(record, names)) for record in records)]


def epoch_ended(job: Job, record: EpochRecord, epochs: int) -> str:
    """The message about one epoch, for those who asked for it."""
    place = say("Epoch {epoch}/{epochs}", epoch=record.epoch, epochs=epochs)
    return "\n".join(
        [
            bold(titles.title(job)),
            f"{place} · {figures.duration(record.seconds)}",
            escaped(figures.metrics(record.metrics)),
        ]
    )


def epochs_ended(job: Job, latest: EpochRecord, epochs: int) -> str:
    """One message for several epochs that ended while Telegram could not be told."""
    return "\n".join([epoch_ended(job, latest, epochs), say("(and the epochs before it)")])


def _columns(records: Sequence[EpochRecord]) -> list[str]:
    names = list(dict.fromkeys(name for record in records for name in record.metrics))
    known = [name for name in SHORT_NAMES if name in names]
    return [*known, *(name for name in names if name not in SHORT_NAMES)][:MOST_COLUMNS]


def _heading(name: str, otherwise: str) -> str:
    short = SHORT_NAMES.get(name)
    if short is None:
        return otherwise
    return f"{short}%" if figures.is_fraction(name) else short


def _row(record: EpochRecord, names: list[str]) -> list[str]:
    return [str(record.epoch), _time(record.seconds), *(_cell(record, name) for name in names)]


def _cell(record: EpochRecord, name: str) -> str:
    value = record.metrics.get(name)
    if value is None:
        return "–"
    return figures.in_five(100 * value if figures.is_fraction(name) else value)


def _time(seconds: float) -> str:
    """Four characters: ``8.4s``, ``62s``, ``20m``, ``17h``."""
    if seconds < LONG_S:
        return f"{seconds:.1f}s" if seconds < SHORT_S else f"{seconds:.0f}s"
    if seconds < figures.DAY_S:
        return f"{seconds / figures.MINUTE_S:.0f}m"
    return f"{seconds / figures.HOUR_S:.0f}h" if seconds < figures.BEYOND else figures.NO_FIGURE
