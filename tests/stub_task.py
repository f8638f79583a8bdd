"""A task that takes milliseconds where Keras takes seconds; the spec's seed picks what it does.

Its learning rate is how many seconds an epoch is said to have taken.
"""

import math
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from training.protocol.control import StopMode
from training.protocol.events import (
    DataRead,
    EpochEnded,
    LearningRateSet,
    Progressed,
    WarningRaised,
)
from training.protocol.failure import Detail, FailureCode, TaskError, WarningCode
from training.protocol.spec import Spec, TrainSpec
from training.run import Run, Stopped

SUCCEED, FAIL, CRASH, VANISH, KILLED, UNTIL_STOPPED, UNTIL_TOLD, DEAF, ORPHANS, LOSSES = range(10)
FULL, UNSOUND, MODULE = range(10, 13)
STEPS = ()  # nothing to get ready for
GO_ON = "go-on"
ACCURACY = 0.9918
CHILD = "child"


def run_task(spec: Spec, run: Run) -> dict[str, Detail]:
    """Do as the seed says."""
    if not isinstance(spec, TrainSpec):
        return {"files": 3, "size_bytes": 12_345, "folder": "labels"}
    print("stub task begins")
    _begin_as_told(spec, run)
    match spec.seed:
        case value if value == FAIL:
            raise TaskError(FailureCode.OUT_OF_MEMORY, error="no room")
        case value if value == CRASH:
            raise ValueError("shapes (3,) and <b>(4,)</b> do not fit")
        case value if value == VANISH:
            print("last words & <tags>", flush=True)
            os._exit(3)
        case value if value == KILLED:
            os.kill(os.getpid(), signal.SIGKILL)
        case value if value == ORPHANS:
            # As an installer is started; it must not go on changing things on its own.
            child = subprocess.Popen(["sleep", "600"], process_group=0)
            (run.folder.path / CHILD).write_text(str(child.pid))
            os.kill(os.getpid(), signal.SIGKILL)
        case value if value == DEAF:
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            _sleep_for_ever()
    epoch, wished = 0, None
    while epoch < epochs_wished(spec, run):
        epoch += 1
        if run.control.learning_rate not in (None, wished):
            wished = run.control.learning_rate
            run.report(LearningRateSet(epoch=epoch, learning_rate=wished))
        loss = loss_of(spec, run, epoch)
        _epoch(run, epoch, epochs_wished(spec, run), spec.learning_rate or 0.01, loss)
        if spec.seed == UNTIL_TOLD:
            wait_for_word(run, epoch)
        if run.stop is StopMode.AFTER_EPOCH or epoch == run.control.last_epoch:
            raise Stopped(StopMode.AFTER_EPOCH, {"test_loss": 0.5, "test_accuracy": 0.75})
    if spec.seed == UNTIL_STOPPED:
        wait_for_word(run, None)
    run.save_artifact("model.keras", lambda path: path.write_bytes(b"weights"))
    return {"test_loss": 0.0271, "test_accuracy": ACCURACY, **_aimed_at(spec, epoch)}


def _aimed_at(spec: TrainSpec, epoch: int) -> dict[str, Detail]:
    """What a result says of a target; the last epoch is the first that may reach it."""
    if spec.target is None:
        return {}
    reached: dict[str, Detail] = {"target_epoch": epoch} if spec.target <= ACCURACY else {}
    return {"target_accuracy": spec.target, **reached}


def found_in(spec: TrainSpec) -> DataRead:
    """What might have been found in data of a user's own."""
    return DataRead(
        name=Path(spec.data).name, train=80, test=20, shape=(64, 48, 3),
        classes=("rose", "<tulip>"), class_count=2,
    )  # fmt: skip


def _begin_as_told(spec: TrainSpec, run: Run) -> None:
    """Its data, and failures that somebody can mend: what is not the first run goes well."""
    if spec.own_data:
        run.report(found_in(spec))
    if spec.seed == FULL:
        raise TaskError(FailureCode.DISK_FULL, free_bytes=12)
    if run.number > 1:
        return
    if spec.seed == UNSOUND:
        raise TaskError(FailureCode.NOT_FINITE, metric="loss", epoch=2, learning_rate=0.5)
    if spec.seed == MODULE:
        raise ModuleNotFoundError("No module named 'sklearn'", name="sklearn.svm")


def epochs_wished(spec: TrainSpec, run: Run) -> int:
    """How many epochs there shall be, as things stand."""
    run.look()
    return run.control.epochs or spec.epochs


def loss_of(spec: TrainSpec, run: Run, epoch: int) -> float:
    """The loss of an epoch; for LOSSES what a test has put into the job folder's ``losses``."""
    if spec.seed != LOSSES:
        return 1 / epoch
    wait_for_word(run, epoch)
    return float((run.folder.path / "losses").read_text().split()[epoch - 1])


def _epoch(run: Run, epoch: int, epochs: int, seconds: float, loss: float) -> None:
    if math.isnan(loss):
        details = {"metric": "loss", "epoch": epoch}
        run.report(WarningRaised(code=WarningCode.METRIC_NOT_FINITE, details=details))
    run.report(Progressed(done=1, total=2, unit="steps", epoch=epoch, epochs=epochs))
    metrics = {"loss": loss, "accuracy": 1 - 0.5 / epoch}
    run.report(EpochEnded(epoch=epoch, epochs=epochs, seconds=seconds, metrics=metrics))
    print(f"epoch {epoch} done", flush=True)


def wait_for_word(run: Run, epoch: int | None) -> None:
    """Until stopped, or until the test put a file ``go-on-<epoch>`` into the job folder."""
    while epoch is None or not (run.folder.path / f"{GO_ON}-{epoch}").exists():
        run.check_stop()
        if run.stop is StopMode.AFTER_EPOCH:
            return
        time.sleep(0.01)


def _sleep_for_ever() -> None:
    while True:
        time.sleep(1)


if __name__ == "__main__":
    from training import __main__ as job_process

    job_process.TASKS = dict.fromkeys(job_process.TASKS, "tests.stub_task")
    job_process.REHEARSAL = "tests.stub_task"
    sys.exit(job_process.main())
