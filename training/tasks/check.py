"""Try some steps of a training, and say what the whole would take: ``/check``."""

import resource
import shutil
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psutil

import training.backend  # noqa: F401 - sets TensorFlow up before it loads

import keras  # isort: skip
import tensorflow as tf  # isort: skip

from training.batches import Batches
from training.checkpoint import CheckpointStore, Snapshot
from training.data import Dataset, epoch_order
from training.device import list_driver_gpus, measure_device, report_device
from training.model_state import has_sparse_labels, read_state
from training.protocol.failure import Detail
from training.protocol.spec import CheckSpec, Keep, TrainSpec
from training.run import Run
from training.tasks.train import built, memory_watched, opened

# So long is measured, unless an epoch is shorter: a single step says little.
TRAIN_S, TEST_S = 4.0, 2.0
# The newest checkpoint, the one before it, and the next while it is written.
CHECKPOINTS: Final = 3


@dataclass(frozen=True, slots=True)
class Part:
    """A part of an epoch as it was tried: what it cost once, and what each step does."""

    once_s: float
    step_s: float


def run_task(spec: CheckSpec, run: Run) -> dict[str, Detail]:
    """Do everything that the training would do once, and some of its steps.

    Returns:
        seconds of the whole, of an epoch and of the start; memory, GPU memory and disk that it
        takes, disk that is free, all in bytes; parameters; samples.

    Raises:
        TaskError: the data cannot be read or learned from, or the memory is too small.
        Stopped: the user wanted it to stop.
    """
    training = spec.training
    with memory_watched():
        report_device(run, measure_device(), list_driver_gpus())
        try:
            data, user = opened(training, run)
            model = built(data, training, user)
            start_s = time.time() - psutil.Process().create_time()
            run.check_stop()
            return _tried(model, data, training, run, start_s)
        finally:
            shutil.rmtree(run.folder.prepared, ignore_errors=True)


def _tried(
    model: keras.Model, data: Dataset, spec: TrainSpec, run: Run, start_s: float
) -> dict[str, Detail]:
    sparse = has_sparse_labels(model)
    train = Batches(data.train, spec.batch_size, sparse=sparse)
    test = Batches(data.test, spec.batch_size, sparse=sparse)
    order = epoch_order(spec.seed, 0, len(data.train))
    everything = epoch_order(spec.seed, 0, len(data.test))

    def learn(steps: int) -> None:
        run.check_stop()
        chosen = order[: steps * spec.batch_size]
        model.fit(train.in_order(chosen), verbose=0, shuffle=False)

    def ask(steps: int) -> None:
        run.check_stop()
        chosen = everything[: steps * spec.batch_size]
        model.evaluate(test.in_order(chosen), verbose=0)

    learning, asking = _measured(learn, train.steps, TRAIN_S), _measured(ask, test.steps, TEST_S)
    saving_s, checkpoint_bytes = _checkpoint(model, spec, run)
    model_s, model_bytes = _model(model, run.folder.path / ".tried.keras")
    epoch_s = learning.step_s * train.steps + asking.step_s * test.steps + saving_s
    kept = spec.epochs + 1 if spec.keep is Keep.ALL else CHECKPOINTS
    return {
        "seconds": start_s + learning.once_s + asking.once_s + spec.epochs * epoch_s + model_s,
        "epoch_seconds": epoch_s,
        "start_seconds": start_s,
        "memory_bytes": _peak_memory_bytes(),
        "gpu_memory_bytes": _peak_gpu_memory_bytes(),
        "disk_bytes": kept * checkpoint_bytes + model_bytes,
        "free_bytes": run.free_bytes(),
        "parameters": int(model.count_params()),
        "samples": len(data.train),
    }


def _measured(do: Callable[[int], None], most: int, wanted_s: float) -> Part:
    """Time more and more steps until that takes long enough, or there are no more."""
    first_s = _seconds(lambda: do(1))  # with the tracing of the graph
    steps, took_s = 1, _seconds(lambda: do(1))
    while took_s < wanted_s and steps < most:
        steps = min(most, max(2 * steps, round(steps * wanted_s / max(took_s, 1e-3))))
        took_s = _seconds(lambda: do(steps))  # noqa: B023 - called at once
    return Part(once_s=max(0.0, first_s - took_s / steps), step_s=took_s / steps)


def _checkpoint(model: keras.Model, spec: TrainSpec, run: Run) -> tuple[float, int]:
    """Seconds and bytes of one."""
    store = CheckpointStore(run.folder.checkpoint, spec.made_with())
    took_s = _seconds(lambda: store.save(Snapshot(0, 0, 0.0, (), read_state(model))))
    size = sum(file.stat().st_size for one in store.newest_first() for file in one.iterdir())
    for one in store.newest_first():
        shutil.rmtree(one, ignore_errors=True)
    return took_s, size


def _model(model: keras.Model, file: Path) -> tuple[float, int]:
    """Seconds and bytes of the model's file."""
    try:
        return _seconds(lambda: model.save(file)), file.stat().st_size
    finally:
        file.unlink(missing_ok=True)


def _seconds(do: Callable[[], object]) -> float:
    began = time.perf_counter()
    do()
    return time.perf_counter() - began


def _peak_memory_bytes() -> int:
    """The most that this process has held; Linux counts in KiB, macOS in bytes."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def _peak_gpu_memory_bytes() -> int:
    """The most that tensors took on the GPU; 0 without one."""
    if not tf.config.list_physical_devices("GPU"):
        return 0
    return int(tf.config.experimental.get_memory_info("GPU:0")["peak"])
