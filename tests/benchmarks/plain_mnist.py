"""The Keras MNIST example as a plain script, to compare with.

Called as ``plain_mnist.py <samples> <epochs>``. Its last line is a JSON list: at the
end of each epoch the seconds since the first began, and the CPU seconds of the process.
"""

import json
import os
import sys
import time
from pathlib import Path

os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["TF_ENABLE_ONEDNN_OPTS"] = "1"  # as the job process has it

import keras
import numpy as np
from keras import layers

MNIST = Path(__file__).parents[2] / "training" / "mnist.npz"


def load(samples: int) -> dict[str, np.ndarray]:
    """Pictures as floats, labels one-hot."""
    with np.load(MNIST) as arrays:
        taken = {name: arrays[name][:samples] for name in arrays}
    for part in ("train", "test"):
        taken[f"x_{part}"] = taken[f"x_{part}"][..., np.newaxis].astype("float32") / 255
        taken[f"y_{part}"] = keras.utils.to_categorical(taken[f"y_{part}"], 10)
    return taken


def main(samples: int, epochs: int) -> None:
    """Train as the example does, and time each epoch."""
    data = load(samples)
    keras.utils.set_random_seed(0)
    model = keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.Conv2D(32, 3, activation="relu"),
            layers.Conv2D(64, 3, activation="relu"),
            layers.MaxPooling2D(2),
            layers.Dropout(0.25),
            layers.Flatten(),
            layers.Dense(128, activation="relu"),
            layers.Dropout(0.5),
            layers.Dense(10, activation="softmax"),
        ]
    )
    model.compile(
        loss="categorical_crossentropy",
        optimizer=keras.optimizers.Adadelta(learning_rate=1.0),
        metrics=["accuracy"],
    )
    began = time.monotonic()
    over: list[tuple[float, float]] = []
    clock = keras.callbacks.LambdaCallback(
        on_epoch_end=lambda epoch, logs: over.append(
            (time.monotonic() - began, time.process_time())
        )
    )
    model.fit(
        data["x_train"],
        data["y_train"],
        batch_size=128,
        epochs=epochs,
        verbose=2,
        validation_data=(data["x_test"], data["y_test"]),
        callbacks=[clock],
    )
    print(json.dumps(over))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
