"""A training straight from an archive finds its data, and unpacks it once."""

import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.training.conftest import StartRun
from training.protocol.events import Progressed
from training.protocol.failure import FailureCode, TaskError
from training.protocol.folder import JobFolder
from training.protocol.spec import TrainSpec
from training.run import Stopped
from training.unpacking import with_data_unpacked

Packed = Callable[..., TrainSpec]


@pytest.fixture
def packed(tmp_path: Path) -> Packed:
    """A training with an archive of these files."""

    def pack(*names: str, content: str = "x", archive: str = "mine.v2.zip") -> TrainSpec:
        with zipfile.ZipFile(tmp_path / archive, "w") as file:
            for name in names:
                file.writestr(name, content)
        return TrainSpec(data=str(tmp_path / archive), unpack_into=str(tmp_path / "data"))

    return pack


@pytest.mark.parametrize(
    ("names", "found"),
    [
        (("rose/1.png", "tulip/2.png"), ""),
        (("flowers/rose/1.png", "flowers/tulip/2.png", "__MACOSX/flowers/._1.png"), "flowers"),
        (("a/b/train/rose/1.png", "a/b/test/rose/2.png"), "a/b"),
        (("rose/1.png",), ""),
        (("x.npz",), "x.npz"),
        (("x.csv", "notes.txt"), ""),
    ],
)
def test_data_is_found_in_it(
    packed: Packed, job: JobFolder, start_run: StartRun, names: tuple[str, ...], found: str
) -> None:
    """The folder of the classes, or the one file, however deep it lies."""
    data = Path(with_data_unpacked(packed(*names), start_run(job)).data)
    [folder] = (job.path.parent / "data").iterdir()
    assert folder.name.startswith("mine.v2-")
    assert data == folder / found


def test_it_is_unpacked_once_and_again_when_it_is_another(
    packed: Packed, job: JobFolder, start_run: StartRun, told: Callable[..., list[Any]]
) -> None:
    """By its content: a copy of another name and time is the same, a changed one is not."""
    spec = packed("rose/1.png", "tulip/2.png")
    first = with_data_unpacked(spec, start_run(job)).data
    assert told(Progressed)[-1].unit == "bytes"
    said = len(told(Progressed))
    assert with_data_unpacked(spec, start_run(job)).data == first
    assert len(told(Progressed)) == said
    other = packed("rose/1.png", "tulip/2.png", content="y")
    assert with_data_unpacked(other, start_run(job)).data != first
    assert Path(first, "rose/1.png").read_text() == "x"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda path: path.unlink(), FailureCode.DATA_MISSING),
        (lambda path: path.write_bytes(b"no archive"), FailureCode.ARCHIVE_DAMAGED),
        (lambda path: (path.unlink(), path.mkdir()), FailureCode.DATA_UNREADABLE),
    ],
    ids=["gone", "no archive", "a folder"],
)
def test_what_is_wrong_with_it_is_said(
    packed: Packed, job: JobFolder, start_run: StartRun, change: Callable[[Path], Any],
    code: FailureCode,
) -> None:  # fmt: skip
    """And nothing is left of it."""
    spec = packed("rose/1.png")
    change(Path(spec.data))
    with pytest.raises(TaskError) as caught:
        with_data_unpacked(spec, start_run(job))
    assert caught.value.code is code
    assert not list((job.path.parent / "data").glob("*"))


def test_one_that_is_stopped_leaves_nothing(
    packed: Packed, job: JobFolder, start_run: StartRun
) -> None:
    """Neither a folder nor half of one."""
    run = start_run(job)
    run.stopped_by_signal = True
    with pytest.raises(Stopped):
        with_data_unpacked(packed("rose/1.png"), run)
    assert not (job.path.parent / "data").exists()


def test_what_is_no_archive_stays_as_it_is(job: JobFolder, start_run: StartRun) -> None:
    """Mostly."""
    spec = TrainSpec()
    assert with_data_unpacked(spec, start_run(job)) is spec
