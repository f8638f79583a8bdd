"""The model that a training begins with: ours, a user's own, or that of an earlier job."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import keras
import numpy as np

from training.backend import OutOfMemory
from training.convnet import build_network, compile_convnet
from training.data import Dataset
from training.datasets.npz import read_npz
from training.kept_code import MODEL, kept_model
from training.protocol.events import ModelCompiled
from training.protocol.failure import FailureCode, TaskError
from training.protocol.spec import TrainSpec
from training.run import Run, Stopped
from training.user_model import UserModel, load_model_file

PICTURE = 3


def user_model(spec: TrainSpec, run: Run) -> UserModel | None:
    """The user's own model file, where the spec names one.

    The file is copied into the job's folder, and once there is a checkpoint each run takes that
    copy: a job goes on with the code that it began with. Before, there is nothing to go on from,
    and what is mended in the file counts. One that repeats a job takes that one's copy.
    """
    if spec.model is None or not spec.model.endswith(".py"):
        return None
    source, copy = Path(spec.model), run.folder.code / MODEL
    mended = spec.parent is None and not any(run.folder.checkpoint.iterdir())
    if mended or not copy.exists():
        _copy_anew(kept_model(run, spec) or source, copy)
        run.folder.made_with.unlink(missing_ok=True)  # that tells of an earlier copy
    return load_model_file(copy, source)


def _copy_anew(source: Path, copy: Path) -> None:
    """Keep the file as it is now; where it is gone, an earlier copy stays.

    Raises:
        TaskError: DATA_MISSING.
    """
    copy.parent.mkdir(parents=True, exist_ok=True)
    try:
        shutil.copyfile(source, aside := copy.with_name(".new-model.py"))
    except OSError as error:
        if copy.exists():
            return
        raise TaskError(FailureCode.DATA_MISSING, file=str(source)) from error
    aside.replace(copy)


def user_data(user: UserModel, spec: TrainSpec, run: Run) -> Dataset:
    """What the ``data`` of a model file brings, checked as an .npz is.

    Raises:
        TaskError: what is wrong with it.
    """
    made = user.call("data", user.parameters(spec.own_parameters))
    arrays = _arrays(user, made)
    run.folder.prepared.mkdir(parents=True, exist_ok=True)
    file = run.folder.prepared / f"{user.file.stem}.npz"
    np.savez(file, **arrays)
    try:
        return read_npz(file, spec, run.folder.prepared, run.check_stop)
    except TaskError as error:  # the user knows the model file, and no other
        raise TaskError(error.code, **{**error.details, "file": str(user.file)}) from error


def user_callbacks(
    user: UserModel | None, spec: TrainSpec, data: Dataset
) -> list[keras.callbacks.Callback]:
    """The callbacks of a model file, one or several; none where it has none.

    Raises:
        TaskError: USER_CODE_FAILED; MODEL_WRONG, where it gives back something else.
    """
    if user is None or not user.has("callbacks"):
        return []
    params = user.parameters(spec.own_parameters, data.train.shape, data.train.classes)
    made = user.call("callbacks", params)
    if made is None:
        return []
    made = [made] if isinstance(made, keras.callbacks.Callback) else made
    try:
        return list(made)
    except TypeError as error:
        kind = type(made).__name__
        raise TaskError(FailureCode.MODEL_WRONG, file=str(user.file), made=kind) from error


@contextmanager
def theirs(user: UserModel) -> Iterator[None]:
    """An error while their model is trained is told with its place in their file.

    Raises:
        TaskError: USER_CODE_FAILED.
    """
    try:
        yield
    except (TaskError, Stopped, OutOfMemory, MemoryError, OSError):
        raise
    except Exception as error:
        raise user.failed(error) from error


def make_network(data: Dataset, spec: TrainSpec, user: UserModel | None) -> keras.Model:
    """Build and compile.

    Raises:
        TaskError: USER_CODE_FAILED, MODEL_WRONG; MODEL_UNFIT, where data and model do not
            go together.
    """
    shape, classes = tuple(map(int, data.train.shape)), data.train.classes
    if user is None:
        model = _begun_with(spec.model, data) if spec.model else None
        model = model or build_network(shape, classes, data.statistics, quick=spec.quick)
        compile_convnet(model, spec.optimizer, spec.effective_learning_rate)
        return model
    params = user.parameters(spec.own_parameters, shape, classes)
    model = user.call("build", params)
    if not isinstance(model, keras.Model):
        raise TaskError(FailureCode.MODEL_WRONG, file=str(user.file), made=type(model).__name__)
    if not model.built:
        model.build((None, *shape))
    _must_fit(model, shape, classes, str(user.file))
    if user.has("compile"):
        user.call("compile", model, params)
    if getattr(model, "optimizer", None) is None:
        compile_convnet(model, spec.optimizer, spec.effective_learning_rate)
    return model


def compiled_with(model: keras.Model) -> ModelCompiled:
    """The optimizer of a model and its rate, as they are now, whoever has set them."""
    rate = float(str(np.float32(model.optimizer.learning_rate)))
    name = type(model.optimizer).__name__.lower()
    return ModelCompiled(optimizer=name, learning_rate=rate)


def _begun_with(file: str, data: Dataset) -> keras.Model:
    """The model of an earlier job; with another last layer where the classes are others."""
    try:
        model = keras.saving.load_model(file, compile=False)
    except (OSError, ValueError, TypeError) as error:
        reason = str(error).splitlines()[0][:200]
        raise TaskError(FailureCode.DATA_UNREADABLE, file=file, error=reason) from error
    shape, classes = tuple(data.train.shape), data.train.classes
    if tuple(model.input_shape[1:]) != shape:
        raise _unfit(file, model.input_shape[1:], shape)
    if model.output_shape[-1] == classes:
        return model
    head = keras.layers.Dense(classes, activation="softmax", name=f"classes_{classes}")
    return keras.Model(model.inputs, head(model.layers[-2].output), name=model.name)


def _must_fit(model: keras.Model, shape: tuple[int, ...], classes: int, file: str) -> None:
    taken = getattr(model, "input_shape", None)
    if isinstance(taken, tuple) and not _takes(taken[1:], shape):
        raise _unfit(file, taken[1:], shape)
    given = model.compute_output_shape((None, *shape))
    if tuple(given)[1:] != (classes,):
        raise _unfit(file, given[1:], (classes,))


def _takes(taken: Any, shape: tuple[int, ...]) -> bool:
    return len(taken) == len(shape) and all(
        mine is None or mine == theirs for mine, theirs in zip(taken, shape, strict=True)
    )


def _unfit(file: str, has: Any, needs: Any) -> TaskError:
    return TaskError(FailureCode.MODEL_UNFIT, file=file, has=_form(has), needs=_form(needs))


def _form(shape: Any) -> str:
    return " x ".join("any" if side is None else str(side) for side in shape)


def _arrays(user: UserModel, made: Any) -> dict[str, Any]:
    match made:
        case dict():
            return made
        case ((x_train, y_train), (x_test, y_test)):
            return {"x_train": x_train, "y_train": y_train, "x_test": x_test, "y_test": y_test}
        case (x_train, y_train):
            return {"x_train": x_train, "y_train": y_train}
    raise TaskError(FailureCode.MODEL_WRONG, file=str(user.file), made=type(made).__name__)
