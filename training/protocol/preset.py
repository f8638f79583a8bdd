"""The recipes of ``/train``: what each is called, and what it takes unless told otherwise."""

from enum import StrEnum
from typing import Any


class Preset(StrEnum):
    """A network with the way it learns.

    ``mnist_cnn`` is the Keras example as it is; ``quick`` is ``training/quick.py``.
    """

    MNIST_CNN = "mnist_cnn"
    QUICK = "quick"


# Chosen on the training data alone: docs/quick.md has how.
QUICK_RATE = 0.02  # the highest of its cycle, with adam
_QUICK: dict[str, Any] = {"epochs": 3, "batch_size": 250, "optimizer": "adam"}
# Data of one's own seldom is as much as MNIST: more epochs, and more steps in each.
_QUICK_OWN_DATA = _QUICK | {"epochs": 12, "batch_size": 64}

# What a preset decides where nobody else does.
DECIDED = ("epochs", "batch_size", "optimizer", "learning_rate")


def usual(preset: Preset, *, own_data: bool) -> dict[str, Any]:
    """What a preset has in place of a spec's own defaults.

    Args:
        own_data: whether something else than the shipped data is learned.
    """
    if preset is Preset.MNIST_CNN:
        return {}
    return dict(_QUICK_OWN_DATA if own_data else _QUICK)
