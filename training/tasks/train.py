"""Train the convnet of the Keras MNIST example: ``/train``."""

from collections.abc import Iterator
from contextlib import contextmanager

from training.backend import OutOfMemory, begin_repeatable, describe_versions
from training.convnet import build_convnet, compile_convnet
from training.data import CLASSES, Dataset, load_mnist
from training.device import list_driver_gpus, measure_device, report_device
from training.history import write_history_csv, write_history_json
from training.model_state import make_variables
from training.protocol.control import StopMode
from training.protocol.failure import Detail, FailureCode, TaskError
from training.protocol.spec import TrainSpec
from training.run import Run, Stopped
from training.trainer import CHECKPOINT_INTERVAL_S, Trainer


def run_task(spec: TrainSpec, run: Run) -> dict[str, Detail]:
    """Train on MNIST.

    Raises:
        TaskError: the data cannot be read, or the memory is too small.
        Stopped: the user wanted it to stop.
    """
    with _memory_watched():
        device = measure_device()
    print(f"{describe_versions()}, on {device.name}, {device.tflops:.2g} TFLOP/s", flush=True)
    report_device(run, device, list_driver_gpus())
    data = load_mnist(samples=spec.samples)
    print(f"x_train shape: {data.train.images.shape}")
    print(f"{len(data.train)} train samples")
    print(f"{len(data.test)} test samples", flush=True)
    return fit(data, spec, run)


def fit(
    data: Dataset,
    spec: TrainSpec,
    run: Run,
    checkpoint_interval_s: float = CHECKPOINT_INTERVAL_S,
) -> dict[str, Detail]:
    """Train on some data and save model and history as artifacts.

    It goes on from the job's last checkpoint where there is one.

    Args:
        checkpoint_interval_s: how much work inside an epoch may get lost.

    Shapes:
        data: square pictures of 6 pixels a side or more, with any number of channels

    Raises:
        TaskError: OUT_OF_MEMORY.
        Stopped: the user wanted it to stop.
    """
    with _memory_watched():
        return _fit(data, spec, run, checkpoint_interval_s)


@contextmanager
def _memory_watched() -> Iterator[None]:
    """Too little memory, on a GPU as well, is a reason that the user understands."""
    try:
        yield
    except OutOfMemory as error:
        raise TaskError(FailureCode.OUT_OF_MEMORY, error=str(error.message)[:300]) from error


def _fit(
    data: Dataset, spec: TrainSpec, run: Run, checkpoint_interval_s: float
) -> dict[str, Detail]:
    begin_repeatable(spec.seed)
    model = build_convnet(data.train.images.shape[1:], CLASSES)
    compile_convnet(model, spec.optimizer, spec.effective_learning_rate)
    make_variables(model)
    trainer = Trainer(model, data, spec, run, checkpoint_interval_s)
    stopped = trainer.train()
    if stopped is not StopMode.NOW:
        run.save_artifact("model.keras", model.save)
        run.save_artifact("history.csv", lambda file: write_history_csv(trainer.history, file))
        run.save_artifact("history.json", lambda file: write_history_json(trainer.history, file))
    if stopped is not None:
        raise Stopped(stopped, trainer.result())
    return trainer.result()
