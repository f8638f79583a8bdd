"""The place of an error in a user's own files."""

import linecache
import traceback
from pathlib import Path
from typing import NamedTuple

LINE_LIMIT, MESSAGE_LIMIT = 200, 400
NOT_THEIRS = {"site-packages", "dist-packages"}


class Place(NamedTuple):
    """A line of a file: its name as the user knows it, from 1, and what stands there."""

    file: str
    line: int
    text: str


def where(error: BaseException, *roots: Path) -> Place | None:
    """The innermost place of an error in the files of these folders; none where there is none.

    What was installed is not theirs, also where it lies below one of the folders.
    """
    if isinstance(error, SyntaxError) and error.filename and error.lineno:
        named = _named(error.filename, roots)
        if named is not None:
            return Place(named, error.lineno, (error.text or "").strip()[:LINE_LIMIT])
    for frame, line in reversed(list(traceback.walk_tb(error.__traceback__))):
        named = _named(frame.f_code.co_filename, roots)
        if named is not None:
            text = linecache.getline(frame.f_code.co_filename, line, frame.f_globals)
            return Place(named, line, text.strip()[:LINE_LIMIT])
    return None


def message(error: BaseException) -> str:
    """An error in one line: its kind and what it says."""
    kind = type(error).__name__
    try:
        said = " ".join(str(error.msg if isinstance(error, SyntaxError) else error).split())
    except Exception:  # a kind of the user's own may not be able to say anything
        said = ""
    return (f"{kind}: {said}" if said else kind)[:MESSAGE_LIMIT]


def _named(file: str, roots: tuple[Path, ...]) -> str | None:
    path = Path(file)
    for root in roots:
        if path.is_relative_to(root):
            inside = path.relative_to(root)
            return None if NOT_THEIRS & set(inside.parts) else str(inside)
    return None
