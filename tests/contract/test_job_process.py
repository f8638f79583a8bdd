"""A job process before it begins: it waits for the word to go, and for nobody else's run."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bot.runners.local_process import PROJECT
from tests.stub_task import UNTIL_STOPPED
from training.__main__ import EXIT_ALREADY_RUNNING, EXIT_FAILED
from training.protocol.event_log import read_events
from training.protocol.events import RunFailed, RunStarted
from training.protocol.failure import FailureCode
from training.protocol.folder import JobFolder
from training.protocol.spec import RunSpec, TrainSpec, write_spec

LIMIT_S = 30


@pytest.fixture
def folder(tmp_path: Path) -> JobFolder:
    made = JobFolder(tmp_path / "7")
    made.create()
    write_spec(made, TrainSpec(epochs=1, seed=UNTIL_STOPPED))
    return made


@pytest.fixture
def start(folder: JobFolder) -> Iterator[Callable[..., subprocess.Popen[bytes]]]:
    """Starts processes on the folder; whatever becomes of the test, they end with it."""
    started: list[subprocess.Popen[bytes]] = []

    def begin(run: int, *more: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "tests.stub_task", str(folder.path), "--run", str(run)]
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        process = subprocess.Popen([*command, *more], stdin=subprocess.PIPE, cwd=PROJECT, **quiet)
        started.append(process)
        return process

    yield begin
    for process in started:
        process.kill()
        process.communicate()


@pytest.mark.parametrize("said", [b"", b"go", b"stay\n"])
def test_without_the_word_nothing_begins(
    start: Callable[..., subprocess.Popen[bytes]], folder: JobFolder, said: bytes
) -> None:
    """Whoever started it died before the handle was committed: it leaves, without an event."""
    process = start(1, "--wait-for-go")
    process.communicate(said, timeout=LIMIT_S)
    assert process.returncode == 0
    assert read_events(folder.event_log).events == ()


def test_a_failure_with_words_of_its_own_leaves_the_log_alone(folder: JobFolder) -> None:
    """The chat shows the log's end below the sentence; codes for machines are none of it."""
    write_spec(folder, RunSpec(file=str(folder.path / "gone.py")))
    command = [sys.executable, "-m", "training", str(folder.path)]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    assert done.returncode == EXIT_FAILED
    last = read_events(folder.event_log).events[-1]
    assert isinstance(last, RunFailed)
    assert last.code is FailureCode.SCRIPT_MISSING
    assert last.code not in done.stdout + done.stderr


def test_one_run_a_folder(
    start: Callable[..., subprocess.Popen[bytes]],
    folder: JobFolder,
    wait_until: Callable[..., object],
) -> None:
    """A second process leaves at once and writes nothing, whatever started it."""
    start(1)
    wait_until(lambda: read_events(folder.event_log).events)
    second = start(2)
    second.communicate(timeout=LIMIT_S)
    assert second.returncode == EXIT_ALREADY_RUNNING
    begun = [e for e in read_events(folder.event_log).events if isinstance(e, RunStarted)]
    assert [event.run for event in begun] == [1]
