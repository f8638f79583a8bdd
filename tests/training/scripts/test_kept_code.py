"""A program that is run again is the one that the earlier job ran, and the chat hears which."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.training.conftest import StartRun
from tests.training.scripts.conftest import Ran, ran
from training.kept_code import with_modules
from training.protocol.events import WarningRaised
from training.protocol.failure import FailureCode, WarningCode
from training.protocol.folder import JobFolder
from training.protocol.made_with import read_made_with
from training.protocol.spec import Parent, RunSpec

RunJob = Callable[..., Ran]


@pytest.fixture
def run_job(place: Path, tmp_path: Path, start_run: StartRun) -> RunJob:
    """Run a job of a number, which may repeat another."""

    def run(number: int, parent: int | None = None, **parameters: str) -> Ran:
        folder = JobFolder.of(tmp_path, number)
        folder.create()
        repeats = None if parent is None else Parent(job=parent)
        spec = RunSpec(
            file=str(place / "go.py"), parameters=tuple(parameters.items()), parent=repeats
        )
        return ran(spec, start_run(folder))

    return run


@pytest.fixture
def script(place: Path) -> Path:
    """A script with a module beside it, and one that it does not name."""
    (place / "mine.py").write_text("word = 'then'\n")
    (place / "other.py").write_text("")
    file = place / "go.py"
    file.write_text("import sys, mine\nprint('says', mine.word, 'once', sys.argv[1:])\n")
    return file


def warned(job: Ran) -> list[tuple[WarningCode, object]]:
    return [(event.code, event.details.get("files")) for event in job.told(WarningRaised)]


def test_code_is_kept_with_the_modules_that_it_names(run_job: RunJob, script: Path) -> None:
    """And no others; with the versions of what was installed."""
    noted = read_made_with(run_job(1).job)
    assert noted is not None
    assert noted.code == ("go.py", "mine.py")
    assert "pydantic" in noted.packages


@pytest.mark.parametrize("change", ["the script", "a module", "all gone"])
def test_what_has_changed_is_run_as_it_was(run_job: RunJob, script: Path, change: str) -> None:
    """With other parameters; a run that follows on it takes the same without another word."""
    run_job(1)
    if change == "the script":
        script.write_text("print('now')\n")
    elif change == "a module":
        (script.parent / "mine.py").write_text("word = 'now'\n")
    else:
        for file in script.parent.iterdir():
            file.unlink()
        script.parent.rmdir()
    again = run_job(2, 1, lr="3")
    assert again.error is None
    assert "says then once ['--lr', '3']" in again.log
    changed = {"the script": ["go.py"], "a module": ["mine.py"], "all gone": ["go.py", "mine.py"]}
    assert warned(again) == [(WarningCode.CODE_AS_KEPT, changed[change])]
    resumed = run_job(2, 1, lr="4")
    assert "says then once ['--lr', '4']" in resumed.log
    assert len(warned(resumed)) == 1
    third = run_job(3, 2)
    assert "says then once []" in third.log


def test_what_is_as_it_was_is_no_word_worth(run_job: RunJob, script: Path) -> None:
    """It is run where it lies; so is one that repeats nothing, however it has changed."""
    run_job(1)
    assert warned(run_job(2, 1)) == []
    script.write_text("print('now')\n")
    anew = run_job(3)
    assert warned(anew) == []
    assert "now" in anew.log


def test_a_job_that_kept_nothing_is_repeated_as_the_file_is(run_job: RunJob, script: Path) -> None:
    """That is said; where that is gone as well, the job cannot begin."""
    again = run_job(2, 1)
    assert warned(again) == [(WarningCode.CODE_NOT_KEPT, ["go.py"])]
    assert "says then" in again.log
    script.unlink()
    gone = run_job(4, 3)
    assert gone.error is not None
    assert gone.error.code is FailureCode.SCRIPT_MISSING


def test_modules_of_modules_are_found_and_circles_end(place: Path) -> None:
    """Each once."""
    (place / "go.py").write_text("import a\n")
    (place / "a.py").write_text("import b\nimport go\n")
    (place / "b.py").write_text("import a\n")
    names = [path.name for path in with_modules(place / "go.py")]
    assert names == ["go.py", "a.py", "b.py"]
