"""Trainings side by side: /compare and /best."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from unicodedata import east_asian_width

from bot.job import Ending, EpochRecord, Job, JobState
from bot.messages import figures, titles
from bot.messages.best import best_epoch
from bot.messages.joining import list_of
from bot.messages.markup import bold, command, escaped, fixed, shortened
from bot.messages.translation import marked, say
from training.protocol.preset import Preset
from training.protocol.spec import Spec, TrainSpec

# A phone 360 pixels wide shows 31 fixed-width characters in a line; a Chinese one takes two.
NAME_CELLS, CELLS = 7, 8
SHORT = {"learning_rate": "rate", "batch_size": "batch", "optimizer": "optim."}
NONE = "–"
ENDINGS = {
    Ending.SUCCEEDED: marked("done"),
    Ending.FAILED: marked("failed"),
    Ending.STOPPED: marked("stopped"),
    Ending.LOST: marked("lost"),
}
STATES = {
    JobState.QUEUED: marked("waits"),
    JobState.RUNNING: marked("runs"),
    JobState.STOPPING: marked("stops"),
}


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
    rows += [(say("state"), [_state(training.job) for training in trainings])]
    rows += _differences(trainings)
    rows += [
        (say("acc %"), [_cell(training.accuracy, 100) for training in trainings]),
        (say("loss"), [_cell(training.loss) for training in trainings]),
        (say("best"), [str(t.best.epoch) if t.best else NONE for t in trainings]),
        (say("s/epoch"), [_cell(_pace(training)) for training in trainings]),
    ]
    lines = [
        _left(name, NAME_CELLS) + "".join(_right(cell, CELLS) for cell in cells)
        for name, cells in rows
    ]
    plot = command("/plot " + " ".join(map(str, ids)))
    return "\n".join(
        [
            bold(say("Jobs {ids}", ids=list_of(ids))),
            fixed(lines),
            say("{plot} shows their curves.", plot=plot),
        ]
    )


def ranking(groups: Sequence[Sequence[Training]]) -> str:
    """The best trainings, the best first.

    Args:
        groups: each of trainings with the same data, at least one; others are not compared.
    """
    if not groups:
        return say("No training has been tested yet. {train} starts one.", train=command("/train"))
    lines = [bold(say("Best test accuracy"))]
    for group in groups:
        if len(groups) > 1:
            lines.append(_learned(group[0].job.spec))
        lines += [_place(place, training) for place, training in enumerate(group, start=1)]
    again = say(
        "{retry} does the best one again with another seed.",
        retry=command(f"/retry {groups[0][0].job.id} seed=1"),
    )
    return "\n".join([*lines, again])


def _learned(spec: Spec) -> str:
    """What a group of trainings has in common."""
    what = escaped(titles.work(spec))
    samples = spec.samples if isinstance(spec, TrainSpec) else None
    if samples is None:
        return f"▸ {what}"
    return say("▸ {work}, {samples:,} samples", work=what, samples=samples)


def _place(place: int, training: Training) -> str:
    parameters = dict(titles.parameters(training.job.spec))
    job = bold(say("Job {id}", id=training.job.id))
    return say(
        "{place}. {job} {accuracy} · {epochs} epochs, {optimizer}",
        place=place,
        job=job,
        accuracy=figures.percent(training.accuracy or 0),
        epochs=parameters.get("epochs", NONE),
        optimizer=_recipe(parameters),
    )


def _recipe(parameters: Mapping[str, str]) -> str:
    """What a training is told from others by, in a word: its preset, or the example's optimizer."""
    preset = parameters.get("preset", Preset.MNIST_CNN)
    by_example = parameters.get("optimizer") or parameters.get("model", "")
    return by_example if preset == Preset.MNIST_CNN else preset


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


def _state(job: Job) -> str:
    return say(STATES[job.state] if job.ending is None else ENDINGS[job.ending])


def _pace(training: Training) -> float | None:
    seconds = [record.seconds for record in training.records]
    return sum(seconds) / len(seconds) if seconds else None


def _left(text: str, cells: int) -> str:
    text = _cut(text, cells)
    return text + " " * (cells - _width(text))


def _right(text: str, cells: int) -> str:
    text = _cut(text, cells - 1)  # a blank before it at least
    return " " * (cells - _width(text)) + text


def _cut(text: str, cells: int) -> str:
    while _width(text) > cells:
        text = text[:-1]
    return text


def _width(text: str) -> int:
    return sum(2 if east_asian_width(character) in "FW" else 1 for character in text)


def _cell(value: float | None, times: int = 1) -> str:
    return NONE if value is None else figures.in_five(times * value)
