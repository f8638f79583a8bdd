"""Labels as they were written, as classes with names."""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from training.datasets.rows import Indices
from training.protocol.failure import FailureCode, TaskError

# Labels with more different values than this, and hardly one twice, are measured values.
FEW, SAMPLES_A_CLASS = 50, 2


def names_of(labels: NDArray[Any], file: Path, name: str) -> NDArray[Any]:
    """The classes among some labels, in order.

    Shapes:
        labels: (n,) of whole numbers, truth values or text
        output: (classes,)

    Raises:
        TaskError: DATA_ONE_CLASS; DATA_NOT_CLASSES, where they are measured values.
    """
    kinds = np.unique(labels)
    fractions = labels.dtype.kind == "f" and not np.array_equal(kinds, np.round(kinds))
    if fractions or (len(kinds) > FEW and len(kinds) * SAMPLES_A_CLASS > len(labels)):
        raise TaskError(FailureCode.DATA_NOT_CLASSES, file=str(file), name=name, values=len(kinds))
    if len(kinds) < 2:  # noqa: PLR2004
        raise TaskError(
            FailureCode.DATA_ONE_CLASS, file=str(file), classes=[as_text(kind) for kind in kinds]
        )
    return kinds


def as_indices(labels: NDArray[Any], kinds: NDArray[Any], file: Path) -> Indices:
    """Each label as its class's number.

    Shapes:
        labels: (n,), kinds: (classes,)
        output: (n,) int64

    Raises:
        TaskError: DATA_NEW_CLASS; some are none of these classes.
    """
    found = np.searchsorted(kinds, labels).clip(max=len(kinds) - 1)
    strange = np.unique(labels[kinds[found] != labels])
    if len(strange):
        names = [as_text(kind) for kind in strange[:5]]
        raise TaskError(FailureCode.DATA_NEW_CLASS, file=str(file), classes=names)
    return found.astype(np.int64)


def as_text(kind: Any) -> str:
    """A class's name; a whole number without a point."""
    if isinstance(kind, np.floating):
        return str(int(kind))
    return kind.decode(errors="replace") if isinstance(kind, bytes) else str(kind)
