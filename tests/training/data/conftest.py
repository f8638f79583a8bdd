"""Small data of one's own, made as people make it."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image


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


@pytest.fixture
def pictures(tmp_path: Path, arrays: dict[str, NDArray[Any]]) -> Path:
    """The same as a folder of pictures in three folders, unpacked into one more."""
    folder = tmp_path / "stripes" / "inner"
    names = ("wide & <odd>", "Zebra", "éa")
    for name in names:
        (folder / name).mkdir(parents=True)
    for number, (picture, label) in enumerate(
        zip(arrays["x_train"], arrays["y_train"], strict=True)
    ):
        Image.fromarray(picture).save(folder / names[label] / f"{number}.png")
    return folder.parent


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """A hundred and twenty rows whose class follows from a number and a word."""
    random = np.random.default_rng(3)
    lines = ["number,word,ticket,kind"]
    for row in range(120):
        kind = row % 3
        number = "" if row % 10 == 9 else f"{1000 + 50 * kind + random.normal():.3f}"
        lines.append(f"{number},{('low', 'mid', 'high')[kind]},t{row},{('a', 'b', 'c')[kind]}")
    file = tmp_path / "kinds.csv"
    file.write_text("\n".join(lines) + "\n")
    return file
