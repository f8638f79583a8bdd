"""Pictures as batches for Keras, in an order of our choosing."""

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from training.data import Pictures


class Batches:
    """Hands out batches of pictures.

    The pictures lie in memory once, as tensors, however many orders are asked
    for. Batches are gathered by TensorFlow beside the training step, as
    ``model.fit(x, y)`` does it, so that an order of our own costs nothing.

    Args:
        pictures: what to take batches of.
        batch_size: pictures a batch; the last batch of an order may be smaller.
    """

    def __init__(self, pictures: Pictures, batch_size: int) -> None:
        with tf.device("CPU"):
            self._images = tf.convert_to_tensor(pictures.images)
            self._labels = tf.convert_to_tensor(pictures.labels)
        self._batch_size = batch_size
        self._count = len(pictures)

    @property
    def steps(self) -> int:
        """How many batches hold all pictures."""
        return -(-self._count // self._batch_size)

    def in_order(
        self, order: NDArray[np.int64] | None = None, first_step: int = 0
    ) -> tf.data.Dataset:
        """Batches in an order, or as they lie.

        Args:
            order: indices of pictures, as many as wanted.
            first_step: how many batches at the beginning are left out.

        Shapes:
            order:  (n,) int64
            output: batches of ((batch, height, width, channels) float32,
                (batch, classes) float32)
        """
        order = np.arange(self._count) if order is None else order
        indices = tf.data.Dataset.from_tensor_slices(order[first_step * self._batch_size :])
        batches = indices.batch(self._batch_size)
        gathered = batches.map(
            lambda chosen: (tf.gather(self._images, chosen), tf.gather(self._labels, chosen)),
            num_parallel_calls=tf.data.AUTOTUNE,
        )
        return gathered.prefetch(tf.data.AUTOTUNE)
