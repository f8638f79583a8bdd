"""MNIST from the package's own file, and the order in which an epoch takes it."""

import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from training.protocol.events import DataRead
from training.protocol.failure import FailureCode, TaskError

if TYPE_CHECKING:
    from training.datasets.rows import Rows
    from training.datasets.table import Statistics

MNIST = Path(__file__).with_name("mnist.npz")
CLASSES = 10

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Pictures:
    """Pictures with their labels.

    Shapes:
        images: (n, height, width, channels) float32 in [0, 1]
        labels: (n, classes) float32, one-hot
    """

    images: Floats
    labels: Floats

    def __len__(self) -> int:
        return len(self.images)

    @property
    def shape(self) -> tuple[int, ...]:
        """Of one picture."""
        return self.images.shape[1:]

    @property
    def classes(self) -> int:
        """How many there are."""
        return int(self.labels.shape[1])


@dataclass(frozen=True, slots=True)
class Dataset:
    """What a network learns from, and what it is tested with after each epoch.

    Attributes:
        about: what was found out about data of one's own.
        statistics: of the columns of a table.
    """

    train: "Pictures | Rows"
    test: "Pictures | Rows"
    about: DataRead | None = None
    statistics: "Statistics | None" = None


def load_mnist(file: Path = MNIST, samples: int | None = None) -> Dataset:
    """Read MNIST: 60,000 pictures of 28 x 28 pixels to train with, 10,000 to test.

    Args:
        file: an ``.npz`` with x_train, y_train, x_test, y_test.
        samples: take the first n pictures of each part only.

    Shapes:
        images: (n, 28, 28, 1) float32 in [0, 1]
        labels: (n, 10) float32, one-hot

    Raises:
        TaskError: DATA_UNREADABLE; the file is missing, damaged or of another form.

    Source: LeCun, Cortes, Burges, The MNIST database of handwritten digits;
        prepared as in keras-team/keras examples, mnist_cnn.py.
    """
    try:
        with file.open("rb") as content, np.load(content, allow_pickle=False) as arrays:
            return Dataset(
                train=_pictures(arrays["x_train"], arrays["y_train"], samples),
                test=_pictures(arrays["x_test"], arrays["y_test"], samples),
            )
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, zlib.error) as error:
        raise TaskError(
            FailureCode.DATA_UNREADABLE, file=file.name, error=str(error) or type(error).__name__
        ) from error


def epoch_order(seed: int, epoch: int, samples: int) -> NDArray[np.int64]:
    """The order of the samples in an epoch; it depends on nothing but the arguments.

    Args:
        epoch: from 0.

    Shapes:
        output: (samples,) int64, each of 0 … samples - 1 once
    """
    return np.random.default_rng([seed, epoch]).permutation(samples)


def _pictures(pixels: NDArray[np.uint8], digits: NDArray[np.uint8], limit: int | None) -> Pictures:
    if pixels.ndim != 3 or pixels.dtype != np.uint8 or digits.shape != pixels.shape[:1]:  # noqa: PLR2004
        raise ValueError(f"pictures of {pixels.dtype} {pixels.shape}, labels {digits.shape}")
    if digits.size == 0 or digits.max() >= CLASSES:
        raise ValueError(f"labels that are not digits, or none ({digits.size})")
    images = pixels[:limit, :, :, np.newaxis].astype(np.float32) / np.float32(255)
    return Pictures(images, np.eye(CLASSES, dtype=np.float32)[digits[:limit]])
