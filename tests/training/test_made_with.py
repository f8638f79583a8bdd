"""What a job is made with is written down, and what is different is said."""

import subprocess
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

from tests.training.conftest import StartRun
from training.made_with import commit_of, compare_with, note_made_with
from training.protocol.events import WarningRaised
from training.protocol.failure import WarningCode
from training.protocol.folder import JobFolder
from training.protocol.made_with import MadeWith, read_made_with, write_made_with

Told = Callable[..., list]


def git(folder: Path, *words: str) -> str:
    who = ("-c", "user.name=a", "-c", "user.email=a@b.c")
    done = subprocess.run(
        ["git", "-C", str(folder), *who, *words], capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def earlier(job: JobFolder, made_with: MadeWith) -> None:
    """Another job beside this one: number 7."""
    folder = JobFolder(job.path.parent / "7")
    folder.create()
    write_made_with(folder, made_with)


def test_versions_seed_and_data_are_noted_once(job: JobFolder, start_run: StartRun) -> None:
    """By the first run; a later one finds what that one had."""
    noted = note_made_with(start_run(job), seed=3, data="mine.npz", fingerprint="abc")
    assert noted.packages["pydantic"] == version("pydantic")
    assert (noted.seed, noted.data, noted.fingerprint) == (3, "mine.npz", "abc")
    note_made_with(start_run(job), seed=4, data="other.npz", fingerprint="def")
    assert read_made_with(job) == noted


def test_the_code_is_kept_as_it_was(job: JobFolder, start_run: StartRun, tmp_path: Path) -> None:
    """With the commit of the folder that it came from, and a sign where files were changed."""
    repository = tmp_path / "mine"
    repository.mkdir()
    code = repository / "model.py"
    code.write_text("layers = 2\n")
    git(repository, "init", "-q")
    git(repository, "add", ".")
    git(repository, "commit", "-qm", "begin")
    commit = git(repository, "rev-parse", "HEAD")
    assert commit_of(repository) == commit
    code.write_text("layers = 3\n")
    noted = note_made_with(start_run(job), code=[code])
    assert noted.commit == f"{commit}+"
    assert noted.code == ("model.py",)
    code.write_text("layers = 4\n")
    assert (job.code / "model.py").read_text() == "layers = 3\n"


def test_outside_of_git_there_is_no_commit(tmp_path: Path) -> None:
    """Nor where the folder is gone."""
    assert commit_of(tmp_path) is None
    assert commit_of(tmp_path / "nowhere") is None


def test_other_data_and_other_versions_are_said(
    job: JobFolder, start_run: StartRun, told: Told
) -> None:
    """Each once, with what it was; packages that decide no number may change without a word."""
    run = start_run(job)
    own = note_made_with(run, data="mine.npz", fingerprint="now")
    before = own.packages | {"numpy": "1.0", "pydantic": "1.0"}
    earlier(job, own.model_copy(update={"fingerprint": "then", "packages": before}))
    compare_with(run, 7, own)
    data, versions = told(WarningRaised)
    assert data.code is WarningCode.DATA_NOT_AS_BEFORE
    assert data.details == {"job": 7, "data": "mine.npz"}
    assert versions.code is WarningCode.VERSIONS_NOT_AS_BEFORE
    assert versions.details["changes"] == [f"numpy 1.0 → {version('numpy')}"]


def test_the_same_again_is_no_word_worth(job: JobFolder, start_run: StartRun, told: Told) -> None:
    """Nor is other data by another name, which was asked for; nor a job that noted nothing."""
    run = start_run(job)
    own = note_made_with(run, data="mine.npz", fingerprint="now")
    compare_with(run, 7, own)
    earlier(job, own)
    compare_with(run, 7, own)
    earlier(job, own.model_copy(update={"data": "other.npz", "fingerprint": "then"}))
    compare_with(run, 7, own)
    assert told(WarningRaised) == []
