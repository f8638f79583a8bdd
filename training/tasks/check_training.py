"""Try some steps of a training, and say what the whole would take."""

import resource
import shutil
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

import psutil

import training.backend  # noqa: F401 - sets TensorFlow up before it loads

import keras  # isort: skip
import tensorflow as tf  # isort: skip

from training.batches import Batches
from training.callbacks import EpochWatch, EvaluationWatch
from training.checkpoint import CheckpointStore, Snapshot
from training.data import Dataset, epoch_order
from training.device import list_driver_gpus, measure_device, report_device
from training.model_state import has_sparse_labels, is_sound, read_state
from training.protocol.failure import Detail
from training.protocol.spec import Keep, TrainSpec
from training.run import Run
from training.tasks.train import built, memory_watched, note_how_made, opened
from training.timing import Patience, Watch, watch_passes
from training.trainer import shifts_of

# Watched longer where the pace wanders.
LEARNING, ASKING = Patience(4.0, 20.0), Patience(1.0, 5.0)
# The newest checkpoint, the one before it, and the next while it is written.
CHECKPOINTS: Final = 3
SURE: Final = 0.05


def check_training(training: TrainSpec, run: Run) -> dict[str, Detail]:
    """Do everything that the training would do once, and some of its steps.

    Returns:
        seconds of the whole, the least and the most that are likely, those of an epoch and of
        the start; memory, GPU memory and disk that it takes, disk that is free, all in bytes;
        parameters; samples.

    Raises:
        TaskError: the data cannot be read or learned from, or the memory is too small.
        Stopped: the user wanted it to stop.
    """
    with memory_watched():
        report_device(run, measure_device(), list_driver_gpus())
        try:
            data, user = opened(training, run)
            note_how_made(training, run, data)  # as the training does: it takes its time
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
    shifts = shifts_of(spec, data.train)
    train = Batches(data.train, spec.batch_size, sparse=sparse, shifts=shifts)
    test = Batches(data.test, spec.batch_size, sparse=sparse)
    order = epoch_order(spec.seed, 0, len(data.train))

    def learn(before_step: Watch) -> None:
        watch = EpochWatch(lambda: None, lambda _: _goes_on(run, before_step))
        model.fit(train.in_order(order), callbacks=[watch], verbose=0, shuffle=False)

    def ask(before_step: Watch) -> None:
        watch = EvaluationWatch(lambda: _goes_on(run, before_step))
        model.evaluate(test.in_order(), callbacks=[watch], verbose=0, return_dict=True)

    learning, asking = watch_passes(learn, LEARNING), watch_passes(ask, ASKING)
    saving_s, checkpoint_bytes = _checkpoint(model, spec, run)
    model_s, model_bytes = _model(model, run.folder.path / ".tried.keras")
    epoch_s = learning.seconds(train.steps) + asking.seconds(test.steps) + saving_s
    once_s = start_s + learning.first_s + asking.first_s + model_s
    kept = spec.epochs + 1 if spec.keep is Keep.ALL else CHECKPOINTS
    return {
        **_whole(once_s, spec.epochs * epoch_s, max(learning.spread, SURE)),
        "epoch_seconds": epoch_s,
        "start_seconds": start_s,
        "memory_bytes": _peak_memory_bytes(),
        "gpu_memory_bytes": _peak_gpu_memory_bytes(),
        "disk_bytes": kept * checkpoint_bytes + model_bytes,
        "free_bytes": run.free_bytes(),
        "parameters": int(model.count_params()),
        "samples": len(data.train),
    }


def _whole(once_s: float, epochs_s: float, spread: float) -> dict[str, Detail]:
    """What is likely, from the least to the most."""
    return {
        "seconds": once_s + epochs_s,
        "least_seconds": once_s * (1 - SURE) + epochs_s * (1 - spread),
        "most_seconds": once_s * (1 + SURE) + epochs_s * (1 + spread),
    }


def _goes_on(run: Run, before_step: Watch) -> bool:
    run.check_stop()
    return before_step()


def _checkpoint(model: keras.Model, spec: TrainSpec, run: Run) -> tuple[float, int]:
    """Seconds and bytes of one."""
    store = CheckpointStore(run.folder.checkpoint, spec.made_with())

    def save() -> None:
        state = read_state(model)
        is_sound(state)  # a training looks first
        store.save(Snapshot(0, 0, 0.0, (), state))

    save()
    took_s = _seconds(save)
    newest, *_ = saved = store.newest_first()
    size = sum(file.stat().st_size for file in newest.iterdir())
    for one in saved:
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
