"""What a model gives out, read as shares of the whole: how sure it is of each class."""

import keras
import numpy as np
from numpy.typing import NDArray

Shares = NDArray[np.float32]

NEAR = 1e-3  # half-precision models sum to 1 less exactly


def as_shares(given: Shares, model: keras.Model) -> Shares:
    """Read a batch of outputs as shares.

    What is no share yet is taken for logits, as models give them out whose loss has
    ``from_logits``. One unit alone tells of two classes, the second by its share. The units of
    a sigmoid layer are shares as they are, each by itself.

    Shapes:
        given:  (batch, classes) float32, or (batch, 1)
        output: (batch, classes) float32 in [0, 1], or (batch, 2)
    """
    inside = bool((given >= 0).all() and (given <= 1 + NEAR).all())
    if given.shape[1] == 1:
        second = given if inside else 1 / (1 + np.exp(-np.clip(given, -80, 80)))
        return np.concatenate([1 - second, second], axis=1)
    if inside and (_sigmoid(model) or np.allclose(given.sum(1), 1, atol=NEAR)):
        return given
    raised = np.exp(given - given.max(1, keepdims=True))
    shares: Shares = raised / raised.sum(1, keepdims=True)
    return shares


def _sigmoid(model: keras.Model) -> bool:
    """Whether its last layer ends in one."""
    layers = getattr(model, "layers", [])
    return bool(layers) and getattr(layers[-1], "activation", None) is keras.activations.sigmoid
