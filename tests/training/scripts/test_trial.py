"""A check runs a program until its first training has told its pace."""

import contextlib
import io
import json
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.training.conftest import StartRun
from tests.training.scripts.keras_scripts import HEAD
from training.protocol.events import EpochEnded, Event, Progressed
from training.protocol.failure import Detail, FailureCode, TaskError
from training.protocol.folder import JobFolder
from training.protocol.spec import CheckSpec, RunSpec
from training.scripts.trial import BEGIN_S, LEAST_S, TELL_S, Trial, may_train
from training.tasks.check import run_task

Check = Callable[[str], dict[str, Detail]]
FIT = HEAD + "small().fit(x, y, epochs=50, validation_data=(x, y), verbose=0)\n"


@pytest.fixture
def check(place: Path, job: JobFolder, start_run: StartRun) -> Check:
    """What a check says of a script."""

    def checked(text: str) -> dict[str, Detail]:
        (place / "go.py").write_text(textwrap.dedent(text))
        spec = CheckSpec(training=RunSpec(file=str(place / "go.py"), parameters=(("lr", "0.1"),)))
        with contextlib.redirect_stdout(io.StringIO()):
            return run_task(spec, start_run(job))

    return checked


@pytest.mark.keras
def test_a_script_is_stopped_when_its_pace_is_known(
    check: Check, place: Path, job: JobFolder, told: Callable[[type[Event]], list[Event]]
) -> None:
    """Before what follows its training; no epoch is told, and nothing of it is left."""
    found = check(f"{FIT}open('after', 'w').close()\n")
    assert found["epochs"] == 50
    assert found["validated"] == 2
    assert float(found["seconds"]) >= 50 * float(found["epoch_seconds"]) > 0
    assert float(found["least_seconds"]) < float(found["seconds"]) < float(found["most_seconds"])
    assert float(found["memory_bytes"]) > 100_000_000
    assert told(EpochEnded) == told(Progressed) == []
    assert not job.workplace.exists()
    assert list(job.artifacts.iterdir()) == []
    assert sorted(path.name for path in place.iterdir()) == ["go.py"]


@pytest.mark.keras
def test_a_script_that_fails_fails_the_check(check: Check) -> None:
    """With the place in it, as a run of it would; its parameters are those that were given."""
    with pytest.raises(TaskError) as caught:
        check("import keras\nimport sys\nraise ValueError(sys.argv[2])\n")
    assert caught.value.code is FailureCode.SCRIPT_FAILED
    assert caught.value.details["line"] == 3
    assert "0.1" in str(caught.value.details["error"])


def test_a_program_without_keras_is_not_run(check: Check, place: Path) -> None:
    """Nobody could say what it would take, and what it does would be done."""
    assert check(f"open({str(place / 'done')!r}, 'w').close()\n") == {"unknown": "no_keras"}
    assert not (place / "done").exists()


def test_a_program_that_comes_to_its_end_has_been_run(check: Check) -> None:
    """There is no more to say than how long it took."""
    found = check("print('no keras at all')\n")
    assert list(found) == ["ran_seconds"]


@pytest.mark.parametrize(
    ("text", "trains"),
    [
        ("from tensorflow.keras import layers", True),
        ("import mine", True),
        ("import other", False),
        ("import torch", False),
    ],
)
def test_keras_is_looked_for_in_modules_beside_it_as_well(
    place: Path, text: str, trains: bool
) -> None:
    """Those that it names."""
    (place / "mine.py").write_text("import keras\n")
    (place / "other.py").write_text("import numpy\n")
    (place / "go.py").write_text(text)
    assert may_train(place / "go.py") is trains
    (place / "go.sh").write_text(text)
    assert not may_train(place / "go.sh")


class Watched:
    """A trial whose clock is set by a test, with what a program reports at its times."""

    def __init__(self, job: JobFolder, start_run: StartRun) -> None:
        self.now_s = 100.0
        self.trial = Trial(start_run(job), lambda: self.now_s)

    def says(self, after_s: float, kind: str, fit: int = 1, **fields: Any) -> bool:
        self.now_s = 100.0 + after_s
        said = {"kind": kind, "pid": 1, "thread": 1, "fit": fit, "epoch": 1, "epochs": 10}
        report = json.dumps(said | {"metrics": {}} | fields) + "\n"
        self.trial.feed(report.encode())
        return self.trial.knows_enough()


@pytest.fixture
def watched(job: JobFolder, start_run: StartRun) -> Watched:
    return Watched(job, start_run)


def test_a_long_epoch_is_known_by_its_steps(watched: Watched) -> None:
    """What the first of them takes more is paid once; another training is none of it."""
    assert not watched.says(20, "steps", done=0, total=1_000)
    assert not watched.says(25, "steps", done=1, total=1_000)
    assert not watched.says(26, "steps", done=1, total=7, fit=2)
    assert not watched.says(20 + LEAST_S - 1, "steps", done=5, total=1_000)
    assert watched.says(45, "steps", done=11, total=1_000)
    found = watched.trial.found()
    assert found["epoch_seconds"] == pytest.approx(2_000)
    assert found["start_seconds"] == pytest.approx(20 + 3)
    assert found["seconds"] == pytest.approx(23 + 10 * 2_000)
    assert found["validated"] == 0


def test_the_end_of_a_short_epoch_is_waited_for(watched: Watched) -> None:
    """It has the validation in it; that of the second is all there is to know."""
    watched.says(20, "steps", done=0, total=20)
    watched.says(25, "steps", done=1, total=20)
    assert not watched.says(25 + LEAST_S, "steps", done=9, total=20)
    assert not watched.says(45, "epoch", seconds=25.0, learning_rate=0.1)
    assert not watched.says(45, "steps", done=0, total=20, epoch=2)
    assert watched.says(60, "epoch", seconds=15.0, learning_rate=0.1)
    found = watched.trial.found()
    assert (found["epoch_seconds"], found["start_seconds"]) == (15.0, 30.0)
    assert found["seconds"] == pytest.approx(30 + 10 * 15)


def test_an_epoch_is_enough_where_the_next_would_take_long(watched: Watched) -> None:
    """Less what its beginning took."""
    watched.says(0, "steps", done=0, total=30)
    watched.says(6, "steps", done=1, total=30)
    watched.says(20, "steps", done=8, total=30)
    assert watched.says(70, "epoch", seconds=70.0, learning_rate=0.1)
    assert watched.trial.found()["epoch_seconds"] == pytest.approx(66)


def test_one_does_not_wait_for_ever(watched: Watched) -> None:
    """For a training to begin, nor for one that does not say how many steps it has."""
    watched.now_s = 100 + BEGIN_S
    assert not watched.trial.knows_enough()
    watched.now_s += 1
    assert watched.trial.knows_enough()
    assert not watched.trial.began


def test_steps_without_a_number_say_nothing(watched: Watched) -> None:
    """A generator may have any number of them."""
    watched.says(0, "steps", done=0, total=None)
    for second in range(1, int(TELL_S)):
        assert not watched.says(second, "steps", done=second, total=None)
    assert watched.says(TELL_S + 1, "steps", done=200, total=None)
    assert watched.trial.began
    assert watched.trial.found() == {}
