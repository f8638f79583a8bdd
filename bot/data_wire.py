"""What the bot and the process that looks into the data folders say to each other.

Names are bytes on the way: not every file's name is text.
"""

import os
from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from bot.folder_view import Entry, FileView, FolderView


class _Message(BaseModel):
    model_config = ConfigDict(ser_json_bytes="base64", val_json_bytes="base64")


class _Question(_Message):
    """About the folders ``roots``; what is in ``closed`` is nobody's to see."""

    roots: tuple[Path, ...]
    closed: tuple[Path, ...] = ()


class Find(_Question):
    """Which file is meant, or also which folder where ``folders``?"""

    do: Literal["find"] = "find"
    name: bytes
    folders: bool = False


class List(_Question):
    """Which files are there whose names end so?"""

    do: Literal["list"] = "list"
    endings: tuple[str, ...]
    most: int


class Look(_Question):
    """What lies there? ``name`` is an absolute path, or a name of a folder where ``named``."""

    do: Literal["look"] = "look"
    name: bytes
    start: int = 0
    most: int
    backwards: bool = False
    named: bool = False


class Read(_Question):
    """What is in a file? More than ``most_bytes`` are not read."""

    do: Literal["read"] = "read"
    name: bytes
    most_bytes: int


class FileList(_Message):
    """The newest files of a kind with their sizes in bytes.

    Attributes:
        more: there are more than these.
        crowded: folders with very many files, and how many.
    """

    said: Literal["list"] = "list"
    found: tuple[tuple[str, int], ...]
    more: bool
    crowded: tuple[tuple[str, int], ...] = ()


class Found(_Message):
    """The path, and whether it is a folder's."""

    said: Literal["found"] = "found"
    path: bytes
    is_folder: bool = False


class FolderSeen(_Message):
    """A page of a folder: for each entry its name, whether it is a folder, and its size."""

    said: Literal["folder"] = "folder"
    path: bytes
    entries: tuple[tuple[bytes, bool, int | None], ...]
    start: int
    folders: int
    files: int
    whole: bool

    @classmethod
    def of(cls, view: FolderView) -> "FolderSeen":
        """As it goes over the wire."""
        entries = tuple(
            (os.fsencode(entry.path.name), entry.is_folder, entry.size_bytes)
            for entry in view.entries
        )
        return cls(
            path=os.fsencode(view.path), entries=entries, start=view.start,
            folders=view.folders, files=view.files, whole=view.whole,
        )  # fmt: skip

    @property
    def view(self) -> FolderView:
        """As it was seen."""
        path = as_path(self.path)
        entries = tuple(
            Entry(path / os.fsdecode(name), is_folder, size)
            for name, is_folder, size in self.entries
        )
        return FolderView(path, entries, self.start, self.folders, self.files, self.whole)


class FileSeen(_Message):
    """A file."""

    said: Literal["file"] = "file"
    path: bytes
    size_bytes: int
    modified_at: datetime | None

    @classmethod
    def of(cls, view: FileView) -> "FileSeen":
        """As it goes over the wire."""
        path = os.fsencode(view.path)
        return cls(path=path, size_bytes=view.size_bytes, modified_at=view.modified_at)

    @property
    def view(self) -> FileView:
        """As it was seen."""
        return FileView(as_path(self.path), self.size_bytes, self.modified_at)


class Content(_Message):
    """So many bytes follow in the next line; none where the file is larger than asked for."""

    said: Literal["content"] = "content"
    path: bytes
    size_bytes: int
    follows: bool


class Missing(_Message):
    """There is none; ``nearest`` are names like it."""

    said: Literal["missing"] = "missing"
    nearest: tuple[str, ...] = ()


class Outside(_Message):
    """It lies outside the folders."""

    said: Literal["outside"] = "outside"


class Unreadable(_Message):
    """The file system does not give it; ``error`` is what it says."""

    said: Literal["unreadable"] = "unreadable"
    error: str


Request = Find | List | Look | Read
Answer = Found | Missing | Outside | FileList | FolderSeen | FileSeen | Content | Unreadable
REQUEST: TypeAdapter[Request] = TypeAdapter(Annotated[Request, Field(discriminator="do")])
ANSWER: TypeAdapter[Answer] = TypeAdapter(Annotated[Answer, Field(discriminator="said")])


def as_path(name: bytes) -> Path:
    """A path from its bytes."""
    return Path(os.fsdecode(name))
