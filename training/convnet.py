"""The network that is trained, and how it learns."""

import keras

from training.protocol.spec import Optimizer

OPTIMIZERS: dict[Optimizer, type[keras.optimizers.Optimizer]] = {
    Optimizer.ADADELTA: keras.optimizers.Adadelta,
    Optimizer.ADAM: keras.optimizers.Adam,
    Optimizer.ADAMW: keras.optimizers.AdamW,
    Optimizer.NADAM: keras.optimizers.Nadam,
    Optimizer.RMSPROP: keras.optimizers.RMSprop,
    Optimizer.SGD: keras.optimizers.SGD,
}

SMALLEST_SIDE = 6  # two 3x3 convolutions and a 2x2 pooling leave one pixel


def build_convnet(image_shape: tuple[int, int, int], classes: int) -> keras.Model:
    """Build the two-convolution network of the Keras MNIST example.

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
            layers.Dropout(0.25),
            layers.Flatten(),
            layers.Dense(128, activation="relu"),
            layers.Dropout(0.5),
            layers.Dense(classes, activation="softmax"),
        ],
        name="convnet",
    )


def compile_convnet(model: keras.Model, optimizer: Optimizer, learning_rate: float) -> None:
    """Choose loss, metric and optimizer as in the example."""
    model.compile(
        optimizer=OPTIMIZERS[optimizer](learning_rate=learning_rate),
        loss="categorical_crossentropy",
        metrics=["accuracy"],
    )
