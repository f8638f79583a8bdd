"""The curves of trainings as a picture, in English: fonts for other scripts are not everywhere."""

import math
from collections.abc import Mapping, Sequence
from itertools import pairwise

from bot.job import EpochRecord, Job
from bot.language import Language, speaking
from bot.messages import figures, titles
from bot.messages.markup import shortened
from bot.plot import Curve, Mark, Panel, Plot

MOST_PANELS = 4
# What people look at first.
FIRST = ("accuracy", "loss")
VALIDATION = "val_"
NAME_LIMIT = 40
MOST_MARKS = 12

Runs = Sequence[tuple[Job, Sequence[EpochRecord]]]


def plot(runs: Runs, *, dark: bool) -> Plot:
    """A frame a metric, accuracy first; in each the jobs side by side."""
    names = list(dict.fromkeys(_base(name) for _, records in runs for name in _metrics(records)))
    names.sort(key=lambda name: FIRST.index(name) if name in FIRST else len(FIRST))
    panels = [
        Panel(
            title=shortened(name, NAME_LIMIT),
            curves=tuple(_curves(name, runs)),
            percent=figures.is_fraction(name),
        )
        for name in names[:MOST_PANELS]
    ]
    with speaking(Language.ENGLISH):
        title = titles.title(runs[0][0]) if len(runs) == 1 else _jobs([job for job, _ in runs])
    return Plot(title=title, panels=tuple(panels), marks=tuple(_marks(runs)), dark=dark)


def _marks(runs: Runs) -> list[Mark]:
    """Where a learning rate was changed; of a schedule none, for want of room."""
    found = [
        Mark(epoch=after.epoch, label=f"lr {after.learning_rate:g}", hue=hue)
        for hue, (_, records) in enumerate(runs)
        for before, after in pairwise(records)
        if None not in (before.learning_rate, after.learning_rate)
        and before.learning_rate != after.learning_rate
    ]
    return found if len(found) <= MOST_MARKS else []


def _curves(name: str, runs: Runs) -> list[Curve]:
    curves = []
    for hue, (job, records) in enumerate(runs):
        whose = "" if len(runs) == 1 else f"job {job.id} "
        for metric, what in ((VALIDATION + name, "validation"), (name, "training")):
            if any(metric in record.metrics for record in records):
                curves.append(
                    Curve(
                        label=f"{whose}{what}",
                        epochs=tuple(record.epoch for record in records),
                        values=tuple(_finite(record.metrics, metric) for record in records),
                        hue=hue,
                        dashed=metric == name,
                    )
                )
    return curves


def _finite(metrics: Mapping[str, float], name: str) -> float | None:
    value = metrics.get(name)
    return value if value is not None and math.isfinite(value) else None


def _metrics(records: Sequence[EpochRecord]) -> list[str]:
    return list(dict.fromkeys(name for record in records for name in record.metrics))


def _base(name: str) -> str:
    return name.removeprefix(VALIDATION)


def _jobs(jobs: Sequence[Job]) -> str:
    return "Jobs " + ", ".join(str(job.id) for job in jobs)
