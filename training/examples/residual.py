"""A small residual network for pictures: ``/train model=residual.py data=flowers width=32``.

``build`` gets its own parameters, as ``Params`` declares them, and ``input_shape`` and
``classes`` of the data.
"""

from typing import Any

import keras
from pydantic import BaseModel, Field


class Params(BaseModel):
    """What can be given behind /train; each has a type, limits and a default."""

    width: int = Field(16, ge=4, le=256)
    blocks: int = Field(2, ge=1, le=5)
    dropout: float = Field(0.2, ge=0, lt=1)


def build(params: Any) -> keras.Model:
    """Blocks of two convolutions around a way past them, each after the first half as large."""
    layers = keras.layers
    inputs = keras.Input(params.input_shape)
    x = layers.Conv2D(params.width, 3, padding="same", activation="relu")(inputs)
    for block in range(params.blocks):
        filters = params.width * 2**block
        past = layers.Conv2D(filters, 1, strides=2 if block else 1)(x)
        x = layers.Conv2D(filters, 3, strides=2 if block else 1, padding="same", activation="relu")(
            x
        )
        x = layers.Conv2D(filters, 3, padding="same")(x)
        x = layers.Activation("relu")(layers.Add()([x, past]))
    x = layers.Dropout(params.dropout)(layers.GlobalAveragePooling2D()(x))
    return keras.Model(inputs, layers.Dense(params.classes, activation="softmax")(x))


def compile(model: keras.Model, params: Any) -> None:
    """Without this, /train's own optimizer and learning rate are used."""
    model.compile(
        optimizer=keras.optimizers.AdamW(1e-3),
        loss="categorical_crossentropy",
        metrics=["accuracy"],
    )
