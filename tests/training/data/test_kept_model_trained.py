"""A training that repeats another takes the model file that this one had."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.training.conftest import StartRun
from training.made_with import note_made_with
from training.network import user_model
from training.protocol.events import WarningRaised
from training.protocol.failure import TaskError, WarningCode
from training.protocol.folder import JobFolder
from training.protocol.made_with import read_made_with
from training.protocol.spec import Parent, TrainSpec, write_spec

pytestmark = pytest.mark.keras

MODEL = "def build(params):\n    return {word!r}\n"


@pytest.fixture
def file(tmp_path: Path, job: JobFolder, start_run: StartRun) -> Path:
    """A model file; job 7 was made with it as it was then, and it has changed since."""
    file = tmp_path / "mine.py"
    file.write_text(MODEL.format(word="then"))
    seven = JobFolder(job.path.parent / "7")
    seven.create()
    write_spec(seven, TrainSpec(model=str(file)))
    assert user_model(TrainSpec(model=str(file)), start_run(seven)) is not None
    file.write_text(MODEL.format(word="now"))
    return file


def built(spec: TrainSpec, job: JobFolder, start_run: StartRun) -> object:
    model = user_model(spec, start_run(job))
    assert model is not None
    return model.call("build", None)


def test_what_has_changed_is_trained_as_it_was(
    file: Path, job: JobFolder, start_run: StartRun, told: Callable[..., list]
) -> None:
    """The chat hears so, once; a later run of the job has its own copy."""
    spec = TrainSpec(model=str(file), parent=Parent(job=7))
    assert [built(spec, job, start_run) for _ in range(2)] == ["then", "then"]
    [warning] = told(WarningRaised)
    assert warning.code is WarningCode.CODE_AS_KEPT
    assert warning.details == {"job": 7, "files": ["mine.py"]}


@pytest.mark.parametrize("parent", [None, Parent(job=8)])
def test_without_a_job_that_kept_it_the_file_is_taken(
    file: Path,
    job: JobFolder,
    start_run: StartRun,
    told: Callable[..., list],
    parent: Parent | None,
) -> None:
    """As it is now, without a word."""
    assert built(TrainSpec(model=str(file), parent=parent), job, start_run) == "now"
    assert told(WarningRaised) == []


def test_what_is_mended_counts_until_there_is_a_checkpoint(
    job: JobFolder, tmp_path: Path, start_run: StartRun
) -> None:
    """A broken file that has been mended is run by the next run; with a checkpoint the copy is."""
    file, spec = tmp_path / "own.py", TrainSpec(model=str(tmp_path / "own.py"))
    file.write_text("raise ValueError\n")
    with pytest.raises(TaskError):
        user_model(spec, start_run(job))
    file.write_text(MODEL.format(word="mended"))
    assert built(spec, job, start_run) == "mended"
    (job.checkpoint / "0001").touch()
    file.write_text(MODEL.format(word="later"))
    assert built(spec, job, start_run) == "mended"


def test_a_file_that_is_gone_is_run_as_it_was(
    job: JobFolder, tmp_path: Path, start_run: StartRun
) -> None:
    """A later run has the copy of the first; without one it is said to be missing."""
    file, spec = tmp_path / "own.py", TrainSpec(model=str(tmp_path / "own.py"))
    with pytest.raises(TaskError, match="data_missing"):
        user_model(spec, start_run(job))
    file.write_text(MODEL.format(word="then"))
    assert built(spec, job, start_run) == "then"
    file.unlink()
    assert built(spec, job, start_run) == "then"


def test_another_model_is_another_model(
    file: Path, job: JobFolder, start_run: StartRun, told: Callable[..., list]
) -> None:
    """What job 7 kept is none of it."""
    other = file.with_name("other.py")
    other.write_text(MODEL.format(word="other"))
    spec = TrainSpec(model=str(other), parent=Parent(job=7))
    assert built(spec, job, start_run) == "other"
    assert told(WarningRaised) == []


def test_the_copy_is_named_among_what_the_job_was_made_with(
    file: Path, job: JobFolder, start_run: StartRun
) -> None:
    """It is there already, and stays as it is."""
    run = start_run(job)
    user_model(TrainSpec(model=str(file)), run)
    note_made_with(run, code=[job.code / "model.py"], source=file.parent)
    noted = read_made_with(job)
    assert noted is not None
    assert noted.code == ("model.py",)
    assert (job.code / "model.py").read_text() == file.read_text()
