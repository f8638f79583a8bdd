"""Columns of numbers: what brings them into measure."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from training.datasets.rows import Rows

ROWS_AT_ONCE = 8192


@dataclass(frozen=True, slots=True)
class Statistics:
    """Mean and variance of each column.

    Shapes:
        mean, variance: (columns,) float32; a column that is always the same has variance 1
    """

    mean: NDArray[np.float32]
    variance: NDArray[np.float32]


def statistics(rows: Rows) -> Statistics:
    """Of what is learned from; nothing of the test set is in it."""
    total: NDArray[Any] = np.zeros(rows.shape, np.float64)
    squares: NDArray[Any] = np.zeros(rows.shape, np.float64)
    for begin in range(0, len(rows), ROWS_AT_ONCE):
        piece = rows.take(np.arange(begin, min(len(rows), begin + ROWS_AT_ONCE)))
        values = piece.astype(np.float64) / rows.divisor
        total += values.sum(axis=0)
        squares += np.square(values).sum(axis=0)
    mean = total / len(rows)
    variance = np.maximum(squares / len(rows) - np.square(mean), 0)
    variance[variance <= np.square(mean) * 1e-12] = 1
    return Statistics(mean.astype(np.float32), variance.astype(np.float32))
