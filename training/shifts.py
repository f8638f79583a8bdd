"""Pictures moved by a pixel or so each time they are learned."""

from typing import Final

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

# A pixel of MNIST's 28; the same share of larger pictures.
SIDE: Final = 28
STREAM: Final = 1  # beside the epoch's order, which has the seed and the epoch alone


class Shifts:
    """Draws by how much each picture of an epoch is moved.

    Args:
        seed: of the training. What is drawn depends on it, the epoch and the place alone,
            so that a run that goes on inside an epoch moves pictures as one that was not
            interrupted.
        shape: of a picture: height, width, channels.
    """

    def __init__(self, seed: int, shape: tuple[int, ...]) -> None:
        self._seed = seed
        self._reach = np.array([max(1, round(side / SIDE)) for side in shape[:2]])

    def drawn(self, epoch: int, count: int) -> NDArray[np.int32]:
        """By how many pixels each picture moves.

        Args:
            epoch: from 0.

        Shapes:
            output: (count, 2) int32, down and to the right
        """
        random = np.random.default_rng([self._seed, epoch, STREAM])
        return random.integers(-self._reach, self._reach + 1, (count, 2)).astype(np.int32)


def moved(pictures: tf.Tensor, by: tf.Tensor) -> tf.Tensor:
    """Move pictures; what comes in at an edge is the edge's own pixels again.

    Shapes:
        pictures: (batch, height, width, channels) float32
        by:       (batch, 2) int32, down and to the right
        output:   as pictures
    """
    _, height, width, _ = pictures.shape
    rows = tf.clip_by_value(tf.range(height) - by[:, :1], 0, height - 1)
    columns = tf.clip_by_value(tf.range(width) - by[:, 1:], 0, width - 1)
    down = tf.gather(pictures, rows, axis=1, batch_dims=1)
    return tf.gather(down, columns, axis=2, batch_dims=1)
