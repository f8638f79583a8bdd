"""Files that were sent to the bot: a safe name for each, whole or not at all, none over another."""

import asyncio
import os
import threading
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from training.protocol.folder import sync_file, sync_folder

# Each is held in memory while it comes.
AT_ONCE = 2
NAME_BYTES = 200  # leaves room for " (2)" and what is written aside
SUFFIX_BYTES = 24
# Two ends that belong together, as in labels.tar.gz.
_TAR = ".tar"
# These join letters and emoji; other characters of their kind turn or hide text.
_JOINERS = "\u200c\u200d"
_UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


@dataclass(frozen=True, slots=True)
class Kept:
    """Where a file lies now; ``was_there`` if one with this content lay there before."""

    path: Path
    was_there: bool = False


class ReceivedFiles:
    """Keeps files in a folder.

    Covered: names that lead elsewhere, hide, break a line or are too long; a name that
    is taken, by something else or by the very same; a death at any instant, after which
    the same file is kept once. Not covered: what another program does in the folder.

    Attributes:
        turns: held by whoever brings one.
    """

    def __init__(self, folder: Path) -> None:
        self.turns = asyncio.Semaphore(AT_ONCE)
        self._folder = folder
        self._lock = threading.Lock()

    def keep(self, number: int, name: str, content: bytes) -> Kept:
        """Write a file down, under its name or one like it that is free.

        Args:
            number: of the update; what an earlier try has left under it is written over.

        Raises:
            OSError: the disk does not take it; nothing stays behind.
        """
        name = safe_name(name)
        with self._lock:
            self._folder.mkdir(parents=True, exist_ok=True)
            for target in (self._folder / one for one in _names(name)):
                if not os.path.lexists(target):
                    break
                if _holds(target, content):
                    return Kept(target, was_there=True)
            self._write(self._folder / f".new-{number}", target, content)
        return Kept(target)

    def _write(self, aside: Path, target: Path, content: bytes) -> None:
        try:
            with aside.open("wb") as file:
                file.write(content)
                file.flush()
                sync_file(file.fileno())
            aside.rename(target)
        except BaseException:
            aside.unlink(missing_ok=True)
            raise
        sync_folder(self._folder)


def safe_name(name: str) -> str:
    """A file name that is one, whatever was sent: no path, nothing hidden, in one line."""
    name = unicodedata.normalize("NFC", name.replace("\\", "/").rpartition("/")[2])
    name = "".join(_seen(sign) for sign in name)
    name = " ".join(name.split()).strip(". ")
    if not name:
        return "file"
    stem, suffix = parted(name)
    if len(suffix.encode()) > SUFFIX_BYTES:
        stem, suffix = name, ""
    room = NAME_BYTES - len(suffix.encode())
    stem = stem.encode()[:room].decode(errors="ignore").strip(". ")
    return (stem + suffix) if stem else f"file{suffix}"


def parted(name: str) -> tuple[str, str]:
    """A name without its ending, and that; the two of a ``.tar.gz`` count as one."""
    stem, suffix = os.path.splitext(name)  # noqa: PTH122 - a name, not a path
    if stem.lower().endswith(_TAR):
        stem, suffix = stem[: -len(_TAR)], stem[-len(_TAR) :] + suffix
    return stem, suffix


def _seen(sign: str) -> str:
    if sign in _JOINERS:
        return sign
    return " " if unicodedata.category(sign) in _UNSEEN else sign


def _names(name: str) -> Iterator[str]:
    """The name, then ``name (2)`` and so on."""
    yield name
    stem, suffix = parted(name)
    for number in count(2):
        yield f"{stem} ({number}){suffix}"


def _holds(path: Path, content: bytes) -> bool:
    try:
        if path.is_symlink() or path.stat().st_size != len(content):
            return False
        return path.read_bytes() == content
    except OSError:  # a folder, or nothing that can be read
        return False
