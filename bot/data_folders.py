"""Files that commands may name: those under the data folders, and no others."""

import difflib
import errno
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from bot.errors import FileNotFound, OutsideDataFolders

ARCHIVE_ENDINGS = (
    ".zip", ".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tar.xz", ".txz",
)  # fmt: skip
# A Drive may hold hundreds of thousands of files, a walk over them minutes.
MOST_DEPTH = 4
MOST_LOOKED_AT = 20_000


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file under a data folder; ``name`` is how a command names it."""

    name: str
    path: Path
    size_bytes: int


class DataFolders:
    """Looks for files in the data folders. Drive can be slow: call it in a thread.

    Covered: ``..``, absolute paths and links that lead out of the folders.
    Not covered: a folder that is exchanged for a link between look and use.
    """

    def __init__(self, roots: Sequence[Path]) -> None:
        self.roots = tuple(roots)

    @property
    def names(self) -> tuple[str, ...]:
        """The folders as the user knows them."""
        return tuple(str(root) for root in self.roots)

    def find(self, name: str) -> Path:
        """The file that a command means.

        A relative name is looked up in each folder in turn; it may begin with the
        folder's own name, as in ``My Drive/seg label.zip``.

        Raises:
            OutsideDataFolders: the name leads out of the folders.
            FileNotFound: there is none, with names like it.
        """
        outside = False
        for candidate in self._candidates(name):
            real = _resolved(candidate)
            if real is None:
                continue
            if not self._within(real):
                outside = True
            elif _is_file(real):
                return real
        if outside:
            raise OutsideDataFolders(name, self.names)
        raise FileNotFound(name, self._nearest(name), self.names)

    def archives(self, most: int) -> tuple[list[FoundFile], bool]:
        """The archives in the folders, newest first, and whether there are more."""
        named = [file for file in self._walk() if file.name.lower().endswith(ARCHIVE_ENDINGS)]
        found = [file for file in named if self._leads_to_a_file(file.path)]
        found.sort(key=lambda file: _modified_at(file.path), reverse=True)
        return found[:most], len(found) > most

    def _within(self, real: Path) -> bool:
        return any(real.is_relative_to(root.resolve()) for root in self.roots)

    def _leads_to_a_file(self, path: Path) -> bool:
        real = _resolved(path)
        return real is not None and self._within(real) and _is_file(real)

    def _candidates(self, name: str) -> Iterator[Path]:
        if PurePosixPath(name).is_absolute():
            yield Path(name)
            return
        first, _, rest = name.partition("/")
        for root in self.roots:
            yield root / name
            if rest and first == root.name:
                yield root / rest

    def _nearest(self, name: str) -> tuple[str, ...]:
        names = [file.name for file in self._walk()]
        return tuple(difflib.get_close_matches(name, names, n=3, cutoff=0.6))

    def _walk(self) -> Iterator[FoundFile]:
        looked_at = 0
        for root in self.roots:
            for folder, folders, files in os.walk(root):
                depth = len(Path(folder).relative_to(root).parts)
                folders[:] = sorted(f for f in folders if depth < MOST_DEPTH and f[0] != ".")
                for file in sorted(files):
                    looked_at += 1
                    if looked_at > MOST_LOOKED_AT:
                        return
                    yield from _found(root, Path(folder, file))


def _resolved(path: Path) -> Path | None:
    """The path behind links; none for a circle of links, or a name that no file can have."""
    try:
        return path.resolve()
    except (RuntimeError, ValueError):
        return None


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError as error:
        if error.errno == errno.ENAMETOOLONG:
            return False  # no file can be called that
        raise


def _found(root: Path, path: Path) -> Iterator[FoundFile]:
    try:
        yield FoundFile(str(path.relative_to(root)), path, path.stat().st_size)
    except OSError:
        return  # a dangling link, or gone since


def _modified_at(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0
