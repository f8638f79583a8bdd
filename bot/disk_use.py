"""What takes the room in the work folder."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

MOST = 4


def largest_folders(work: Path, most: int = MOST) -> Sequence[tuple[str, int]]:
    """The largest data folders and job folders, relative to the work folder, in bytes on disk.

    Reads the size of each file: some seconds where there are very many. What cannot be
    read, or goes meanwhile, counts for nothing.
    """
    parts = [path for parent in (work / "data", work / "jobs") for path in _inside(parent)]
    sizes = [(str(path.relative_to(work)), _size_bytes(path)) for path in parts]
    return sorted(((name, size) for name, size in sizes if size), key=lambda found: -found[1])[
        :most
    ]


def _inside(folder: Path) -> Iterator[Path]:
    try:
        yield from sorted(folder.iterdir())
    except OSError:
        return


def _size_bytes(path: Path) -> int:
    if path.is_symlink():
        return _own_bytes(path)
    files = [path, *(Path(at, name) for at, _, names in os.walk(path) for name in names)]
    return sum(_own_bytes(file) for file in files)


def _own_bytes(file: Path) -> int:
    try:
        found = file.lstat()
    except OSError:
        return 0
    return found.st_blocks * 512
