"""A process that is ready before there is a job: it becomes that job, or leaves without a trace."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from bot.runners.local_process import PROJECT
from tests.stub_task import UNTIL_STOPPED
from training.protocol.event_log import read_events
from training.protocol.folder import JobFolder
from training.protocol.spec import TrainSpec, write_spec
from training.protocol.warm_start import READY, Assignment

LIMIT_S = 30
WARM = [sys.executable, "-m", "tests.stub_task", "--warm"]


@pytest.fixture
def folder(tmp_path: Path) -> JobFolder:
    made = JobFolder(tmp_path / "7")
    made.create()
    write_spec(made, TrainSpec(epochs=1, seed=UNTIL_STOPPED))
    return made


@pytest.fixture
def process() -> Iterator[subprocess.Popen[bytes]]:
    """One that is ready; whatever becomes of the test, it ends with it."""
    pipes = dict.fromkeys(("stdin", "stdout"), subprocess.PIPE)
    with subprocess.Popen(WARM, stderr=subprocess.DEVNULL, cwd=PROJECT, **pipes) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == READY
        yield child
        child.kill()


@pytest.mark.parametrize("share", [0.0, 0.5, 0.99], ids=["nothing", "half", "all but its end"])
def test_without_the_whole_line_nothing_begins(
    process: subprocess.Popen[bytes], folder: JobFolder, share: float
) -> None:
    """Whoever started it died first, or over the line: it leaves, without an event."""
    line = Assignment(folder=str(folder.path), run=1).line()
    process.communicate(line[: int(len(line) * share)], timeout=LIMIT_S)
    assert process.returncode == 0
    assert read_events(folder.event_log).events == ()
    assert not folder.log.exists()


def test_it_leaves_when_its_starter_is_gone_while_it_gets_ready() -> None:
    """Not only when it comes to wait: getting ready takes seconds."""
    pipes = dict.fromkeys(("stdout", "stderr"), subprocess.PIPE)
    program = (
        "import sys; from training import warm; sys.modules['two'] = two = type(sys)('two');"
        " two.STEPS = (lambda: print('begun', file=sys.stderr),) * 2;"
        " print(warm.wait_for_job('two'))"
    )
    child = subprocess.run(
        [sys.executable, "-c", program],
        stdin=subprocess.DEVNULL, cwd=PROJECT, timeout=LIMIT_S, check=True, **pipes,
    )  # fmt: skip
    assert b"begun" not in child.stderr
    assert READY not in child.stdout


def test_it_has_what_a_fresh_process_has(
    process: subprocess.Popen[bytes], folder: JobFolder, wait_until: Callable[..., object]
) -> None:
    """Folder, log and standard input are the job's; it holds nothing of the bot's."""
    assert process.stdin is not None
    process.stdin.write(Assignment(folder=str(folder.path), run=3).line())
    process.stdin.close()
    wait_until(lambda: "epoch 1 done" in folder.log.read_text() if folder.log.exists() else None)
    events = read_events(folder.event_log).events
    assert {event.run for event in events} == {3}
    assert events[0].pid == process.pid
    there = psutil.Process(process.pid)
    assert there.cwd() == str(folder.path)
    assert {file.path for file in there.open_files()} >= {str(folder.log), str(folder.lock)}
    assert process.stdout is not None
    assert process.stdout.read() == b""  # its end: only the job's log is written to
