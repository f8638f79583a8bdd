"""An ``.npz`` with x_train and y_train, and x_test and y_test where it brings a test set."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from training.data import Dataset
from training.datasets.arrays import ArrayFile
from training.datasets.classes import as_indices, as_text, names_of
from training.datasets.finding import digest_of, found
from training.datasets.rows import Indices, Rows
from training.datasets.splitting import USUAL_SHARE, some_of, split
from training.datasets.table import statistics
from training.protocol.failure import FailureCode, TaskError
from training.protocol.spec import TrainSpec

# Inputs, labels, and those of the test set, as people and tools call them.
NAMES: Final = (
    ("x_train", "y_train", "x_test", "y_test"),
    ("X_train", "y_train", "X_test", "y_test"),
    ("train_images", "train_labels", "test_images", "test_labels"),
    ("x", "y", "x_test", "y_test"),
    ("X", "y", "X_test", "y_test"),
    ("images", "labels", "test_images", "test_labels"),
)
ROWS_AT_ONCE: Final = 4096
BYTE: Final = 255
FLAT, GREY, COLOURED = 2, 3, 4  # dimensions: table, grey pictures, pictures with channels


@dataclass(frozen=True, slots=True)
class _Part:
    """Inputs and labels that belong together."""

    inputs: NDArray[Any]
    labels: NDArray[Any]
    names: tuple[str, str]


def read_npz(file: Path, spec: TrainSpec, aside: Path, passed: Callable[[], None]) -> Dataset:
    """Read the data of an ``.npz``.

    Shapes:
        inputs: (n, height, width), (n, height, width, channels) or (n, columns)
        labels: (n,), (n, 1), or (n, classes) one-hot

    Raises:
        TaskError: what is wrong with it, and where.
    """
    arrays = ArrayFile(file, aside, passed)
    train, test = _parts(arrays, file)
    kinds = names_of(train.labels, file, train.names[1])
    labels = as_indices(train.labels, kinds, file)
    divisor = _divisor(train, file)
    source = _source(train.inputs)
    if test is None:
        learned, tested = split(labels, spec.validation or USUAL_SHARE)
        test_rows = _rows(source, tested, labels, len(kinds), divisor, spec)
    else:
        _must_be_alike(train, test, file)
        learned = np.arange(len(labels))
        test_labels = as_indices(test.labels, kinds, file)
        every = np.arange(len(test_labels))
        test_rows = _rows(_source(test.inputs), every, test_labels, len(kinds), divisor, spec)
    rows = _rows(source, learned, labels, len(kinds), divisor, spec)
    return Dataset(
        train=rows,
        test=test_rows,
        about=found(
            file.name, rows, test_rows, [as_text(kind) for kind in kinds],
            own_test=test is not None, fingerprint=digest_of(file, passed),
        ),
        statistics=statistics(rows) if len(rows.shape) == 1 else None,
    )  # fmt: skip


def _parts(arrays: ArrayFile, file: Path) -> tuple[_Part, _Part | None]:
    there = arrays.headers
    for x, y, x_test, y_test in NAMES:
        if x in there and y in there:
            train = _part(arrays, file, x, y)
            tested = x_test in there and y_test in there
            return train, _part(arrays, file, x_test, y_test) if tested else None
    raise TaskError(FailureCode.ARRAYS_MISSING, file=str(file), arrays=sorted(there)[:20])


def _part(arrays: ArrayFile, file: Path, x: str, y: str) -> _Part:
    inputs, labels = arrays.read(x), arrays.read(y)
    for name, array in ((x, inputs), (y, labels)):
        if array.ndim and not len(array):
            raise TaskError(FailureCode.DATA_EMPTY, file=str(file), name=name)
    if inputs.ndim not in (FLAT, GREY, COLOURED) or inputs.dtype.kind not in "buif":
        raise _wrong_shape(file, x, inputs)
    if 0 in inputs.shape[1:]:
        raise _wrong_shape(file, x, inputs)
    labels = _flat(labels)
    if labels.ndim != 1 or labels.dtype.kind not in "buifUS":
        raise _wrong_shape(file, y, labels)
    if len(inputs) != len(labels):
        raise TaskError(
            FailureCode.ARRAYS_UNEQUAL, file=str(file),
            name=x, count=len(inputs), other=y, others=len(labels),
        )  # fmt: skip
    if labels.dtype.kind == "f" and not np.isfinite(labels).all():
        row = int(np.flatnonzero(~np.isfinite(labels))[0])
        raise TaskError(FailureCode.DATA_NOT_NUMBERS, file=str(file), name=y, row=row)
    return _Part(inputs, labels, (x, y))


def _flat(labels: NDArray[Any]) -> NDArray[Any]:
    """Labels in one dimension, also where they were written as a column or one-hot."""
    if labels.ndim != 2:  # noqa: PLR2004
        return labels
    if labels.shape[1] == 1:
        return labels[:, 0]
    one_hot = labels.dtype.kind in "buif" and np.all(
        (np.sort(labels, axis=1)[:, -1] == 1) & (np.abs(labels).sum(axis=1) == 1)
    )
    return labels.argmax(axis=1) if one_hot else labels


def _divisor(part: _Part, file: Path) -> float:
    """What brings pictures into [0, 1]; tables are brought into measure by the network.

    Raises:
        TaskError: DATA_NOT_NUMBERS.
    """
    highest = 0.0
    for begin in range(0, len(part.inputs), ROWS_AT_ONCE):
        piece = part.inputs[begin : begin + ROWS_AT_ONCE]
        if piece.dtype.kind == "f" and not np.isfinite(piece).all():
            wrong = ~np.isfinite(piece).reshape(len(piece), -1).all(axis=1)
            row = begin + int(np.flatnonzero(wrong)[0])
            raise TaskError(
                FailureCode.DATA_NOT_NUMBERS, file=str(file), name=part.names[0], row=row
            )
        highest = max(highest, float(np.abs(piece.astype(np.float64)).max(initial=0)))
    if part.inputs.ndim == FLAT or highest <= 1:
        return 1.0
    return BYTE if highest <= BYTE else highest


def _source(inputs: NDArray[Any]) -> NDArray[Any]:
    """Inputs with their channels last, in a type that batches are made of quickly."""
    if inputs.ndim == GREY:
        inputs = inputs[..., np.newaxis]
    if inputs.dtype in (np.uint8, np.float32) or isinstance(inputs, np.memmap):
        return inputs
    return inputs.astype(np.float32)


def _rows(
    source: NDArray[Any], chosen: Indices, labels: Indices, classes: int, divisor: float,
    spec: TrainSpec,
) -> Rows:  # fmt: skip
    chosen = some_of(chosen, spec.samples)
    return Rows(source, chosen, labels[chosen], classes, divisor)


def _must_be_alike(train: _Part, test: _Part, file: Path) -> None:
    if train.inputs.shape[1:] != test.inputs.shape[1:]:
        raise _wrong_shape(file, test.names[0], test.inputs)
    _divisor(test, file)


def _wrong_shape(file: Path, name: str, array: NDArray[Any]) -> TaskError:
    shape = f"{array.dtype} {array.shape}"
    return TaskError(FailureCode.ARRAY_SHAPE, file=str(file), name=name, shape=shape)
