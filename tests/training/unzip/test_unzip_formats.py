"""Every format comes out as it went in, and the user hears how far it is."""

import gzip
import random
import stat
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from training.protocol.event_log import EventLogWriter
from training.protocol.events import Progressed
from training.protocol.failure import FailureCode
from training.protocol.spec import UnzipSpec, write_spec
from training.run import Run, Stopped
from training.tasks.unzip import run_task

FILES = {
    "a/1.png": b"one" * 1000,
    "a/b/2.png": random.Random(0).randbytes(300_000),
    "empty.txt": b"",
    "c/": b"",
}
UNPACKED = {**FILES, "a/": b"", "a/b/": b""}

FORMATS = {
    "x.zip": lambda make: make.zip_of(FILES),
    "stored.zip": lambda make: make.zip_of(FILES, zipfile.ZIP_STORED),
    "bzip2.zip": lambda make: make.zip_of(FILES, zipfile.ZIP_BZIP2),
    "x.tar": lambda make: make.tar_of(FILES),
    "x.tar.gz": lambda make: make.tar_of(FILES, "w:gz"),
    "x.tgz": lambda make: make.tar_of(FILES, "w:gz"),
    "x.tar.bz2": lambda make: make.tar_of(FILES, "w:bz2"),
    "x.tar.xz": lambda make: make.tar_of(FILES, "w:xz"),
    "no suffix": lambda make: make.zip_of(FILES),
    "really a tar.zip": lambda make: make.tar_of(FILES, "w:gz"),
    "self-extracting.zip": lambda make: b"#!/bin/sh\nexit\n" + make.zip_of(FILES),
    "two streams.tar.gz": lambda make: two_gzip_streams(make.tar_of(FILES)),
}


def two_gzip_streams(tar: bytes) -> bytes:
    """What ``cat a.gz b.gz`` makes, with padding as on a tape."""
    return gzip.compress(tar[:5000]) + gzip.compress(tar[5000:]) + bytes(512)


@pytest.mark.parametrize("name", FORMATS)
def test_files_come_out_as_they_went_in(place, make, name: str) -> None:
    """Content, names and empty folders survive; the format is seen by content."""
    result = place.unpack(place.archive(name, FORMATS[name](make)))

    assert place.unpacked() == UNPACKED
    assert result["files"] == 3
    assert result["size_bytes"] == 303_000
    assert result["folder"] == str(place.data / "labels")
    assert [path.name for path in place.data.iterdir()] == ["labels"]


@pytest.mark.parametrize("name", ["x.zip", "x.tar.gz"])
def test_progress_ends_at_its_total(place, make, name: str) -> None:
    """The last progress has all bytes and files, and totals stood before the first byte."""
    place.unpack(place.archive(name, FORMATS[name](make)))

    first, *_, last = place.told(Progressed)
    assert (first.done, first.total, first.files_total) == (0, 303_000, 3)
    assert (last.done, last.files_done) == (last.total, last.files_total) == (303_000, 3)


def test_times_and_the_executable_bit_are_kept_and_nothing_else(place, make) -> None:
    """Set-uid and world-writable bits are dropped; a program stays one."""
    tool, plain = make.member("tool"), make.member("plain")
    tool.mode, plain.mode = 0o6777, 0o666
    tool.mtime = plain.mtime = 1_600_000_000

    place.unpack(place.archive("x.tar", make.tar_with(tool, plain)))

    modes = {path.name: path.stat() for path in (place.data / "labels").iterdir()}
    assert stat.S_IMODE(modes["tool"].st_mode) == 0o755
    assert stat.S_IMODE(modes["plain"].st_mode) == 0o644
    assert modes["plain"].st_mtime == 1_600_000_000


def test_a_folder_named_like_the_destination_is_not_doubled(place, make) -> None:
    """labels.zip with labels/ around everything becomes labels/, any other name stays."""
    archive = place.archive("x.zip", make.zip_of({"labels/1.png": b"1", "labels/a/2.png": b"2"}))

    place.unpack(archive, "labels")
    place.unpack(archive, "other")

    assert place.unpacked("labels") == {"1.png": b"1", "a/": b"", "a/2.png": b"2"}
    assert "labels/1.png" in place.unpacked("other")


def test_what_macos_adds_is_left_out_and_counted(place, make) -> None:
    """No ._1.png among the pictures; a file that merely begins so stays."""
    files = {
        "a/1.png": b"1",
        "__MACOSX/a/._1.png": b"x",
        "a/._1.png": b"x",
        "a/.DS_Store": b"x",
        "a/._alone": b"kept",
    }

    result = place.unpack(place.archive("x.zip", make.zip_of(files)))

    assert place.unpacked() == {"a/": b"", "a/1.png": b"1", "a/._alone": b"kept"}
    assert (result["files"], result["skipped"]) == (2, 3)


def test_an_existing_destination_is_not_touched(place, make) -> None:
    """Not even an empty folder, a file or a link to nothing."""
    archive = place.archive("x.zip", make.zip_of(FILES))
    (place.data / "folder").mkdir()
    (place.data / "file").write_bytes(b"mine")
    (place.data / "link").symlink_to("nowhere")

    for name in ("folder", "file", "link"):
        place.refuses(archive, FailureCode.DESTINATION_EXISTS, name)


def test_missing_and_foreign_files_are_told_apart(place) -> None:
    """A file that is no archive is unsupported, one that is called an archive damaged."""
    place.refuses(place.path / "none.zip", FailureCode.ARCHIVE_MISSING)
    place.refuses(place.data, FailureCode.ARCHIVE_MISSING)
    page = b"<html>Quota exceeded</html>" * 100
    place.refuses(place.archive("notes.txt", page), FailureCode.ARCHIVE_UNSUPPORTED)
    error = place.refuses(place.archive("labels.zip", page), FailureCode.ARCHIVE_DAMAGED)
    assert error.details["archive"] == str(place.path / "labels.zip")


@pytest.mark.parametrize("name", ["x.zip", "x.tar", "x.tar.gz"])
def test_an_archive_without_a_file_is_refused(place, make, name: str) -> None:
    """An empty folder would look like success."""
    writer = make.zip_of if name.endswith("zip") else make.tar_of
    mode = ("w:gz",) if name.endswith("gz") else ()
    place.refuses(place.archive(name, writer({}, *mode)), FailureCode.ARCHIVE_EMPTY)


def test_missing_parents_are_made_and_removed_again_on_failure(place, make) -> None:
    """into=a/b works, and its failure leaves no a."""
    place.refuses(place.archive("x.zip", b"PK\3\4"), FailureCode.ARCHIVE_DAMAGED, "a/b")
    place.unpack(place.archive("y.zip", make.zip_of(FILES)), "a/b")

    assert place.unpacked("a/b") == UNPACKED


@pytest.mark.parametrize("name", ["x.zip", "x.tar.xz"])
def test_a_stop_at_any_moment_leaves_nothing(place, make, name: str) -> None:
    """Whenever the wish to stop is noticed, there is no folder, and the next run works."""
    archive = place.archive(name, FORMATS[name](make))
    place.job.create()
    spec = UnzipSpec(archive=str(archive), destination=str(place.data / "labels"))
    for calls in range(100):
        with EventLogWriter(place.job.event_log, 1) as log:
            run = StopsAfter(calls, place.job, 1, log)
            try:
                run_task(spec, run)
            except Stopped:
                assert list(place.data.iterdir()) == []
            else:
                break

    assert calls > 5
    assert place.unpacked() == UNPACKED


class StopsAfter(Run):
    """A run whose user changes their mind after so many looks."""

    def __init__(self, calls: int, *arguments) -> None:
        super().__init__(*arguments)
        self.calls = calls

    def check_stop(self) -> None:
        """Stop when the count is used up."""
        self.stopped_by_signal = self.calls <= 0
        self.calls -= 1
        super().check_stop()


def test_a_killed_run_leaves_no_destination_and_the_next_cleans_up(place, make, wait_until) -> None:
    """SIGKILL in the middle of writing; the same job then unpacks all and nothing is over."""
    files = {f"{number}.png": b"x" * 500 for number in range(20_000)}
    archive = place.archive("x.zip", make.zip_of(files))
    place.job.create()
    write_spec(place.job, UnzipSpec(archive=str(archive), destination=str(place.data / "labels")))
    command = [sys.executable, "-m", "training", str(place.job.path)]
    staging = place.data / ".labels.unzip-7"

    with subprocess.Popen(command) as child:
        wait_until(lambda: staging.exists() and any(staging.iterdir()))
        child.kill()
    assert [path.name for path in place.data.iterdir()] == [staging.name]

    subprocess.run(command, check=True)
    assert [path.name for path in place.data.iterdir()] == ["labels"]
    assert len(place.unpacked()) == 20_000


def test_a_run_killed_after_its_work_is_not_refused_by_it(place, make) -> None:
    """The next run of the job finds the folder in place, leaves it, and tells the same of it."""
    archive = place.archive("x.zip", make.zip_of(FILES))
    told = place.unpack(archive)
    (place.data / "labels" / "empty.txt").write_bytes(b"changed since")

    assert place.unpack(archive) == told
    assert place.unpacked()["empty.txt"] == b"changed since"


def test_another_folder_of_the_same_name_is_not_taken_for_the_jobs(place, make) -> None:
    """The user has moved the job's folder away and put one of their own there."""
    archive = place.archive("x.zip", make.zip_of(FILES))
    place.unpack(archive)
    (place.data / "labels").rename(place.data / "mine")
    (place.data / "labels").mkdir()

    place.refuses(archive, FailureCode.DESTINATION_EXISTS)


def test_unpacking_needs_no_deep_learning() -> None:
    """The process of an unzip starts without Keras, numpy and Telegram."""
    code = (
        "import sys, training.__main__, training.tasks.unzip, training.tasks.install;"
        "heavy = {'keras', 'tensorflow', 'numpy', 'telegram', 'bot'} & set(sys.modules);"
        "sys.exit(str(heavy) if heavy else 0)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=Path(__file__).parents[3])
