"""Job processes that are killed: SIGKILL at chosen moments, SIGTERM at any."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from training.protocol.control import StopMode
from training.protocol.events import (
    CheckpointSaved,
    EpochEnded,
    Event,
    Progressed,
    Resumed,
    RunStopped,
)
from training.protocol.folder import JobFolder
from training.protocol.spec import TrainSpec, write_spec
from training.run import Run
from training.tasks.train import run_task

pytestmark = [
    pytest.mark.keras,
    # Keras saves a model through an interface that NumPy 2 wants changed.
    pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning"),
]

Told = Callable[[type[Event]], list[Event]]

MORTAL_JOB = Path(__file__).with_name("mortal_job.py")
ROOT = Path(__file__).parents[2]


def live_until(job: JobFolder, kind: str, epoch: int, step: int) -> None:
    """Run a job process that dies by SIGKILL right after an event."""
    arguments = [MORTAL_JOB, job.path, kind, str(epoch), str(step)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    ended = subprocess.run([sys.executable, *arguments], env=environment, check=False)
    assert ended.returncode == -signal.SIGKILL


def test_a_killed_training_ends_as_if_it_had_not_been(
    spec: TrainSpec,
    job: JobFolder,
    start_run: Callable[..., Run],
    told: Told,
    end_of: Callable[[JobFolder], Any],
    uninterrupted: Any,
) -> None:
    """Killed between two epochs, then inside the next: the same bits at the end.

    The second kill falls between the word that epoch 2 is over and its
    checkpoint: the third run has to go back to the last step of epoch 2.
    """
    write_spec(job, spec)
    live_until(job, "checkpoint_saved", epoch=1, step=0)
    live_until(job, "epoch_ended", epoch=2, step=0)

    result = run_task(spec, start_run(job))

    assert [(event.epoch, event.step) for event in told(Resumed)] == [(1, 0), (1, 4)]
    epochs = told(EpochEnded)
    assert [event.epoch for event in epochs] == [1, 2, 2, 3]
    assert epochs[1].metrics == epochs[2].metrics
    assert result["test_loss"] == uninterrupted.result["test_loss"]
    assert end_of(job) == uninterrupted.end


def test_sigterm_is_obeyed_inside_an_epoch(
    job: JobFolder, told: Told, wait_until: Callable[..., object]
) -> None:
    """The process saves a checkpoint at the next step, says that it stopped, and ends with 0."""
    write_spec(job, TrainSpec())
    command = [sys.executable, "-m", "training", job.path]
    with job.log.open("wb") as log:
        process = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log)
    wait_until(lambda: told(Progressed), timeout_s=60)
    process.terminate()
    assert process.wait(timeout=30) == 0

    (stopped,) = told(RunStopped)
    assert (stopped.mode, stopped.by_signal) == (StopMode.NOW, True)
    progress = told(Progressed)[-1]
    (saved,) = told(CheckpointSaved)
    assert (saved.epoch, progress.total) == (0, 469)
    assert saved.step > progress.done > 0
    assert progress.metrics.keys() == {"loss", "accuracy"}
    assert "60000 train samples" in job.log.read_text()
