"""Looking into the data folders in a process of its own, which is left behind where Drive hangs.

A thread that waits for a hanging file system cannot be ended, and the handlers run
one after the other: without a limit one ``/unzip`` would silence the whole chat.
"""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, Field, TypeAdapter

from bot.data_folders import DataFolders
from bot.errand import Errand, NoAnswer
from bot.errors import DataSilent, FileNotFound, OutsideDataFolders

LIMIT_S = 15.0


class _Find(BaseModel):
    do: Literal["find"] = "find"
    roots: tuple[Path, ...]
    name: str


class _List(BaseModel):
    do: Literal["list"] = "list"
    roots: tuple[Path, ...]
    most: int


class ArchiveList(BaseModel):
    """The newest archives with their sizes in bytes.

    Attributes:
        more: there are more than these.
        crowded: folders with very many files, and how many.
    """

    said: Literal["archives"] = "archives"
    found: tuple[tuple[str, int], ...]
    more: bool
    crowded: tuple[tuple[str, int], ...] = ()


class _Found(BaseModel):
    said: Literal["found"] = "found"
    path: Path


class _Missing(BaseModel):
    said: Literal["missing"] = "missing"
    nearest: tuple[str, ...]


class _Outside(BaseModel):
    said: Literal["outside"] = "outside"


_Request = _Find | _List
_REQUEST: TypeAdapter[_Request] = TypeAdapter(Annotated[_Request, Field(discriminator="do")])
_Answer = _Found | _Missing | _Outside | ArchiveList
_ANSWER: TypeAdapter[_Answer] = TypeAdapter(Annotated[_Answer, Field(discriminator="said")])


class DataLookup:
    """Finds files in the data folders, or says within a limit that they do not answer."""

    def __init__(self, roots: Sequence[Path], errand: Errand | None = None) -> None:
        self._roots = tuple(roots)
        self._errand = errand or Errand("bot.data_lookup", LIMIT_S)

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
        match await self._ask(_Find(roots=self._roots, name=name)):
            case _Found(path=path):
                return path
            case _Missing(nearest=nearest):
                raise FileNotFound(name, nearest, self.names)
            case _Outside():
                raise OutsideDataFolders(name, self.names)
        raise AssertionError("a list of archives is no answer to a name")

    async def archives(self, most: int) -> ArchiveList:
        """The archives in the folders, newest first.

        Raises:
            DataSilent: the folders do not answer.
        """
        answer = await self._ask(_List(roots=self._roots, most=most))
        if isinstance(answer, ArchiveList):
            return answer
        raise AssertionError("no list of archives")

    async def _ask(self, request: _Request) -> _Answer:
        try:
            said = await self._errand.run(request.model_dump_json().encode())
        except NoAnswer:
            raise DataSilent(self.names, self._errand.limit_s) from None
        return _ANSWER.validate_json(said)


def main() -> None:
    """Answer the one request on standard input."""
    request = _REQUEST.validate_json(sys.stdin.buffer.read())
    sys.stdout.write(_answer(request).model_dump_json())


def _answer(request: _Request) -> _Answer:
    folders = DataFolders(request.roots)
    if isinstance(request, _List):
        found, more = folders.archives(request.most)
        listed = tuple((file.name, file.size_bytes) for file in found)
        return ArchiveList(found=listed, more=more, crowded=folders.crowded())
    try:
        return _Found(path=folders.find(request.name))
    except OutsideDataFolders:
        return _Outside()
    except FileNotFound as missing:
        return _Missing(nearest=missing.nearest)


if __name__ == "__main__":
    main()
