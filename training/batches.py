"""Samples as batches for Keras, in an order of our choosing."""

from typing import Any

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from training.data import Pictures
from training.datasets.rows import Rows
from training.shifts import Shifts, moved


class Batches:
    """Hands out batches of samples.

    Pictures lie in memory once, as tensors, however many orders are asked for, and
    batches are gathered by TensorFlow beside the training step, as
    ``model.fit(x, y)`` does it, so that an order of our own costs nothing. Rows stay
    where they are, on the disk say; only the batches that are wanted next are held.

    Args:
        samples: what to take batches of.
        batch_size: samples a batch; the last batch of an order may be smaller.
        sparse: labels as numbers instead of one-hot, as some losses want them.
        shifts: how pictures are moved; unset: not at all.
    """

    def __init__(
        self,
        samples: Pictures | Rows,
        batch_size: int,
        *,
        sparse: bool = False,
        shifts: Shifts | None = None,
    ) -> None:
        self._sparse = sparse
        self._shifts = shifts
        self._batch_size = batch_size
        self._count = len(samples)
        self._gather = _gather(samples)

    @property
    def steps(self) -> int:
        """How many batches hold all samples."""
        return -(-self._count // self._batch_size)

    def in_order(
        self, order: NDArray[np.int64] | None = None, first_step: int = 0, epoch: int = 0
    ) -> tf.data.Dataset:
        """Batches in an order, or as they lie.

        Args:
            order: positions of samples, as many as wanted.
            first_step: how many batches at the beginning are left out.
            epoch: whose shifts it has, from 0.

        Shapes:
            order:  (n,) int64
            output: batches of ((batch, …) float32, (batch, classes) float32)
        """
        order = np.arange(self._count) if order is None else order
        first = first_step * self._batch_size
        if self._shifts is None:
            indices = tf.data.Dataset.from_tensor_slices(order[first:])
            make = self._gather
        else:
            drawn = self._shifts.drawn(epoch, len(order))
            indices = tf.data.Dataset.from_tensor_slices((order[first:], drawn[first:]))
            make = self._gather_moved
        batches = indices.batch(self._batch_size)
        gathered = batches.map(make, num_parallel_calls=tf.data.AUTOTUNE)
        if self._sparse:
            gathered = gathered.map(lambda inputs, labels: (inputs, tf.argmax(labels, axis=-1)))
        return gathered.prefetch(tf.data.AUTOTUNE)

    def _gather_moved(self, chosen: tf.Tensor, by: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        pictures, labels = self._gather(chosen)
        return moved(pictures, by), labels


def _gather(samples: Pictures | Rows) -> Any:
    """What makes a batch of positions."""
    return _of_pictures(samples) if isinstance(samples, Pictures) else _of_rows(samples)


def _of_pictures(pictures: Pictures) -> Any:
    with tf.device("CPU"):
        images = tf.convert_to_tensor(pictures.images)
        labels = tf.convert_to_tensor(pictures.labels)
    return lambda chosen: (tf.gather(images, chosen), tf.gather(labels, chosen))


def _of_rows(rows: Rows) -> Any:
    kind = np.uint8 if rows.source.dtype == np.uint8 else np.float32
    with tf.device("CPU"):
        classes = tf.convert_to_tensor(rows.labels)

    def taken(chosen: NDArray[np.int64]) -> NDArray[Any]:
        return rows.take(chosen).astype(kind, copy=False)

    def gathered(chosen: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        found = tf.numpy_function(taken, [chosen], kind)
        found = tf.ensure_shape(found, (None, *rows.shape))
        inputs = tf.cast(found, tf.float32) / np.float32(rows.divisor)
        return inputs, tf.one_hot(tf.gather(classes, chosen), rows.classes)

    return gathered
