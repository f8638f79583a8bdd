"""A script is stopped as a training is: after an epoch, or now, and nothing of it stays."""

import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import nbformat
import psutil
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from tests.training.scripts.keras_scripts import HEAD
from training.protocol.control import Control, StopMode, write_control
from training.protocol.event_log import read_events
from training.protocol.events import EpochEnded, Event, Progressed, RunStopped, RunSucceeded
from training.protocol.folder import JobFolder
from training.protocol.spec import RunSpec, write_spec

Wait = Callable[..., object]
Start = Callable[[str], subprocess.Popen[bytes]]

LOADING_S = 240.0  # Keras, on a loaded machine
# Each epoch waits for a file of its number: the test says when it ends.
SLOW = (
    HEAD
    + """
import os, time
class Slow(keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        while not os.path.exists(f"go-{epoch + 1}"):
            time.sleep(0.01)
model = small()
history = model.fit(x, y, epochs=9, callbacks=[Slow()], verbose=0)
print("epochs", history.epoch)
model.evaluate(x, y, verbose=0)
"""
)


@pytest.fixture
def start(job: JobFolder, tmp_path: Path) -> Iterator[Start]:
    """Start a job process on a script; it is ended with the test."""
    with ExitStack() as started:

        def begin(text: str) -> subprocess.Popen[bytes]:
            (tmp_path / "train.py").write_text(textwrap.dedent(text))
            write_spec(job, RunSpec(file=str(tmp_path / "train.py")))
            log = started.enter_context(job.log.open("ab"))
            command = [sys.executable, "-m", "training", str(job.path)]
            process = started.enter_context(subprocess.Popen(command, stdout=log, stderr=log))
            started.callback(process.kill)
            return process

        yield begin


def is_there(pid: int) -> bool:
    """Whether a process is there that does anything still."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def told(job: JobFolder, kind: type[Event]) -> list[Event]:
    return [event for event in read_events(job.event_log).events if isinstance(event, kind)]


@pytest.mark.keras
def test_the_fit_ends_after_the_epoch_that_was_wished(
    job: JobFolder, start: Start, wait_until: Wait
) -> None:
    """Exactly there, and the script goes on to its end: what it evaluates then is the result."""
    process = start(SLOW)
    wait_until(lambda: told(job, Progressed), LOADING_S)
    write_control(job, Control(run=1, last_epoch=2))
    wait_until(lambda: '"last_epoch": 2' in job.wishes.read_text())
    for epoch in (1, 2, 3):
        (job.workplace / f"go-{epoch}").touch()
    assert process.wait(60) == 0
    assert [event.epoch for event in told(job, EpochEnded)] == [1, 2]
    (stopped,) = told(job, RunStopped)
    assert stopped.mode is StopMode.AFTER_EPOCH
    assert stopped.result.keys() >= {"test_loss", "test_accuracy"}
    assert "epochs [0, 1]" in job.log.read_text()


@pytest.mark.keras
def test_another_fit_after_the_stop_is_not_begun(
    job: JobFolder, start: Start, wait_until: Wait
) -> None:
    """It is interrupted, as by Ctrl-C; the run counts as stopped."""
    process = start(SLOW + "model.fit(x, y, epochs=9)\nprint('never')\n")
    wait_until(lambda: told(job, Progressed), LOADING_S)
    write_control(job, Control(run=1, stop=StopMode.AFTER_EPOCH))
    wait_until(lambda: "after_epoch" in job.wishes.read_text())
    (job.workplace / "go-1").touch()
    assert process.wait(60) == 0
    assert len(told(job, EpochEnded)) == 1
    assert len(told(job, RunStopped)) == 1
    assert "never" not in job.log.read_text()


def test_now_is_a_ctrl_c(job: JobFolder, start: Start, wait_until: Wait) -> None:
    """The script may save what it has; that is kept."""
    process = start(
        """
        import time
        print("begun", flush=True)
        try:
            while True: time.sleep(0.1)
        except KeyboardInterrupt:
            open("saved.txt", "w").write("what it has")
            raise
        """
    )
    wait_until(lambda: "begun" in job.log.read_text())
    write_control(job, Control(run=1, stop=StopMode.NOW))
    assert process.wait(60) == 0
    (stopped,) = told(job, RunStopped)
    assert stopped.mode is StopMode.NOW
    assert (job.artifacts / "saved.txt").read_text() == "what it has"


def test_who_is_deaf_is_ended_by_force(job: JobFolder, start: Start, wait_until: Wait) -> None:
    """With its children, whatever signals they ignore."""
    process = start(
        """
        import os, signal, sys, time
        for number in (signal.SIGINT, signal.SIGTERM): signal.signal(number, signal.SIG_IGN)
        child = os.fork()
        if child:
            print("child", child, "me", os.getpid(), flush=True)
        while True: time.sleep(0.1)
        """
    )
    wait_until(lambda: "child" in job.log.read_text())
    _, child, _, parent = job.log.read_text().split()
    write_control(job, Control(run=1, stop=StopMode.NOW))
    assert process.wait(60) == 0
    assert not any(is_there(int(pid)) for pid in (child, parent))
    assert len(told(job, RunStopped)) == 1


def test_printed_epochs_are_stopped_between(job: JobFolder, start: Start, wait_until: Wait) -> None:
    """A program without Keras gets its Ctrl-C when it begins the next epoch."""
    process = start(
        """
        import os, time
        for epoch in range(1, 10):
            print(f"Epoch {epoch}/9", flush=True)
            while epoch != 2 and not os.path.exists(f"go-{epoch}"): time.sleep(0.01)
            time.sleep(0.01)
            while epoch == 2: time.sleep(0.01)
        """
    )
    wait_until(lambda: told(job, Progressed))
    write_control(job, Control(run=1, stop=StopMode.AFTER_EPOCH))
    wait_until(lambda: "after_epoch" in job.wishes.read_text())
    (job.workplace / "go-1").touch()
    assert process.wait(60) == 0
    (stopped,) = told(job, RunStopped)
    assert stopped.mode is StopMode.AFTER_EPOCH
    assert max(event.epoch for event in told(job, Progressed)) == 2


def test_a_notebook_is_interrupted_in_its_cell(
    job: JobFolder, tmp_path: Path, wait_until: Wait
) -> None:
    """It comes back with what it had shown by then."""
    cells = [new_code_cell("import time\nprint('begun', flush=True)\ntime.sleep(600)")]
    (tmp_path / "work.ipynb").write_text(nbformat.writes(new_notebook(cells=cells)))
    write_spec(job, RunSpec(file=str(tmp_path / "work.ipynb")))
    command = [sys.executable, "-m", "training", str(job.path)]
    with (
        job.log.open("ab") as log,
        subprocess.Popen(command, stdout=log, stderr=log) as process,
    ):
        try:
            wait_until(lambda: "begun" in job.log.read_text(), LOADING_S)
            write_control(job, Control(run=1, stop=StopMode.NOW))
            assert process.wait(60) == 0
        finally:
            process.kill()
    (stopped,) = told(job, RunStopped)
    assert stopped.mode is StopMode.NOW
    executed = (job.artifacts / "work-executed.ipynb").read_text()
    assert "begun" in executed
    assert "KeyboardInterrupt" in executed


def test_a_stop_that_came_too_late_changes_nothing(
    job: JobFolder, start: Start, wait_until: Wait
) -> None:
    """The script has no epochs and ends by itself: it has done its work."""
    process = start("import os, time\nwhile not os.path.exists('go'): time.sleep(0.01)\n")
    wait_until(job.wishes.exists)
    write_control(job, Control(run=1, stop=StopMode.AFTER_EPOCH))
    wait_until(lambda: "after_epoch" in job.wishes.read_text())
    (job.workplace / "go").touch()
    assert process.wait(60) == 0
    assert len(told(job, RunSucceeded)) == 1
