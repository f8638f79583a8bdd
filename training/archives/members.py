"""What an archive says about its members, before anybody believed it."""

from collections.abc import Iterable, Iterator
from enum import Enum
from typing import NamedTuple, Protocol

CHUNK_BYTES = 1024 * 1024
MAX_MEMBERS = 1_000_000
MAX_NAMES_BYTES = 256 * 1024 * 1024
MAX_LINK_BYTES = 4_096


class Kind(Enum):
    """What a member would become on disk."""

    FILE = "file"
    FOLDER = "folder"
    SYMLINK = "symlink"
    HARDLINK = "hardlink"
    OTHER = "other"  # device, pipe, socket


class Member(NamedTuple):
    """A member as its archive describes it.

    Attributes:
        name: the bytes that stand in the archive.
        utf8: the archive says that the bytes are UTF-8.
        size: bytes unpacked.
        where: the archive's own mark for finding the content.
        executable: the owner may execute it.
        mtime: seconds since 1970; None where unknown.
        target: where a link points, in the encoding of the name.
    """

    name: bytes
    utf8: bool
    kind: Kind
    size: int
    where: int
    executable: bool = False
    mtime: float | None = None
    target: bytes = b""


class Archive(Protocol):
    """An open archive of any format."""

    def members(self) -> Iterator[Member]:
        """What the archive's directory or headers list, in their order.

        Raises:
            TaskError: it is damaged, encrypted or of an unsupported kind.
        """

    def contents(self, wanted: Iterable[Member]) -> Iterator[Iterable[bytes]]:
        """The content of each wanted file in chunks; each must be read to its end before the next.

        Args:
            wanted: files in the order of their ``where``.

        Raises:
            TaskError: content is damaged, or not as long as declared.
        """

    def close(self) -> None:
        """Close the file."""
