"""The curves of trainings as a picture, and the words around it."""

import math
from collections.abc import Mapping, Sequence

from bot.job import EpochRecord, Job
from bot.messages import figures, titles
from bot.messages.markup import bold, command, escaped, shortened
from bot.plot import Curve, Panel, Plot

MOST_PANELS = 4
# What people look at first.
FIRST = ("accuracy", "loss")
VALIDATION = "val_"
NAME_LIMIT = 40
FIGURES_LIMIT = 120

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
    title = titles.title(runs[0][0]) if len(runs) == 1 else _jobs([job for job, _ in runs])
    return Plot(title=title, panels=tuple(panels), dark=dark)


def caption(runs: Runs, other: int | None = None) -> str:
    """Under the picture: each job with its latest figures.

    Args:
        other: a job that has curves as well, to be shown beside the only one here.
    """
    lines = []
    for job, records in runs:
        latest = records[-1]
        lines.append(f"{bold(titles.title(job))}, epoch {latest.epoch}")
        lines.append(escaped(shortened(figures.metrics(latest.metrics), FIGURES_LIMIT)))
    if len(runs) == 1 and other is not None:
        both = command(f"/plot {runs[0][0].id} {other}")
        lines.append(f"{both} puts two jobs into one picture.")
    return "\n".join(lines)


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
