"""Data of its own and a dense network: ``/train model=spirals.py hidden=64 turns=1.5``.

Two spirals in a plane, which no straight line parts.
"""

from typing import Any

import keras
import numpy as np
from pydantic import BaseModel, Field


class Params(BaseModel):
    """What can be given behind /train."""

    hidden: int = Field(32, ge=2, le=1024)
    turns: float = Field(1.0, gt=0, le=4)
    points: int = Field(1000, ge=20, le=100_000)
    patience: int = Field(20, ge=1)


def data(params: Any) -> Any:
    """Points of both spirals with a little noise: (x_train, y_train), (x_test, y_test)."""
    chance = np.random.default_rng(0)
    labels = np.arange(params.points) % 2
    far = np.sqrt(chance.random(params.points))
    angle = 2 * np.pi * params.turns * far + np.pi * labels
    points = far[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    points = (points + chance.normal(0, 0.02, points.shape)).astype("float32")
    cut = params.points * 4 // 5
    return (points[:cut], labels[:cut]), (points[cut:], labels[cut:])


def build(params: Any) -> keras.Model:
    """Two hidden layers."""
    layers = keras.layers
    return keras.Sequential(
        [
            keras.Input(params.input_shape),
            layers.Dense(params.hidden, activation="relu"),
            layers.Dense(params.hidden, activation="relu"),
            layers.Dense(params.classes, activation="softmax"),
        ]
    )


def compile(model: keras.Model, params: Any) -> None:
    """Sparse losses are understood as well."""
    model.compile(
        optimizer=keras.optimizers.Adam(0.01),
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )


def callbacks(params: Any) -> list[keras.callbacks.Callback]:
    """End when the test loss no longer falls."""
    return [keras.callbacks.EarlyStopping("val_loss", patience=params.patience)]
