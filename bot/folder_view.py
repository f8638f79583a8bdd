"""What a data folder, or a file in one, looks like from the chat."""

import os
import re
import stat
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

# A folder on Drive may hold so many that listing it takes minutes.
MOST_LISTED = 20_000
LIST_S = 8.0
_NUMBERS = re.compile(r"(\d{1,18})")


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of a folder; ``size_bytes`` is none for a folder and for what cannot be measured."""

    path: Path
    is_folder: bool
    size_bytes: int | None = None


@dataclass(frozen=True, slots=True)
class FolderView:
    """A page of a folder: folders first, names in the order that people count in.

    Attributes:
        start: how many entries come before this page.
        folders, files: how many there are in all.
        whole: false where the folder was too large, or too slow, to list to its end.
    """

    path: Path
    entries: tuple[Entry, ...]
    start: int
    folders: int
    files: int
    whole: bool = True

    @property
    def total(self) -> int:
        """How many entries there are."""
        return self.folders + self.files


@dataclass(frozen=True, slots=True)
class FileView:
    """A file; ``modified_at`` is none where its time is none of a calendar."""

    path: Path
    size_bytes: int
    modified_at: datetime | None


def view_file(path: Path) -> FileView:
    """Look at a file.

    Raises:
        OSError: it is gone, or does not answer.
    """
    found = path.stat()
    return FileView(path, found.st_size, time_of(found.st_mtime))


def time_of(seconds: float) -> datetime | None:
    """A file's time; none where it is none of a calendar: a disk may say anything."""
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError):
        return None


def view_folder(
    path: Path, start: int, most: int, *, backwards: bool = False, list_s: float = LIST_S
) -> FolderView:
    """Look at a page of a folder. What is hidden, as all that is being written, is left out.

    Args:
        start: an entry of the page; where there are not so many, the last page is shown.
        backwards: the highest number first, as for jobs.

    Raises:
        OSError: it is gone, or does not answer.
    """
    until = time.monotonic() + list_s
    folders: list[str] = []
    files: list[str] = []
    whole = True
    with os.scandir(path) as listed:
        for entry in listed:
            if entry.name.startswith("."):
                continue
            if len(folders) + len(files) >= MOST_LISTED or time.monotonic() > until:
                whole = False
                break
            (folders if _is_folder(entry) else files).append(entry.name)
    folders.sort(key=_as_counted, reverse=backwards)
    files.sort(key=_as_counted, reverse=backwards)
    total = len(folders) + len(files)
    start = max(0, min(start, total - 1)) // most * most
    page = list(_entries(path, folders, files))[start : start + most]
    measured = tuple(_measured(entry) for entry in page)
    return FolderView(path, measured, start, len(folders), len(files), whole)


def _entries(path: Path, folders: list[str], files: list[str]) -> Iterator[Entry]:
    for name in folders:
        yield Entry(path / name, is_folder=True)
    for name in files:
        yield Entry(path / name, is_folder=False)


def _measured(entry: Entry) -> Entry:
    """An entry with its size; measured for a page only, as each costs Drive a question."""
    if entry.is_folder:
        return entry
    try:
        found = entry.path.stat()
    except OSError:  # a link that dangles, or gone since
        return entry
    size_bytes = found.st_size if stat.S_ISREG(found.st_mode) else None
    return Entry(entry.path, is_folder=False, size_bytes=size_bytes)


def _is_folder(entry: "os.DirEntry[str]") -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False


def _as_counted(name: str) -> list[tuple[int, int, str]]:
    """A key by which ``2.png`` comes before ``10.png``."""
    parts = enumerate(_NUMBERS.split(name.casefold()))  # every second part is a number
    return [(0, int(part), "") if at % 2 else (1, 0, part) for at, part in parts if part]
