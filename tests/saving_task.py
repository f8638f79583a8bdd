"""A stub training with real checkpoints, which a later run goes on from."""

import sys
import time

import numpy as np

from tests.stub_task import UNTIL_TOLD, epochs_wished, wait_for_word
from training.checkpoint import CheckpointStore, Snapshot
from training.protocol.control import StopMode
from training.protocol.events import CheckpointSaved, EpochEnded, Resumed
from training.protocol.failure import Detail
from training.protocol.spec import Spec, TrainSpec
from training.run import Run, Stopped

MADE_WITH = "a stub"
# A seed with which an epoch takes its time.
PACED, EPOCH_S = 8, 0.5


def run_task(spec: Spec, run: Run) -> dict[str, Detail]:
    """Count epochs; the state is the list of those done, so that none can be left out."""
    if not isinstance(spec, TrainSpec):
        return {"files": 3, "size_bytes": 12_345, "folder": "labels"}
    checkpoints = CheckpointStore(run.folder.checkpoint, MADE_WITH)
    done: tuple[int, ...] = ()
    for checkpoint in checkpoints.newest_first()[:1]:
        done = tuple(int(epoch) for epoch in checkpoints.read(checkpoint).state["done"])
        run.report(Resumed(epoch=len(done)))
    while (epochs := epochs_wished(spec, run)) > len(done):
        if run.control.last_epoch == len(done):
            raise Stopped(StopMode.AFTER_EPOCH, {"test_loss": 0.5, "test_accuracy": 0.75})
        epoch = len(done) + 1
        if spec.seed == UNTIL_TOLD:
            wait_for_word(run, epoch)
        if spec.seed == PACED:
            time.sleep(EPOCH_S)
        metrics = {"loss": 1 / epoch, "accuracy": 1 - 0.5 / epoch}
        run.report(EpochEnded(epoch=epoch, epochs=epochs, seconds=0.01, metrics=metrics))
        done = (*done, epoch)
        checkpoints.save(Snapshot(epoch, 0, 0.01, (), {"done": np.array(done)}))
        run.report(CheckpointSaved(epoch=epoch))
    run.save_artifact("model.keras", lambda path: path.write_bytes(bytes(done)))
    return {"test_loss": 0.0271, "test_accuracy": 0.9918, "epochs": len(done)}


if __name__ == "__main__":
    from training import __main__ as job_process

    job_process.TASKS = dict.fromkeys(job_process.TASKS, "tests.saving_task")
    sys.exit(job_process.main())
