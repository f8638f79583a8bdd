"""The network of the quick recipe: as few operations as the accuracy allows."""

from collections.abc import Iterator

import keras

# Larger maps are convolved and pooled again before the last three convolutions.
LARGEST_MAP = 20
LEAST_MAP = 5  # a 3x3 convolution without padding, and something is left for another
# Statistics of the latest thirty steps or so: a training of few steps must not be tested
# with those of its first ones.
MOMENTUM = 0.9


def build_quick(image_shape: tuple[int, int, int], classes: int) -> keras.Model:
    """Build the lean convnet: a 5x5 convolution with stride 2, three 3x3 ones, one dense layer.

    Each convolution is followed by batch normalisation, which takes the high learning rates
    of the cycle. For MNIST it has 66,778 parameters and an eighth of the example's
    multiplications. Any size will do; small maps are padded, large ones pooled.

    Shapes:
        input:  (batch, height, width, channels) float32 in [0, 1]
        output: (batch, classes) float32 probabilities

    Source: Ioffe and Szegedy, Batch Normalization (arXiv 1502.03167), 2015; strides in place
        of pooling: Springenberg et al., Striving for Simplicity (arXiv 1412.6806), 2015.
    """
    height, width, _ = image_shape
    layers = keras.layers
    return keras.Sequential(
        [
            keras.Input(image_shape),
            *_convolved(16, 5, 2, padding="same"),
            *_rest((height + 1) // 2, (width + 1) // 2),
            layers.Flatten(),
            layers.Dense(classes, activation="softmax"),
        ],
        name="quick",
    )


def _rest(height: int, width: int) -> Iterator[keras.layers.Layer]:
    """The 3x3 convolutions, for what the first one leaves."""
    while max(height, width) > LARGEST_MAP and min(height, width) >= 2 * LEAST_MAP:
        yield from _convolved(32, 3, 1, padding="same")
        yield keras.layers.MaxPooling2D(2)
        height, width = height // 2, width // 2
    for filters, stride in ((32, 1), (64, 2), (64, 1)):
        padding = "valid" if min(height, width) >= LEAST_MAP else "same"
        yield from _convolved(filters, 3, stride, padding=padding)
        lost = 2 if padding == "valid" else 0
        height, width = (-(-(side - lost) // stride) for side in (height, width))


def _convolved(
    filters: int, side: int, stride: int, *, padding: str
) -> Iterator[keras.layers.Layer]:
    layers = keras.layers
    yield layers.Conv2D(filters, side, strides=stride, padding=padding, use_bias=False)
    yield layers.BatchNormalization(momentum=MOMENTUM)
    yield layers.Activation("relu")
