"""Epochs as lines of a table that fits a phone."""

from collections.abc import Sequence

from bot.job import EpochRecord, Job
from bot.messages import figures, titles
from bot.messages.markup import bold, escaped

# A phone shows about 36 fixed-width characters in a line.
SHORT_NAMES = {
    "loss": "loss",
    "accuracy": "acc",
    "val_loss": "v.loss",
    "val_accuracy": "v.acc",
}
MOST_COLUMNS = 4


def table(records: Sequence[EpochRecord]) -> list[str]:
    """A heading and a line an epoch: its number, seconds and metrics."""
    names = _columns(records)
    heading = [" #", "time", *(SHORT_NAMES.get(name, name[:6]) for name in names)]
    rows = [_row(record, names) for record in records]
    widths = [max(len(row[i]) for row in [heading, *rows]) for i in range(len(heading))]
    return [
        " ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True))
        for row in [heading, *rows]
    ]


def in_words(records: Sequence[EpochRecord]) -> list[str]:
    """A heading and a line an epoch that needs no fixed width to be read."""
    names = _columns(records)
    heading = " · ".join(["epoch", "time", *(SHORT_NAMES.get(name, name) for name in names)])
    return [heading, *(" · ".join(_row(record, names)) for record in records)]


def epoch_ended(job: Job, record: EpochRecord, epochs: int) -> str:
    """The message about one epoch, for those who asked for it."""
    figures_shown = " · ".join(
        f"{escaped(name)} {figures.metric(name, value)}" for name, value in record.metrics.items()
    )
    return (
        f"{bold(titles.title(job))}\nEpoch {record.epoch}/{epochs} · "
        f"{figures.duration(record.seconds)}\n{figures_shown}"
    )


def _columns(records: Sequence[EpochRecord]) -> list[str]:
    names = list(dict.fromkeys(name for record in records for name in record.metrics))
    known = [name for name in SHORT_NAMES if name in names]
    return [*known, *(name for name in names if name not in SHORT_NAMES)][:MOST_COLUMNS]


def _row(record: EpochRecord, names: list[str]) -> list[str]:
    cells = (
        figures.metric(name, record.metrics[name]).removesuffix("%")
        if name in record.metrics
        else "–"
        for name in names
    )
    return [str(record.epoch), _seconds(record.seconds), *cells]


def _seconds(seconds: float) -> str:
    return f"{seconds:.1f}s" if seconds < 100 else f"{seconds:.0f}s"  # noqa: PLR2004 - width
