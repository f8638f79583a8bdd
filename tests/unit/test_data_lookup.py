"""Looking into the data folders with a limit, in real child processes."""

import os
import sys
import zipfile
from pathlib import Path

import psutil
import pytest

from bot.data_folders import MANY_FILES, DataFolders
from bot.data_lookup import DataLookup
from bot.errand import Errand
from bot.errors import DataSilent, DataUnreadable, FileNotFound, OutsideDataFolders

# Reads its question and never answers, as on a file system that hangs.
SILENT = (sys.executable, "-c", "import signal, sys; sys.stdin.read(); signal.pause()")


@pytest.fixture
def drive(tmp_path: Path) -> Path:
    folder = tmp_path / "My Drive"
    (folder / "old").mkdir(parents=True)
    for name in ("seg label.zip", "old/a.tar.gz", "notes.txt"):
        (folder / name).write_bytes(b"content")
    os.utime(folder / "old/a.tar.gz", (1, 1))
    return folder


async def test_archives_are_listed_newest_first(drive: Path) -> None:
    """With names as commands take them, and sizes; other files are left out."""
    listed = await DataLookup([drive]).archives(10)
    assert listed.found == (("seg label.zip", 7), ("old/a.tar.gz", 7))
    assert not listed.more
    assert (await DataLookup([drive]).archives(1)).more


async def test_a_name_finds_its_file(drive: Path) -> None:
    """Also with the folder's own name before it; the errors are those of the folders."""
    lookup = DataLookup([drive])
    assert await lookup.find("seg label.zip") == drive / "seg label.zip"
    assert await lookup.find("My Drive/seg label.zip") == drive / "seg label.zip"
    with pytest.raises(FileNotFound) as missing:
        await lookup.find("seg_label.zip")
    assert missing.value.nearest == ("seg label.zip",)
    with pytest.raises(OutsideDataFolders):
        await lookup.find("/etc/passwd")


async def test_archives_of_one_name_are_told_apart(drive: Path, tmp_path: Path) -> None:
    """In two folders: each is listed by a name that finds it, and not the other."""
    other = tmp_path / "data"
    other.mkdir()
    (other / "seg label.zip").write_bytes(b"other content")
    lookup = DataLookup([drive, other])
    listed = await lookup.archives(10)
    sizes = {size: (await lookup.find(name)).stat().st_size for name, size in listed.found}
    assert sizes == {7: 7, 13: 13}


async def test_a_drive_that_hangs_is_said_in_time(drive: Path) -> None:
    """The question ends with its limit, and the process that asked is gone."""
    before = set(psutil.Process().children())
    lookup = DataLookup([drive], Errand(SILENT, 0.3))
    with pytest.raises(DataSilent) as silent:
        await lookup.find("seg label.zip")
    assert silent.value.roots == (str(drive),)
    for child in set(psutil.Process().children()) - before:
        child.wait(10)


def test_a_listing_ends_with_its_time(drive: Path) -> None:
    """What was found by then is shown, and that there may be more."""
    found, more = DataFolders([drive], walk_s=0.0).archives(10)
    assert [file.name for file in found] == ["seg label.zip"]
    assert more


async def test_very_full_folders_are_named(drive: Path) -> None:
    """They read better as an archive; one file less is no reason to speak of it."""
    for name, count in (("full", MANY_FILES), ("nearly", MANY_FILES - 1)):
        (drive / name).mkdir()
        for number in range(count):
            (drive / name / f"{number}.png").touch()
    with zipfile.ZipFile(drive / "x.zip", "w") as archive:
        archive.writestr("a", b"a")
    listed = await DataLookup([drive]).archives(10)
    assert listed.crowded == (("full", MANY_FILES),)


async def test_a_name_that_is_no_text_hides_no_other(drive: Path) -> None:
    """It cannot be written in a command; the archives beside it are listed, and slips helped."""
    (drive / os.fsdecode(b"caf\xe9.zip")).write_bytes(b"x")
    (drive / os.fsdecode(b"caf\xe9")).mkdir()
    (drive / os.fsdecode(b"caf\xe9/seg lebel.zip")).write_bytes(b"x")
    lookup = DataLookup([drive])
    assert [name for name, _ in (await lookup.archives(10)).found] == [
        "seg label.zip",
        "old/a.tar.gz",
    ]
    with pytest.raises(FileNotFound) as missing:
        await lookup.find("seg lebel.zip")
    assert missing.value.nearest == ("seg label.zip",)


async def test_a_file_is_read_whole_or_only_measured(drive: Path) -> None:
    """Up to the limit, its last byte included; line ends and zeros are content."""
    content = b"\x00\n{}\r\n" * 10_000
    (drive / "a.bin").write_bytes(content)
    lookup = DataLookup([drive])
    read = await lookup.read("a.bin", len(content))
    assert (read.path, read.content) == (drive / "a.bin", content)
    too_large = await lookup.read("a.bin", len(content) - 1)
    assert (too_large.size_bytes, too_large.content) == (len(content), None)


async def test_more_folders_may_be_read_from_than_named(drive: Path, tmp_path: Path) -> None:
    """Those of the jobs: /unzip finds nothing there."""
    (tmp_path / "jobs").mkdir()
    (tmp_path / "jobs/log.txt").write_text("log")
    lookup = DataLookup([drive], more=[tmp_path / "jobs"])
    assert (await lookup.read("jobs/log.txt", 10)).content == b"log"
    with pytest.raises(FileNotFound):
        await lookup.find("jobs/log.txt")


async def test_what_the_disk_does_not_give_is_said(drive: Path) -> None:
    """With its own words; it is not taken for a Drive that hangs."""
    broken = (
        "import os\n"
        "from bot import data_lookup\n"
        "def scandir(path): raise OSError(5, 'Input/output error')\n"
        "os.scandir = scandir\n"
        "data_lookup.main()"
    )
    lookup = DataLookup([drive], Errand((sys.executable, "-c", broken), 30))
    with pytest.raises(DataUnreadable) as caught:
        await lookup.look(drive, 0, 9)
    assert (caught.value.name, caught.value.why) == (str(drive), "Input/output error")
