"""Small data of one's own, made as people make it."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray


def striped(n: int, shape: tuple[int, ...] = (12, 10, 3), classes: int = 3) -> Any:
    """Pictures of stripes, each class with its own distance, with noise; and their classes.

    Shapes:
        output: (n, *shape) uint8, (n,) int64
    """
    random = np.random.default_rng(5)
    labels = np.arange(n) % classes
    rows = np.arange(shape[0])
    pattern = (rows[None, :] % (labels[:, None] + 2) == 0) * 180
    pictures = np.broadcast_to(pattern.reshape(n, shape[0], *[1] * (len(shape) - 1)), (n, *shape))
    noise = random.integers(0, 75, (n, *shape))
    return (pictures + noise).astype(np.uint8), labels


@pytest.fixture
def arrays() -> dict[str, NDArray[Any]]:
    """Ninety pictures of three classes to learn from, and thirty to test with."""
    pictures, labels = striped(120)
    return {
        "x_train": pictures[:90], "y_train": labels[:90],
        "x_test": pictures[90:], "y_test": labels[90:],
    }  # fmt: skip


@pytest.fixture
def npz(tmp_path: Path, arrays: dict[str, NDArray[Any]]) -> Path:
    """The same as a file."""
    file = tmp_path / "stripes.npz"
    np.savez(file, **arrays)
    return file
