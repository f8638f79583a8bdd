"""A job's model, loaded on the CPU from what the job has kept."""

from typing import Any

import training.backend  # noqa: F401 - sets Keras up before it loads

import keras  # isort: skip

from training.inspection.obstacle import InTheWay
from training.protocol.folder import JobFolder
from training.protocol.inspection import Obstacle

NAME = "model.keras"
PICTURES = 4  # axes: batch, height, width, channels


def load_model(folder: JobFolder) -> keras.Model:
    """Load the model that a job has saved.

    Nothing in the file is run: Keras's safe mode refuses code in models.

    Raises:
        InTheWay: NO_MODEL, MODEL_UNREADABLE.
    """
    file = folder.artifacts / NAME
    if not file.is_file():
        raise InTheWay(Obstacle.NO_MODEL)
    try:
        return keras.models.load_model(file, compile=False, safe_mode=True)
    except MemoryError:
        raise
    except Exception as error:  # Keras raises whatever a damaged part led it to
        raise InTheWay(Obstacle.MODEL_UNREADABLE, _said(error)) from error


def picture_shape(model: keras.Model) -> tuple[int | None, int | None, int]:
    """Height, width and channels of the pictures that a model takes.

    Raises:
        InTheWay: OTHER_INPUT.
    """
    shape: Any = getattr(model, "input_shape", None)
    if isinstance(shape, tuple) and len(shape) == PICTURES and shape[-1] in (1, 3):
        return shape[1], shape[2], shape[3]
    raise InTheWay(Obstacle.OTHER_INPUT, str(shape)[:200])


def _said(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0][:200]
