"""A job process before it begins: it waits for the word to go, and for nobody else's run."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.runners.local_process import PROJECT
from tests.stub_task import UNTIL_STOPPED
from training.__main__ import EXIT_ALREADY_RUNNING
from training.protocol.event_log import read_events
from training.protocol.events import RunStarted
from training.protocol.folder import JobFolder
from training.protocol.spec import TrainSpec, write_spec

LIMIT_S = 60


@pytest.fixture
def folder(tmp_path: Path) -> JobFolder:
    made = JobFolder(tmp_path / "7")
    made.create()
    write_spec(made, TrainSpec(epochs=1, seed=UNTIL_STOPPED))
    return made


def start(folder: JobFolder, run: int, *more: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "tests.stub_task", str(folder.path), "--run", str(run), *more]
    return subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        cwd=PROJECT,
    )  # fmt: skip


@pytest.mark.parametrize("said", [b"", b"go", b"stay\n"])
def test_without_the_word_nothing_begins(folder: JobFolder, said: bytes) -> None:
    """Whoever started it died before the handle was committed: it leaves, without an event."""
    with start(folder, 1, "--wait-for-go") as process:
        process.communicate(said, timeout=LIMIT_S)
    assert process.returncode == 0
    assert read_events(folder.event_log).events == ()


def test_one_run_a_folder(folder: JobFolder, wait_until: Callable[..., object]) -> None:
    """A second process leaves at once and writes nothing, whatever started it."""
    with start(folder, 1) as first:
        wait_until(lambda: read_events(folder.event_log).events)
        with start(folder, 2) as second:
            second.communicate(timeout=LIMIT_S)
        assert second.returncode == EXIT_ALREADY_RUNNING
        first.kill()
    begun = [e for e in read_events(folder.event_log).events if isinstance(e, RunStarted)]
    assert [event.run for event in begun] == [1]
