"""Trainings side by side: /compare and /best."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.job import EpochRecord, Job
from bot.messages import cards, figures, titles
from bot.messages.best import best_epoch
from bot.messages.markup import bold, command, fixed, shortened

# A phone 360 pixels wide shows 31 fixed-width characters in a line.
NAME_CELLS, CELLS = 9, 7
SHORT = {"learning_rate": "rate", "batch_size": "batch", "optimizer": "optim."}
NONE = "–"


@dataclass(frozen=True, slots=True)
class Training:
    """A training with what came of it so far."""

    job: Job
    records: Sequence[EpochRecord]

    @property
    def best(self) -> EpochRecord | None:
        """The epoch with the best validation accuracy, the first of equals."""
        return best_epoch(self.records)

    @property
    def accuracy(self) -> float | None:
        """On the test set: at the end, else after the latest epoch."""
        return self._figure("test_accuracy", "val_accuracy")

    @property
    def loss(self) -> float | None:
        """On the test set: at the end, else after the latest epoch."""
        return self._figure("test_loss", "val_loss")

    def _figure(self, result: str, metric: str) -> float | None:
        found = self.job.outcome.result.get(result)
        if isinstance(found, float):
            return found
        return self.records[-1].metrics.get(metric) if self.records else None


def comparison(trainings: Sequence[Training]) -> str:
    """A column a job: what differs among their parameters, and what came of them."""
    ids = [training.job.id for training in trainings]
    rows = [("", [f"#{job_id}" for job_id in ids])]
    rows += [("state", [cards.state(training.job).split()[-1] for training in trainings])]
    rows += _differences(trainings)
    rows += [
        ("acc %", [_cell(training.accuracy, 100) for training in trainings]),
        ("loss", [_cell(training.loss) for training in trainings]),
        ("best ep.", [str(t.best.epoch) if t.best else NONE for t in trainings]),
        ("s/epoch", [_cell(_pace(training)) for training in trainings]),
    ]
    lines = [
        name[:NAME_CELLS].ljust(NAME_CELLS) + "".join(cell[:CELLS].rjust(CELLS) for cell in cells)
        for name, cells in rows
    ]
    numbers = " ".join(map(str, ids))
    return "\n".join(
        [
            bold("Jobs " + ", ".join(map(str, ids))),
            fixed(lines),
            f"{command(f'/plot {numbers}')} shows their curves.",
        ]
    )


def ranking(trainings: Sequence[Training]) -> str:
    """The best trainings, the best first."""
    if not trainings:
        return f"No training has been tested yet. {command('/train')} starts one."
    lines = []
    for place, training in enumerate(trainings, start=1):
        parameters = dict(titles.parameters(training.job.spec))
        lines.append(
            f"{place}. {bold(f'Job {training.job.id}')} {figures.percent(training.accuracy or 0)}"
            f" · {parameters.get('epochs', NONE)} epochs, {parameters.get('optimizer', '')}"
        )
    first = trainings[0].job.id
    lines.append(f"{command(f'/retry {first} seed=1')} does the best one again with another seed.")
    return "\n".join([bold("Best test accuracy"), *lines])


def _differences(trainings: Sequence[Training]) -> list[tuple[str, list[str]]]:
    """The parameters that are not alike in all jobs; those alike tell nothing."""
    specs = [dict(titles.parameters(training.job.spec)) for training in trainings]
    names = list(dict.fromkeys(name for spec in specs for name in spec))
    rows = [(SHORT.get(name, name), [spec.get(name, NONE) for spec in specs]) for name in names]
    return [
        (name, [shortened(cell, CELLS - 1) for cell in cells])
        for name, cells in rows
        if len(set(cells)) > 1
    ]


def _pace(training: Training) -> float | None:
    seconds = [record.seconds for record in training.records]
    return sum(seconds) / len(seconds) if seconds else None


def _cell(value: float | None, times: int = 1) -> str:
    return NONE if value is None else figures.in_five(times * value)
