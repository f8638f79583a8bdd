"""Looking into the data folders in a process of its own, which is left behind where Drive hangs.

A thread that waits for a hanging file system cannot be ended, and the handlers run
one after the other: without a limit one ``/unzip`` would silence the whole chat.
"""

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from bot.data_folders import ARCHIVE_ENDINGS, PROGRAM_ENDINGS, DataFolders
from bot.data_wire import (
    ANSWER,
    REQUEST,
    Answer,
    Content,
    FileList,
    FileSeen,
    Find,
    FolderSeen,
    Found,
    List,
    Look,
    Missing,
    Outside,
    Read,
    Request,
    Unreadable,
    as_path,
)
from bot.errand import Errand, NoAnswer
from bot.errors import DataSilent, DataUnreadable, FileNotFound, OutsideDataFolders
from bot.folder_view import FileView, FolderView
from bot.typed import spellings

Looked = TypeVar("Looked")

LIMIT_S = 15.0
# Drive reads some megabytes a second, after a while of thinking.
READ_LIMIT_S = 120.0
# Each may have 50 MB, and is held in memory until Telegram has it.
AT_ONCE = 2


@dataclass(frozen=True, slots=True)
class FileRead:
    """A file; ``content`` is none where it is larger than was asked for."""

    path: Path
    size_bytes: int
    content: bytes | None


class DataLookup:
    """Finds files in the data folders, or says within a limit that they do not answer.

    Args:
        roots: the folders that commands may name.
        more: folders that may be looked at and read from beside them.
        closed: what nobody may see, wherever the folders are.

    Attributes:
        turns: held by whoever reads a file, until it is out of memory again.
    """

    def __init__(
        self,
        roots: Sequence[Path],
        errand: Errand | None = None,
        reading: Errand | None = None,
        more: Sequence[Path] = (),
        closed: Sequence[Path] = (),
    ) -> None:
        self._roots, self._closed = tuple(roots), tuple(closed)
        self._errand = errand or Errand("bot.data_lookup", LIMIT_S)
        self._reading = reading or Errand("bot.data_lookup", READ_LIMIT_S)
        self.turns = asyncio.Semaphore(AT_ONCE)
        self.all_roots = (*self._roots, *more)

    @property
    def roots(self) -> tuple[Path, ...]:
        """The folders."""
        return self._roots

    @property
    def names(self) -> tuple[str, ...]:
        """The folders as the user knows them."""
        return tuple(str(root) for root in self._roots)

    async def find(self, name: str) -> Path:
        """The file that a command means; see ``DataFolders.find``.

        Raises:
            OutsideDataFolders, FileNotFound: it is no file in these folders.
            DataSilent: the folders do not answer.
        """
        match await self._ask_for(name, lambda one: Find(roots=self._roots, name=one)):
            case Found(path=path):
                return as_path(path)
        raise AssertionError("something else is no answer to a name")

    async def place(self, name: str) -> tuple[Path, bool]:
        """The file or the folder that a command means, and whether it is a folder.

        Raises: as ``find`` does.
        """
        match await self._ask_for(
            name, lambda one: Find(roots=self._roots, name=one, folders=True)
        ):
            case Found(path=path, is_folder=is_folder):
                return as_path(path), is_folder
        raise AssertionError("something else is no answer to a name")

    async def is_folder(self, name: str) -> bool:
        """Whether a command means a folder; raises ``DataSilent`` as ``find`` does."""
        try:
            return (await self.place(name))[1]
        except (FileNotFound, OutsideDataFolders):
            return False

    async def archives(self, most: int) -> FileList:
        """The archives in the folders, newest first.

        Raises:
            DataSilent: the folders do not answer.
        """
        return await self._ending_with(ARCHIVE_ENDINGS, most)

    async def programs(self, most: int) -> FileList:
        """The scripts and notebooks in the folders, newest first; raises as ``archives``."""
        return await self._ending_with(PROGRAM_ENDINGS, most)

    async def look(
        self, path: Path, start: int, most: int, *, backwards: bool = False
    ) -> FolderView | FileView:
        """A page of a folder, or a file; see ``DataFolders.look``.

        Raises:
            OutsideDataFolders, FileNotFound: there is no such thing in these folders.
            DataUnreadable: it may not be read, or the disk is broken.
            DataSilent: the folders do not answer.
        """
        return await self._view(str(path), start, most, named=False, backwards=backwards)

    async def named(self, name: str, most: int) -> FolderView | FileView:
        """The folder, or else the file, that a command means; raises as ``look`` does."""
        return await self._first(name, lambda one: self._view(one, 0, most, named=True))

    async def read(self, name: str, most_bytes: int) -> FileRead:
        """What is in a file, if that is not too much; raises as ``look`` does."""
        return await self._first(name, lambda one: self._read(one, most_bytes))

    async def _read(self, name: str, most_bytes: int) -> FileRead:
        request = Read(roots=self.all_roots, name=os.fsencode(name), most_bytes=most_bytes)
        said = await self._said(self._reading, request)
        header, _, content = said.partition(b"\n")
        match self._checked(ANSWER.validate_json(header), name):
            case Content(path=path, size_bytes=size, follows=follows):
                if follows and len(content) != size:
                    raise DataSilent(self.names, self._reading.limit_s)
                return FileRead(as_path(path), size, content if follows else None)
        raise AssertionError("no content of a file")

    async def _ending_with(self, endings: tuple[str, ...], most: int) -> FileList:
        answer = await self._ask(List(roots=self._roots, endings=endings, most=most), "")
        if isinstance(answer, FileList):
            return answer
        raise AssertionError("no list of files")

    async def _view(
        self, name: str, start: int, most: int, *, named: bool, backwards: bool = False
    ) -> FolderView | FileView:
        request = Look(
            roots=self.all_roots, name=os.fsencode(name), start=start, most=most,
            backwards=backwards, named=named,
        )  # fmt: skip
        answer = await self._ask(request, name)
        if isinstance(answer, FolderSeen | FileSeen):
            return answer.view
        raise AssertionError("no view of a place")

    async def _ask_for(self, name: str, request: Callable[[bytes], Request]) -> Answer:
        return await self._first(name, lambda one: self._ask(request(os.fsencode(one)), one))

    async def _first(self, name: str, look: Callable[[str], Awaitable[Looked]]) -> Looked:
        """What is there under the name as it was typed, or else as it was meant."""
        typed, *others = spellings(name)
        try:
            return await look(typed)
        except FileNotFound:
            if not others:
                raise
        return await look(others[0])

    async def _ask(self, request: Request, name: str) -> Answer:
        said = await self._said(self._errand, request)
        return self._checked(ANSWER.validate_json(said), name)

    async def _said(self, errand: Errand, request: Request) -> bytes:
        request = request.model_copy(update={"closed": self._closed})
        try:
            return await errand.run(request.model_dump_json().encode())
        except NoAnswer:
            raise DataSilent(self.names, errand.limit_s) from None

    def _checked(self, answer: Answer, name: str) -> Answer:
        match answer:
            case Missing(nearest=nearest):
                raise FileNotFound(name, nearest, self.names)
            case Outside():
                raise OutsideDataFolders(name, self.names)
            case Unreadable(error=error):
                raise DataUnreadable(name, error)
        return answer


def main() -> None:
    """Answer the one request on standard input."""
    request = REQUEST.validate_json(sys.stdin.buffer.read())
    content = b""
    try:
        answer, content = _answer(request)
    except OutsideDataFolders:
        answer = Outside()
    except FileNotFound as missing:
        answer = Missing(nearest=missing.nearest)
    except OSError as error:
        answer = Unreadable(error=error.strerror or type(error).__name__)
    sys.stdout.buffer.write(answer.model_dump_json().encode() + b"\n" + content)


def _answer(request: Request) -> tuple[Answer, bytes]:
    folders = DataFolders(request.roots, closed=request.closed)
    match request:
        case List(endings=endings, most=most):
            found, more = folders.ending_with(endings, most)
            listed = tuple((file.name, file.size_bytes) for file in found)
            return FileList(found=listed, more=more, crowded=folders.crowded()), b""
        case Find(name=name, folders=also):
            path, is_folder = folders.place(os.fsdecode(name), folders=also)
            return Found(path=os.fsencode(path), is_folder=is_folder), b""
        case Read(name=name, most_bytes=most_bytes):
            return _read(folders.find(os.fsdecode(name)), most_bytes)
        case Look():
            return _look(folders, request), b""


def _look(folders: DataFolders, asked: Look) -> Answer:
    name = os.fsdecode(asked.name)
    path = folders.folder(name) or folders.find(name) if asked.named else Path(name)
    seen = folders.look(path, asked.start, asked.most, backwards=asked.backwards)
    match seen:
        case FolderView():
            return FolderSeen.of(seen)
        case FileView():
            return FileSeen.of(seen)
    return Missing()


def _read(path: Path, most_bytes: int) -> tuple[Answer, bytes]:
    with path.open("rb") as file:
        size = os.fstat(file.fileno()).st_size
        content = file.read(size) if size <= most_bytes else b""
    follows = size <= most_bytes
    if follows and len(content) < size:
        return Unreadable(error="it became shorter while it was read"), b""
    header = Content(path=os.fsencode(path), size_bytes=size, follows=follows)
    return header, content


if __name__ == "__main__":
    main()
