"""Files that commands may name: those under the data folders, and no others."""

import contextlib
import difflib
import errno
import os
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path, PurePosixPath

from bot.errors import FileNotFound, OutsideDataFolders
from bot.folder_view import FileView, FolderView, view_file, view_folder
from training.protocol.spec import PROGRAMS

ARCHIVE_ENDINGS = (
    ".zip", ".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tar.xz", ".txz",
)  # fmt: skip
PROGRAM_ENDINGS = PROGRAMS
# What was installed is nobody's program.
NOT_THEIRS = {"site-packages", "dist-packages", "node_modules"}
# A Drive may hold hundreds of thousands of files, a walk over them minutes.
MOST_DEPTH = 4
MOST_LOOKED_AT = 20_000
# What a listing finds by then is shown; a Drive can need a second for a hundred files.
WALK_S = 8.0
# From about here Drive's own listing of a folder begins to time out.
MANY_FILES = 1_000
MOST_CROWDED = 3


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file under a data folder; ``name`` is how a command names it."""

    name: str
    path: Path
    size_bytes: int = 0


class DataFolders:
    """Looks for files in the data folders. Drive can hang: ``DataLookup`` calls it elsewhere.

    Covered: ``..``, absolute paths and links that lead out of the folders, or to what is closed.
    Not covered: a folder that is exchanged for a link between look and use.
    The folders are listed once, on the first question about more than a name.
    """

    def __init__(
        self, roots: Sequence[Path], walk_s: float = WALK_S, closed: Sequence[Path] = ()
    ) -> None:
        self.roots, self._closed = tuple(roots), tuple(closed)
        self._walk_s = walk_s

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

    def place(self, name: str, *, folders: bool) -> tuple[Path, bool]:
        """The file that a command means, or also the folder; and whether it is a folder.

        Raises: as ``find`` does, with names of folders beside those of files.
        """
        folder = self.folder(name) if folders else None
        if folder is not None:
            return folder.resolve(), True
        try:
            return self.find(name), False
        except FileNotFound as missing:
            if not folders:
                raise
            parents = {str(PurePosixPath(file.name).parent) for file in self._listing[0]}
            near = difflib.get_close_matches(name, sorted(parents - {"."}), n=2, cutoff=0.6)
            raise replace(missing, nearest=(*near, *missing.nearest)) from None

    def look(
        self, path: Path, start: int, most: int, *, backwards: bool = False
    ) -> FolderView | FileView | None:
        """What lies at an absolute path; none where nothing is there.

        Raises:
            OutsideDataFolders: it leads out of the folders.
            OSError: the folder does not answer, or may not be read.
        """
        real = _resolved(path)
        if real is not None and not self._within(real):
            raise OutsideDataFolders(str(path), self.names)
        if real is None or not _exists(real):
            return None
        if real.is_dir():
            return replace(view_folder(real, start, most, backwards=backwards), path=path)
        return replace(view_file(real), path=path) if _is_file(real) else None

    def folder(self, name: str) -> Path | None:
        """The folder that a command means, by the names that ``find`` takes."""
        for candidate in self._candidates(name):
            real = _resolved(candidate)
            if real is not None and self._within(real) and _exists(real) and real.is_dir():
                return candidate
        return None

    def archives(self, most: int) -> tuple[list[FoundFile], bool]:
        """The archives in the folders, newest first, and whether there are or may be more."""
        return self.ending_with(ARCHIVE_ENDINGS, most)

    def ending_with(self, endings: tuple[str, ...], most: int) -> tuple[list[FoundFile], bool]:
        """The files whose names end so, newest first, and whether there are or may be more."""
        names, whole = self._listing
        named: dict[str, FoundFile] = {}
        for file in names:
            if file.name.lower().endswith(endings) and not NOT_THEIRS & set(file.path.parts):
                # By its bare name a command finds the one in the first of the folders.
                name = str(file.path) if file.name in named else file.name
                named[name] = replace(file, name=name)
        found = [measured for file in named.values() for measured in self._measured(file)]
        found.sort(key=lambda file: _modified_at(file.path), reverse=True)
        return found[:most], len(found) > most or not whole

    def crowded(self) -> tuple[tuple[str, int], ...]:
        """Folders with very many files, the fullest first: they read better as one archive."""
        counts = Counter(str(PurePosixPath(file.name).parent) for file in self._listing[0])
        full = [(name, count) for name, count in counts.most_common(MOST_CROWDED) if name != "."]
        return tuple((name, count) for name, count in full if count >= MANY_FILES)

    def _within(self, real: Path) -> bool:
        return any(real.is_relative_to(root.resolve()) for root in self.roots) and not any(
            real.is_relative_to(closed.resolve()) for closed in self._closed
        )

    def _measured(self, file: FoundFile) -> Iterator[FoundFile]:
        """The file with its size; nothing where a link dangles or leads out of the folders."""
        real = _resolved(file.path)
        if real is not None and self._within(real) and _is_file(real):
            with contextlib.suppress(OSError):  # gone since
                yield replace(file, size_bytes=real.stat().st_size)

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
        names = [file.name for file in self._listing[0]]
        return tuple(difflib.get_close_matches(name, names, n=3, cutoff=0.6))

    @cached_property
    def _listing(self) -> tuple[list[FoundFile], bool]:
        """The files in the folders, and whether these are all: names only, they cost least."""
        until = time.monotonic() + self._walk_s
        found: list[FoundFile] = []
        for root in self.roots:
            for folder, folders, files in os.walk(root):
                depth = len(Path(folder).relative_to(root).parts)
                folders[:] = sorted(f for f in folders if depth < MOST_DEPTH and _is_open(f))
                paths = [Path(folder, file) for file in sorted(files) if _is_text(file)]
                found += [FoundFile(str(path.relative_to(root)), path) for path in paths]
                if len(found) >= MOST_LOOKED_AT or time.monotonic() > until:
                    return found[:MOST_LOOKED_AT], False
        return found, True


def _resolved(path: Path) -> Path | None:
    """The path behind links; none for a circle of links, or a name that no file can have."""
    try:
        return path.resolve()
    except (RuntimeError, ValueError):
        return None


def _is_open(folder: str) -> bool:
    return folder[0] != "." and _is_text(folder)


def _is_text(name: str) -> bool:
    """Whether a name can be written in a command; some names hold bytes that are no text."""
    return name.isascii() or not any("\ud800" <= sign <= "\udfff" for sign in name)


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except OSError as error:
        if error.errno == errno.ENAMETOOLONG:
            return False
        raise


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError as error:
        if error.errno == errno.ENAMETOOLONG:
            return False  # no file can be called that
        raise


def _modified_at(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0
