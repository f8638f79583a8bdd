"""Where does a model err? Its test set is asked, and the worst answers are shown."""

import tempfile
from collections import Counter
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from training.batches import Batches
from training.data import Dataset, Pictures
from training.datasets.opening import open_dataset
from training.datasets.rows import Rows
from training.inspection.labels import labels_of
from training.inspection.mistakes_sheet import Mistake, Table, draw_sheet
from training.inspection.models import PICTURES, load_model, own_model
from training.inspection.obstacle import InTheWay
from training.inspection.shares import Shares, as_shares
from training.network import user_data
from training.protocol.event_log import EventLogWriter
from training.protocol.failure import TaskError
from training.protocol.folder import JobFolder
from training.protocol.inspection import (
    MOST_PAIRS,
    Confusion,
    FindMistakes,
    MistakesFound,
    Obstacle,
)
from training.protocol.spec import TrainSpec, read_spec
from training.run import Run
from training.unpacking import with_data_unpacked

BATCH, MOST_TESTED, SHOWN = 250, 10_000, 12

Indices = NDArray[np.int64]


def find_mistakes(question: FindMistakes) -> MistakesFound:
    """Ask a job's model about its own test set.

    Raises:
        InTheWay: the model or the data cannot be used.
    """
    folder = JobFolder(question.job)
    model = load_model(folder)
    spec = _spec_of(folder)
    with tempfile.TemporaryDirectory(prefix="mistakes-") as aside:
        test = _opened(folder, spec, Path(aside)).test
        asked = _asked_about(len(test))
        given = np.concatenate(
            [np.asarray(model.predict_on_batch(x)) for x, _ in Batches(test, BATCH).in_order(asked)]
        )
        truth = _truth(test)[asked]
        if given.shape != (len(asked), test.classes):
            raise InTheWay(Obstacle.OTHER_INPUT)
        shares = as_shares(given, model)
        said = shares.argmax(1)
        labels = labels_of(folder, test.classes)
        table = Table.of(truth, said, labels)
        worst = _worst(shares, truth)
        pictures = _pictures(test, asked[worst])
    mistakes = [
        Mistake(labels[truth[i]], labels[said[i]], float(shares[i].max()), picture)
        for i, picture in zip(worst, pictures, strict=True)
    ]
    wrong = int((said != truth).sum())
    sheet = draw_sheet(table, mistakes, len(asked), wrong, dark=question.dark)
    pairs = tuple(_confusions(truth, said, labels))
    return MistakesFound(tested=len(asked), wrong=wrong, pairs=pairs, sheet=sheet)


def _spec_of(folder: JobFolder) -> TrainSpec:
    spec = read_spec(folder)
    if not isinstance(spec, TrainSpec):
        raise InTheWay(Obstacle.NO_TEST_SET)
    return spec


def _opened(job: JobFolder, spec: TrainSpec, aside: Path) -> Dataset:
    """The data as the training had it; what is told about it goes nowhere."""
    folder = JobFolder(aside)
    folder.create()
    try:
        with EventLogWriter(folder.event_log, 1) as log:
            run = Run(folder, 1, log)
            own = None if spec.own_data else own_model(job)
            if own is not None and own.has("data"):
                return user_data(own, spec, run)
            return open_dataset(with_data_unpacked(spec, run), run)
    except TaskError as error:
        raise InTheWay(Obstacle.DATA_GONE, str(error)[:300]) from error


def _asked_about(count: int) -> Indices:
    """All, or so many of them spread over the whole."""
    if count <= MOST_TESTED:
        return np.arange(count)
    return np.linspace(0, count - 1, MOST_TESTED).astype(np.int64)


def _truth(test: Pictures | Rows) -> Indices:
    if isinstance(test, Pictures):
        truth: Indices = test.labels.argmax(1).astype(np.int64)
        return truth
    return test.labels


def _worst(shares: Shares, truth: Indices) -> Indices:
    """The wrong ones of which the model was surest, the surest first."""
    wrong = np.flatnonzero(shares.argmax(1) != truth)
    return wrong[np.argsort(-shares[wrong].max(1), kind="stable")][:SHOWN]


def _pictures(test: Pictures | Rows, chosen: Indices) -> list[NDArray[np.float32] | None]:
    """What the model saw; none each where these are no pictures."""
    if len(test.shape) != PICTURES - 1 or not len(chosen):
        return [None] * len(chosen)
    return [np.asarray(x)[0] for x, _ in Batches(test, 1).in_order(chosen)]


def _confusions(truth: Indices, said: Indices, labels: tuple[str, ...]) -> list[Confusion]:
    wrong = truth != said
    counts = Counter(zip(truth[wrong].tolist(), said[wrong].tolist(), strict=True))
    return [
        Confusion(truth=labels[true], said=labels[other], count=count)
        for (true, other), count in counts.most_common(MOST_PAIRS)
    ]
