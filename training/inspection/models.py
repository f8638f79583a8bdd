"""A job's model, loaded on the CPU from what the job has kept."""

import contextlib
from pathlib import Path
from typing import Any

import training.backend  # noqa: F401 - sets Keras up before it loads

import keras  # isort: skip

from training.inspection.obstacle import InTheWay
from training.kept_code import MODEL
from training.protocol.folder import JobFolder
from training.protocol.inspection import Obstacle
from training.protocol.spec import RunSpec, TrainSpec, read_spec
from training.user_model import UserModel, load_model_file

NAME = "model.keras"
PICTURES = 4  # axes: batch, height, width, channels
# What Keras says of a layer, or of a function, that it does not have itself.
_UNKNOWN = ("Could not locate", "Unknown layer", "Could not interpret", "Could not deserialize")


def load_model(folder: JobFolder) -> keras.Model:
    """Load the model that a job has saved.

    Nothing in the saved file is run: Keras's safe mode refuses code in models. A model file of
    the user's own is, where the model has layers that Keras does not know: they are its.

    Raises:
        InTheWay: NO_MODEL, MODEL_UNREADABLE, OWN_LAYERS.
    """
    file = folder.artifacts / NAME
    if not file.is_file():
        raise InTheWay(Obstacle.NO_MODEL)
    try:
        return _loaded(file, {})
    except MemoryError:
        raise
    except Exception as error:  # Keras raises whatever a damaged part led it to
        if not any(words in str(error) for words in _UNKNOWN):
            raise InTheWay(Obstacle.MODEL_UNREADABLE, _said(error)) from error
    return _with_own_layers(file, folder)


def own_model(folder: JobFolder) -> UserModel | None:
    """The user's model file as the job has kept it; none where the job had none.

    Raises:
        TaskError: it cannot be run any more.
    """
    kept = folder.code / MODEL
    return load_model_file(kept, Path(_code_of(folder))) if kept.is_file() else None


def _loaded(file: Path, known: dict[str, Any]) -> keras.Model:
    return keras.models.load_model(file, custom_objects=known, compile=False, safe_mode=True)


def _with_own_layers(file: Path, folder: JobFolder) -> keras.Model:
    """With what the model file defines.

    Raises:
        InTheWay: OWN_LAYERS, for a program's too: to run one would be to train again.
    """
    try:
        own = own_model(folder)
        if own is not None:
            return _loaded(file, dict(own.defined))
    except (MemoryError, ModuleNotFoundError):
        raise
    except Exception as error:
        raise InTheWay(Obstacle.OWN_LAYERS, Path(_code_of(folder)).name) from error
    raise InTheWay(Obstacle.OWN_LAYERS, Path(_code_of(folder)).name)


def _code_of(folder: JobFolder) -> str:
    """The user's file that the job ran, as the user knows it; empty where none is known."""
    with contextlib.suppress(OSError, ValueError):
        spec = read_spec(folder)
        if isinstance(spec, TrainSpec):
            return spec.model or ""
        if isinstance(spec, RunSpec):
            return spec.file
    return ""


def picture_shape(model: keras.Model) -> tuple[int | None, int | None, int]:
    """Height, width and channels of the pictures that a model takes.

    Raises:
        InTheWay: OTHER_INPUT.
    """
    shape: Any = getattr(model, "input_shape", None)
    if isinstance(shape, tuple) and len(shape) == PICTURES and shape[-1] in (1, 3):
        return shape[1], shape[2], shape[3]
    raise InTheWay(Obstacle.OTHER_INPUT)


def _said(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0][:200]
