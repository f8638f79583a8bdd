"""The network that is trained, and how it learns."""

from collections.abc import Iterator

import keras

from training.datasets.table import Statistics
from training.protocol.spec import Optimizer
from training.quick import build_quick

OPTIMIZERS: dict[Optimizer, type[keras.optimizers.Optimizer]] = {
    Optimizer.ADADELTA: keras.optimizers.Adadelta,
    Optimizer.ADAM: keras.optimizers.Adam,
    Optimizer.ADAMW: keras.optimizers.AdamW,
    Optimizer.NADAM: keras.optimizers.Nadam,
    Optimizer.RMSPROP: keras.optimizers.RMSprop,
    Optimizer.SGD: keras.optimizers.SGD,
}

SMALLEST_SIDE = 6  # two 3x3 convolutions and a 2x2 pooling leave one pixel
# Larger maps are convolved and pooled again: else the dense layer behind them would
# have nearly all weights, a hundred million for a picture of 224 x 224.
LARGEST_MAP = 16


def build_network(
    shape: tuple[int, ...],
    classes: int,
    statistics: Statistics | None = None,
    *,
    quick: bool = False,
) -> keras.Model:
    """Build the network for some data: a convnet, or a dense one for a table.

    Args:
        quick: the convnet of the quick recipe instead of the example's.

    Shapes:
        input:  (batch, *shape) float32; pictures in [0, 1], columns as they are
        output: (batch, classes) float32 probabilities
    """
    if statistics is not None:
        return build_dense(statistics, classes)
    height, width, channels = shape
    if quick:
        return build_quick((height, width, channels), classes)
    return build_convnet((height, width, channels), classes)


def build_convnet(image_shape: tuple[int, int, int], classes: int) -> keras.Model:
    """Build the two-convolution network of the Keras MNIST example.

    For pictures of 36 pixels a side and more it is deeper: a convolution and a pooling
    more until 16 pixels are left.

    Shapes:
        input:  (batch, height, width, channels) float32 in [0, 1]
        output: (batch, classes) float32 probabilities

    Raises:
        ValueError: a side is below 6 pixels; nothing would be left after the pooling.

    Source: keras-team/keras examples, mnist_cnn.py.
    """
    height, width, _ = image_shape
    if min(height, width) < SMALLEST_SIDE:
        raise ValueError(f"pictures of {height} x {width} are too small for this network")
    layers = keras.layers
    return keras.Sequential(
        [
            keras.Input(image_shape),
            layers.Conv2D(32, 3, activation="relu"),
            layers.Conv2D(64, 3, activation="relu"),
            layers.MaxPooling2D(2),
            *_deeper(height, width),
            layers.Dropout(0.25),
            layers.Flatten(),
            layers.Dense(128, activation="relu"),
            layers.Dropout(0.5),
            layers.Dense(classes, activation="softmax"),
        ],
        name="convnet",
    )


def _deeper(height: int, width: int) -> Iterator[keras.layers.Layer]:
    height, width = (height - 4) // 2, (width - 4) // 2
    while max(height, width) > LARGEST_MAP and min(height, width) >= SMALLEST_SIDE - 2:
        yield keras.layers.Conv2D(64, 3, activation="relu")
        yield keras.layers.MaxPooling2D(2)
        height, width = (height - 2) // 2, (width - 2) // 2


def build_dense(statistics: Statistics, classes: int) -> keras.Model:
    """Build a network of two hidden layers for a table; the table's measure is part of it.

    Shapes:
        input:  (batch, columns) float32
        output: (batch, classes) float32 probabilities
    """
    layers = keras.layers
    return keras.Sequential(
        [
            keras.Input(statistics.mean.shape),
            layers.Normalization(mean=statistics.mean, variance=statistics.variance),
            layers.Dense(128, activation="relu"),
            layers.Dropout(0.25),
            layers.Dense(64, activation="relu"),
            layers.Dense(classes, activation="softmax"),
        ],
        name="dense",
    )


def compile_convnet(model: keras.Model, optimizer: Optimizer, learning_rate: float) -> None:
    """Choose loss, metric and optimizer as in the example."""
    model.compile(
        optimizer=OPTIMIZERS[optimizer](learning_rate=learning_rate),
        loss="categorical_crossentropy",
        metrics=["accuracy"],
    )
