"""Files that were sent: a safe name, whole or not at all, none over another."""

import asyncio
import errno
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.received_files import NAME_BYTES, ReceivedFiles, safe_name

ODD = [
    "..",
    "/",
    "\\",
    ".",
    "~",
    "\x00",
    "\n",
    "\u202e",
    "CON",
    " ",
    "é",
    "😀",
    "a" * 300,
    ".tar.gz",
]
PARTS = st.sampled_from(ODD)
NAMES = st.text(st.characters(codec=None), max_size=300) | st.lists(PARTS, max_size=9).map("".join)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=NAMES)
def test_any_name_becomes_one_plain_name(tmp_path: Path, name: str) -> None:
    """Text of one line, in the folder itself, not hidden, and short enough to write."""
    safe = safe_name(name)
    assert safe.isprintable() or "\u200c" in safe or "\u200d" in safe
    assert len(safe.encode()) <= NAME_BYTES
    assert safe[0] not in ". "
    assert not {"/", "\\"} & set(safe)
    kept = ReceivedFiles(tmp_path).keep(1, name, name.encode(errors="replace"))
    assert kept.path.parent == tmp_path
    assert kept.path.read_bytes() == name.encode(errors="replace")
    assert safe_name(safe) == safe


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("seg label.zip", "seg label.zip"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\Ann\\photos.zip", "photos.zip"),
        (".bashrc", "bashrc"),
        ("two\nlines.txt", "two lines.txt"),
        ("ab\u202egpj.exe", "ab gpj.exe"),
        ("Cafe\u0301.csv", "Café.csv"),
        ("👩\u200d🚀.png", "👩\u200d🚀.png"),
        ("...", "file"),
        ("a" * 300 + ".tar.gz", "a" * (NAME_BYTES - 7) + ".tar.gz"),
        ("ä" * 300, "ä" * (NAME_BYTES // 2)),
        ("b." + "c" * 300, ("b." + "c" * 300)[:NAME_BYTES]),
    ],
)
def test_names_are_kept_as_far_as_they_are_harmless(sent: str, kept: str) -> None:
    """With their ending, which says what they are."""
    assert safe_name(sent) == kept


def test_a_name_that_is_taken_is_numbered(tmp_path: Path) -> None:
    """By a file with other content, a folder, a link that leads nowhere; before the ending."""
    folder = ReceivedFiles(tmp_path)
    (tmp_path / "a.tar.gz").write_bytes(b"another")
    (tmp_path / "a (2).tar.gz").mkdir()
    (tmp_path / "a (3).tar.gz").symlink_to(tmp_path / "nowhere")
    kept = folder.keep(1, "a.tar.gz", b"mine")
    assert (kept.path.name, kept.was_there) == ("a (4).tar.gz", False)
    assert (tmp_path / "a.tar.gz").read_bytes() == b"another"
    assert not (tmp_path / "nowhere").exists()
    assert folder.keep(2, "a.tar.gz", b"mine") == type(kept)(kept.path, was_there=True)


def test_many_of_one_name_at_once_are_all_kept(tmp_path: Path) -> None:
    """An album of files with one name, written down side by side."""
    folder = ReceivedFiles(tmp_path)
    contents = [b"%d" % number for number in range(40)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: folder.keep(number, "a.csv", contents[number]), range(40)))
    assert sorted(path.read_bytes() for path in tmp_path.iterdir()) == sorted(contents)


def test_a_full_disk_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither a part of the file nor what was written aside."""

    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        ReceivedFiles(tmp_path).keep(1, "a.zip", b"content")
    assert list(tmp_path.iterdir()) == []


def test_what_a_death_left_is_written_over(tmp_path: Path) -> None:
    """The same update is brought again: one file, and nothing hidden beside it."""
    (tmp_path / ".new-7").write_bytes(b"con")
    ReceivedFiles(tmp_path).keep(7, "a.zip", b"content")
    assert [path.name for path in tmp_path.iterdir()] == ["a.zip"]


async def test_only_a_few_are_brought_at_once(tmp_path: Path) -> None:
    """Each is held in memory: an album of ten must not fill it."""
    turns, inside, most = ReceivedFiles(tmp_path).turns, 0, 0

    async def bring() -> None:
        nonlocal inside, most
        async with turns:
            inside += 1
            most = max(most, inside)
            await asyncio.get_running_loop().run_in_executor(None, tmp_path.exists)
            inside -= 1

    await asyncio.gather(*(bring() for _ in range(10)))
    assert most == 2
