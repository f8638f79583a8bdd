"""What will become of each member, settled before a byte is written.

Left out: ``__MACOSX/`` at the top, ``.DS_Store``, and the ``._name`` that macOS
puts beside a ``name``; their names are checked like all others.
One folder around everything that has the name of the destination is taken off,
so that ``labels.zip`` with ``labels/…`` in it does not become ``labels/labels``.
"""

from typing import NamedTuple

from training.archives.encodings import NameDecoder
from training.archives.links import resolve
from training.archives.members import Kind, Member
from training.archives.names import safe_path, shown
from training.protocol.failure import FailureCode, TaskError

MAC_FOLDER = "__MACOSX"
MAC_FILE = ".DS_Store"
MAC_PREFIX = "._"


class Entry(NamedTuple):
    """A file or link to create; ``target`` is the path below the folder that a link means."""

    path: str
    member: Member
    target: str = ""


class Plan(NamedTuple):
    """Everything to create below the destination.

    Attributes:
        folders: path and time of each, parents before what is in them.
        files: in the order in which the archive is read.
        skipped: how many files of macOS's own are left out.
        decoded: how many names came in the legacy encoding.
    """

    folders: list[tuple[str, float | None]]
    files: list[Entry]
    links: list[Entry]
    skipped: int
    encoding: str | None
    decoded: int

    @property
    def size_bytes(self) -> int:
        """The content of all files."""
        return sum(entry.member.size for entry in self.files)


def make_plan(members: list[Member], destination_name: str) -> Plan:
    """Decide what to create.

    Raises:
        TaskError: a name, a link or a member is not safe, or two contend for one place.
    """
    decoder = NameDecoder(members)
    tree = _Tree()
    for member in members:
        tree.add(decoder.text(member.name, member.utf8), member)
    skipped = tree.drop_mac_files()
    tree.add_parents()
    if tree.is_all_in(destination_name):
        tree.enter(destination_name)
    if not tree.leaves:
        raise TaskError(FailureCode.ARCHIVE_EMPTY)
    files = [Entry(path, it) for path, it in tree.leaves.items() if it.kind is Kind.FILE]
    files.sort(key=lambda entry: entry.member.where)
    return Plan(
        folders=sorted(tree.folders.items()),
        files=files,
        links=_links(tree, decoder, destination_name if tree.entered else ""),
        skipped=skipped,
        encoding=decoder.encoding,
        decoded=sum(decoder.is_legacy(member.name, member.utf8) for member in members),
    )


class _Tree:
    """The paths of an archive: folders with their times, and what lies in them."""

    def __init__(self) -> None:
        self.folders: dict[str, float | None] = {}
        self.leaves: dict[str, Member] = {}
        self.entered = False

    def add(self, name: str, member: Member) -> None:
        path = safe_path(name)
        if member.kind is Kind.OTHER:
            raise TaskError(FailureCode.UNSAFE_MEMBER, member=shown(name))
        if member.kind is Kind.FOLDER:
            if path:
                self.folders[path] = member.mtime
            return
        if not path or path in self.leaves:
            raise _conflict(name)
        self.leaves[path] = member

    def drop_mac_files(self) -> int:
        dropped = [path for path in self.leaves if self._is_mac_file(path)]
        for path in dropped:
            del self.leaves[path]
        for path in [path for path in self.folders if _top(path) == MAC_FOLDER]:
            del self.folders[path]
        return len(dropped)

    def add_parents(self) -> None:
        for path in (*self.leaves, *self.folders):
            parent = path
            while "/" in parent:
                parent = parent.rpartition("/")[0]
                if parent in self.folders:
                    break
                self.folders[parent] = None
        for path in self.folders:
            if path in self.leaves:
                raise _conflict(path)

    def is_all_in(self, name: str) -> bool:
        paths = (*self.leaves, *self.folders)
        return name in self.folders and all(_top(path) == name for path in paths)

    def enter(self, name: str) -> None:
        start = len(name) + 1
        self.folders = {path[start:]: time for path, time in self.folders.items() if path != name}
        self.leaves = {path[start:]: member for path, member in self.leaves.items()}
        self.entered = True

    def _is_mac_file(self, path: str) -> bool:
        folder, _, name = path.rpartition("/")
        if _top(path) == MAC_FOLDER or name == MAC_FILE:
            return True
        beside = f"{folder}/{name[2:]}" if folder else name[2:]
        is_leaf = beside in self.leaves or beside in self.folders
        return name.startswith(MAC_PREFIX) and (is_leaf or name == MAC_PREFIX + MAC_FILE)


def _links(tree: _Tree, decoder: NameDecoder, entered: str) -> list[Entry]:
    links = []
    for path, member in tree.leaves.items():
        if member.kind is not Kind.FILE:
            text = decoder.text(member.target, member.utf8)
            full_path = f"{entered}/{path}" if entered else path
            target = resolve(full_path, text, member.kind)
            if target is not None and entered:
                target = target[len(entered) + 1 :] if _top(target) == entered else None
            if target is None or not _is_there(tree, path, target, member.kind):
                raise TaskError(FailureCode.UNSAFE_LINK, member=shown(path), target=shown(text))
            links.append(Entry(path, member, target))
    return links


def _is_there(tree: _Tree, path: str, target: str, kind: Kind) -> bool:
    """Whether a link's target is a file, or a folder that does not hold the link."""
    if target in tree.leaves:
        return tree.leaves[target].kind is Kind.FILE
    is_folder = target in tree.folders and not path.startswith(f"{target}/")
    return is_folder and kind is Kind.SYMLINK


def _top(path: str) -> str:
    return path.partition("/")[0]


def _conflict(name: str) -> TaskError:
    return TaskError(FailureCode.NAME_CONFLICT, member=shown(name))
