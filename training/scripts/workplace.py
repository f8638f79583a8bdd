"""Where a program runs: links to what lies beside it, and room for what it writes."""

import contextlib
import functools
import os
import shutil
import stat
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from training.protocol.folder import JobFolder
from training.run import Run

MOST_LINKS = 5_000
MOST_FILES = 50
MOST_BYTES = 4_000_000_000
MOST_LOOKED_AT = 20_000
LEFT_ALONE = {"__pycache__", ".ipynb_checkpoints"}
NAME_LIMIT = 100

# A link and its file's time (ns) and size.
Linked = Mapping[Path, tuple[int, int]]


def lay_out(folder: JobFolder, program: Path, kept: Sequence[Path] = ()) -> Path:
    """Make the workplace of a program.

    Args:
        kept: files that take the place of those of their names; the program may be gone then.

    What an earlier run wrote stays. New files land on this disk and not beside the
    program, which may lie on Drive.

    Returns:
        the program in its workplace.

    Raises:
        OSError: the program cannot be read, or the disk is full.
    """
    folder.workplace.mkdir(exist_ok=True)
    with (
        contextlib.suppress(*(FileNotFoundError,) * bool(kept)),
        os.scandir(program.parent) as all_,
    ):
        for _, entry in zip(range(MOST_LINKS), all_, strict=False):
            if entry.name not in LEFT_ALONE:
                _link(folder.workplace / entry.name, Path(entry.path))
    for file in kept or (program,):
        _link(folder.workplace / file.name, file)
    return folder.workplace / program.name


def linked_files(workplace: Path) -> Linked:
    """Which files a workplace links to, and how they are before a program runs."""
    with os.scandir(workplace) as all_:
        entries = [Path(entry.path) for entry in all_ if entry.is_symlink()]
    linked = {}
    for link in entries:
        with contextlib.suppress(OSError):
            seen = link.stat()
            if stat.S_ISREG(seen.st_mode):
                linked[link] = (seen.st_mtime_ns, seen.st_size)
    return linked


def keep_results(run: Run, before: Linked) -> None:
    """Make artifacts of what a program wrote: its newest files, as long as there is room.

    Args:
        before: the linked files as they were; one that was written through its link counts.
    """
    written = _written(run.folder.workplace)
    found = sorted([*written, *_written_through(before)], reverse=True)
    room, names = MOST_BYTES, set[str]()
    for _, size, file in found:
        if len(names) == MOST_FILES or size > room:
            continue
        name = _name(file.relative_to(run.folder.workplace), names)
        try:
            run.save_artifact(name, functools.partial(shutil.copyfile, file))
        except OSError as error:
            print(f"{name} was not kept: {error}", flush=True)
            continue
        room -= size
        names.add(name)
    if len(names) < len(found):
        left = len(found) - len(names)
        print(f"{left} more files were left in {run.folder.workplace}", flush=True)


def _link(link: Path, target: Path) -> None:
    if link.is_symlink():
        link.unlink()
    if not link.exists():
        link.symlink_to(target)


def _written(workplace: Path) -> Iterator[tuple[float, int, Path]]:
    """Time, size and path of files that are no links, in folders that are none."""
    looked_at = 0
    for folder, folders, files in os.walk(workplace):
        folders[:] = sorted(name for name in folders if name not in LEFT_ALONE)
        for name in sorted(files):
            looked_at += 1
            if looked_at > MOST_LOOKED_AT:
                return
            path = Path(folder, name)
            seen = path.lstat()
            if stat.S_ISREG(seen.st_mode):
                yield seen.st_mtime, seen.st_size, path


def _written_through(before: Linked) -> Iterator[tuple[float, int, Path]]:
    """As of ``_written``, of files beside the program that are not as they were."""
    for link, as_it_was in before.items():
        with contextlib.suppress(OSError):
            seen = link.stat()
            if link.is_symlink() and (seen.st_mtime_ns, seen.st_size) != as_it_was:
                yield seen.st_mtime, seen.st_size, link


def _name(path: Path, taken: set[str]) -> str:
    """One name for a path: an artifact lies in no folder."""
    text = os.fsencode("_".join(path.parts)).decode(errors="replace")[-NAME_LIMIT:].lstrip(".")
    text = "".join(sign if sign.isprintable() else "_" for sign in text) or "file"
    return next(n for n in (text, *(f"{i}_{text}" for i in range(2, 99))) if n not in taken)
