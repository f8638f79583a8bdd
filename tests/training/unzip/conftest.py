"""Archives built on the spot, a place to unpack them to, and what must be true of a refusal."""

import io
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from training.protocol.event_log import EventLogWriter, read_events
from training.protocol.events import Event
from training.protocol.failure import Detail, FailureCode, TaskError
from training.protocol.folder import JobFolder
from training.protocol.spec import UnzipSpec
from training.run import Run
from training.tasks.unzip import run_task

Tree = dict[str, bytes]


@dataclass(frozen=True)
class Place:
    """A folder with archives, one to unpack into, and a job."""

    path: Path
    run_kind: type[Run] = Run

    @property
    def job(self) -> JobFolder:
        """The job's folder, outside of the folder that is unpacked into."""
        return JobFolder(self.path / "jobs" / "7")

    @property
    def data(self) -> Path:
        """Where destinations lie."""
        return self.path / "data"

    def archive(self, name: str, content: bytes) -> Path:
        """An archive with some content."""
        path = self.path / name
        path.write_bytes(content)
        return path

    def unpack(self, archive: Path, into: str = "labels") -> dict[str, Detail]:
        """Run the task as the job process would."""
        self.job.create()
        spec = UnzipSpec(archive=str(archive), destination=str(self.data / into))
        with EventLogWriter(self.job.event_log, 1) as log:
            return run_task(spec, self.run_kind(self.job, 1, log))

    def refuses(self, archive: Path, code: FailureCode, into: str = "labels") -> TaskError:
        """Unpacking fails with this code, and everything is as it was."""
        before = self.everything()
        with pytest.raises(TaskError) as caught:
            self.unpack(archive, into)
        assert caught.value.code is code, caught.value
        assert self.everything() == before
        return caught.value

    def everything(self) -> Tree:
        """All files and folders but the job's own."""
        return {
            name: content
            for name, content in tree_of(self.path).items()
            if not name.startswith("jobs")
        }

    def unpacked(self, into: str = "labels") -> Tree:
        """What lies in the destination."""
        return tree_of(self.data / into)

    def told(self, kind: type[Event]) -> list[Event]:
        """Events of a kind."""
        events = read_events(self.job.event_log).events
        return [event for event in events if isinstance(event, kind)]


def tree_of(folder: Path) -> Tree:
    """Files with their content, links with their target, folders with a slash."""
    tree: Tree = {}
    for path in sorted(folder.rglob("*")):
        name = str(path.relative_to(folder))
        if path.is_symlink():
            tree[name] = b"-> " + str(path.readlink()).encode()
        elif path.is_dir():
            tree[f"{name}/"] = b""
        else:
            tree[name] = path.read_bytes()
    return tree


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """A fresh place; its data folder is there and empty."""
    place = Place(tmp_path)
    place.data.mkdir()
    return place


def zip_of(files: Tree, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip by Python's own writer: an independent one."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, (2024, 2, 29, 12, 30, 8)), content, method)
    return buffer.getvalue()


def tar_of(files: Tree, mode: str = "w") -> bytes:
    """A tar by Python's own writer."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode=mode) as archive:
        for name, content in files.items():
            info = tarfile.TarInfo(name.rstrip("/"))
            info.size = len(content)
            info.mtime = 1_700_000_000
            if name.endswith("/"):
                info.type = tarfile.DIRTYPE
            archive.addfile(info, io.BytesIO(content))
    return buffer.getvalue()


def tar_with(*members: tarfile.TarInfo, mode: str = "w") -> bytes:
    """A tar of members without content: links, devices."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode=mode) as archive:
        for member in members:
            archive.addfile(member, io.BytesIO(bytes(member.size)))
    return buffer.getvalue()


def tar_gnu(*members: tarfile.TarInfo) -> bytes:
    """A tar in the GNU format, where a name is bytes and nothing says which text."""
    headers = (one.tobuf(tarfile.GNU_FORMAT, "utf-8", "surrogateescape") for one in members)
    return b"".join(headers) + bytes(1024)


def member(name: str, kind: bytes = tarfile.REGTYPE, target: str = "") -> tarfile.TarInfo:
    """A member of a tar."""
    info = tarfile.TarInfo(name)
    info.type = kind
    info.linkname = target
    return info


@dataclass(frozen=True)
class RawEntry:
    """An entry of a zip as its bytes: with it a zip can lie."""

    name: bytes
    content: bytes = b""
    flags: int = 0
    mode: int = 0
    local_name: bytes | None = None
    declared_size: int | None = None
    crc: int | None = None
    extra: bytes = b""
    offset: int | None = None
    method: int = 0


def raw_zip(*entries: RawEntry, prefix: bytes = b"", count: int | None = None) -> bytes:
    """A zip written byte by byte."""
    content = prefix
    directory = b""
    for entry in entries:
        packed = zlib.compress(entry.content, 9, -15) if entry.method else entry.content
        crc = zlib.crc32(entry.content) if entry.crc is None else entry.crc
        size = len(entry.content) if entry.declared_size is None else entry.declared_size
        local_name = entry.name if entry.local_name is None else entry.local_name
        sums = struct.pack("<LLL", crc, len(packed), size)
        common = struct.pack("<HHHHH", 20, entry.flags, entry.method, 0, 0x5000)
        offset = len(content) - len(prefix) if entry.offset is None else entry.offset
        if entry.offset is None:
            content += b"PK\3\4" + common + sums + struct.pack("<HH", len(local_name), 0)
            content += local_name + packed
        directory += b"PK\1\2" + struct.pack("<BB", 20, 3) + common + sums
        directory += struct.pack("<HHHHH", len(entry.name), len(entry.extra), 0, 0, 0)
        directory += struct.pack("<LL", entry.mode << 16, offset) + entry.name + entry.extra
    number = len(entries) if count is None else count
    end = struct.pack(
        "<HHHHLLH", 0, 0, number, number, len(directory), len(content) - len(prefix), 0
    )
    return content + directory + b"PK\5\6" + end


@pytest.fixture
def make() -> "type[Makers]":
    """Writers of archives."""
    return Makers


class Makers:
    """The writers above, for test modules, which cannot import this one."""

    zip_of: Callable[..., bytes] = staticmethod(zip_of)
    tar_of: Callable[..., bytes] = staticmethod(tar_of)
    tar_with: Callable[..., bytes] = staticmethod(tar_with)
    tar_gnu: Callable[..., bytes] = staticmethod(tar_gnu)
    member: Callable[..., tarfile.TarInfo] = staticmethod(member)
    raw_zip: Callable[..., bytes] = staticmethod(raw_zip)
    entry: type[RawEntry] = RawEntry
