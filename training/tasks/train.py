"""Train the convnet of the Keras MNIST example, on MNIST or on other data: ``/train``."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from training.backend import OutOfMemory, begin_repeatable, describe_versions
from training.convnet import SMALLEST_SIDE
from training.data import MNIST as FILE
from training.data import Dataset
from training.datasets.finding import digest_of
from training.datasets.opening import open_dataset
from training.device import list_driver_gpus, measure_device, report_device
from training.history import write_history_csv, write_history_json
from training.kept_code import MODEL
from training.made_with import compare_with, note_made_with
from training.model_state import make_variables
from training.network import (
    compiled_with,
    make_network,
    theirs,
    user_callbacks,
    user_data,
    user_model,
)
from training.protocol.control import StopMode
from training.protocol.failure import Detail, FailureCode, TaskError
from training.protocol.spec import MNIST, TrainSpec
from training.run import Run, Stopped
from training.tensorboard_log import tensorboard_log
from training.trainer import CHECKPOINT_INTERVAL_S, Trainer
from training.unpacking import with_data_unpacked
from training.user_model import UserModel

if TYPE_CHECKING:
    import keras

# What an event has that is not about the data.
ENVELOPE = {"v", "seq", "at", "run", "kind"}


def run_task(spec: TrainSpec, run: Run) -> dict[str, Detail]:
    """Train on MNIST, or on the data that the spec names.

    Raises:
        TaskError: the data cannot be read or learned from, or the memory is too small.
        Stopped: the user wanted it to stop.
    """
    with memory_watched():
        device = measure_device()
    print(f"{describe_versions()}, on {device.name}, {device.tflops:.2g} TFLOP/s", flush=True)
    report_device(run, device, list_driver_gpus())
    try:
        data, user = opened(spec, run)
        note_how_made(spec, run, data)
        print(f"x_train shape: {(len(data.train), *data.train.shape)}")
        print(f"{len(data.train)} train samples")
        print(f"{len(data.test)} test samples", flush=True)
        with tensorboard_log(run, wanted=spec.tensorboard):
            return fit(data, spec, run, user=user)
    finally:
        shutil.rmtree(run.folder.prepared, ignore_errors=True)


def opened(spec: TrainSpec, run: Run) -> tuple[Dataset, UserModel | None]:
    """The data, and the user's own model where there is one, which may bring its own data.

    Raises:
        TaskError: what is wrong with them, and where.
        Stopped: the user wanted it to stop.
    """
    user = user_model(spec, run)
    if user is not None and user.has("data") and not spec.own_data:
        return user_data(user, spec, run), user
    return open_dataset(with_data_unpacked(spec, run), run), user


def fit(
    data: Dataset,
    spec: TrainSpec,
    run: Run,
    checkpoint_interval_s: float = CHECKPOINT_INTERVAL_S,
    user: UserModel | None = None,
) -> dict[str, Detail]:
    """Train on some data and save model and history as artifacts.

    It goes on from the job's last checkpoint where there is one.

    Args:
        checkpoint_interval_s: how much work inside an epoch may get lost.
        user: the user's own model, where there is one.

    Shapes:
        data: pictures with any number of channels, or tables with their statistics

    Raises:
        TaskError: OUT_OF_MEMORY; DATA_TOO_SMALL, for pictures of less than 6 pixels a side.
        Stopped: the user wanted it to stop.
    """
    with memory_watched():
        if user is None:
            return _fit(data, spec, run, checkpoint_interval_s, None)
        with theirs(user):
            return _fit(data, spec, run, checkpoint_interval_s, user)


def note_how_made(spec: TrainSpec, run: Run, data: Dataset) -> None:
    """Write down what this is made with; say what is not as it was for the job it repeats."""
    about = data.about
    name, fingerprint = (
        (about.name, about.fingerprint) if about else (MNIST, digest_of(FILE, run.check_stop))
    )
    own = run.folder.code / MODEL
    code = (own,) if own.exists() else ()
    made_with = note_made_with(
        run, seed=spec.seed, data=name, fingerprint=fingerprint, code=code,
        source=Path(spec.model).parent if code and spec.model else None,
    )  # fmt: skip
    if spec.parent is not None:
        compare_with(run, spec.parent.job, made_with)


def _must_be_large_enough(data: Dataset, spec: TrainSpec) -> None:
    if data.statistics is not None or min(data.train.shape[:2]) >= SMALLEST_SIDE:
        return
    height, width = data.train.shape[:2]
    raise TaskError(
        FailureCode.DATA_TOO_SMALL, file=spec.data, height=height, width=width, least=SMALLEST_SIDE
    )


@contextmanager
def memory_watched() -> Iterator[None]:
    """Too little memory, on a GPU as well, is a reason that the user understands."""
    try:
        yield
    except OutOfMemory as error:
        raise TaskError(FailureCode.OUT_OF_MEMORY, error=str(error.message)[:300]) from error


def built(data: Dataset, spec: TrainSpec, user: UserModel | None = None) -> "keras.Model":
    """The network for some data, ready to learn.

    Raises:
        TaskError: DATA_TOO_SMALL.
    """
    if spec.model is None:
        _must_be_large_enough(data, spec)
    begin_repeatable(spec.seed)
    model = make_network(data, spec, user)
    make_variables(model)
    return model


def _fit(
    data: Dataset, spec: TrainSpec, run: Run, checkpoint_interval_s: float, user: UserModel | None
) -> dict[str, Detail]:
    model = built(data, spec, user)
    if user is not None:
        run.report(compiled_with(model))
    callbacks = user_callbacks(user, spec, data)
    trainer = Trainer(model, data, spec, run, checkpoint_interval_s, callbacks)
    stopped = trainer.train()
    if (about := data.about) is not None:
        text = about.model_dump_json(indent=1, exclude=ENVELOPE)
        run.save_artifact("data.json", lambda file: file.write_text(text, encoding="utf-8"))
    if stopped is not StopMode.NOW:
        run.save_artifact("model.keras", model.save)
        run.save_artifact("history.csv", lambda file: write_history_csv(trainer.history, file))
        run.save_artifact("history.json", lambda file: write_history_json(trainer.history, file))
    if stopped is not None:
        raise Stopped(stopped, trainer.result())
    return trainer.result()
