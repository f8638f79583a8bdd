"""A large file → home, for its owner to fetch there: verified, and none over another."""

import hashlib
import os
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

from bot.vault.home import Home
from bot.vault.trouble import LocalFailed
from bot.vault.unit import CHUNK_BYTES, Unit


def hand_over(home: Home, source: Path, beat: Callable[[], None]) -> Path:
    """Copy a file into home's folder for such, unless it is there already.

    Raises:
        HomeFailed, OSError: home does not take it.
        LocalFailed: the source cannot be read.
    """
    home.check()
    home.files.mkdir(exist_ok=True)
    size_bytes, digest = _size_and_digest(source, beat)
    for name in _names(source):
        target = home.files / name
        if not target.exists():
            break
        if target.stat().st_size == size_bytes and _size_and_digest(target, beat)[1] == digest:
            return target
    Unit(home.files, beat).put(target.name, source)
    return target


def _names(source: Path) -> Iterator[str]:
    """Names that are text, whatever the source is called: Drive takes no others."""
    whole = Path(as_text(source.name))
    yield whole.name
    for number in count(2):
        yield f"{whole.stem} ({number}){whole.suffix}"


def as_text(name: str) -> str:
    """A name, or words with one, in which each byte that is no text is a sign for such."""
    return os.fsencode(name).decode(errors="replace")


def _size_and_digest(path: Path, beat: Callable[[], None]) -> tuple[int, str]:
    digest, size_bytes = hashlib.sha256(), 0
    try:
        with path.open("rb") as file:
            while chunk := file.read(CHUNK_BYTES):
                digest.update(chunk)
                size_bytes += len(chunk)
                beat()
    except OSError as error:
        raise LocalFailed(f"{path}: {error}") from error
    return size_bytes, digest.hexdigest()
