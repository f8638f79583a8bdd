"""Writing an archive's contents aside, then putting them in place in one step.

The staging folder lies beside the destination, is empty at the start and closed
to others. Links come last: while files are written, no path leads through one.

Covered: nothing is left behind by a failure or a stop; what a killed run left is
removed by the next run of the same job; an existing destination is never
touched; no set-uid bits, no owners.
"""

import ctypes
import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from training.archives.members import Archive, Kind
from training.archives.plan import Entry, Plan
from training.protocol.failure import FailureCode, TaskError
from training.protocol.folder import sync_folder

NEW_FILE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
FILE_MODE = 0o644
PROGRAM_MODE = 0o755
FOLDER_MODE = 0o755
MAX_NAME_BYTES = 180
LAST_TIME = 253_402_300_799  # The end of the year 9999.


@contextmanager
def staging_folder(destination: Path, job: str) -> Iterator[Path]:
    """A new folder beside the destination; gone at the end unless it was put in place."""
    name = os.fsencode(destination.name)[:MAX_NAME_BYTES].decode(errors="ignore")
    folder = destination.with_name(f".{name}.unzip-{job}")
    missing = [parent for parent in destination.parents if not parent.exists()]
    try:
        destination.parent.mkdir(parents=True, exist_ok=True)
        _remove(folder)
        folder.mkdir(mode=0o700)
        yield folder
    except BaseException:
        _remove(folder)
        for parent in missing:
            if parent.is_dir() and not any(parent.iterdir()):
                parent.rmdir()
        raise


def _remove(folder: Path) -> None:
    if folder.is_symlink() or folder.is_file():
        folder.unlink()
    elif folder.exists():
        shutil.rmtree(folder)


def write_contents(
    archive: Archive, plan: Plan, folder: Path, written: Callable[[int, int], None]
) -> None:
    """Create all that is planned.

    Args:
        written: called often, with bytes and files since the last call.

    Raises:
        TaskError: content is damaged.
        OSError: the disk is full.
    """
    for path, _ in plan.folders:
        (folder / path).mkdir(mode=FOLDER_MODE)
        written(0, 0)
    contents = archive.contents(entry.member for entry in plan.files)
    for entry, blocks in zip(plan.files, contents, strict=True):
        _write_file(f"{folder}/{entry.path}", entry, blocks, written)
    for entry in plan.links:
        _make_link(folder, entry)
        written(0, 1)
    for path, mtime in reversed(plan.folders):
        _set_time(folder / path, mtime)


def _write_file(
    path: str, entry: Entry, blocks: Iterable[bytes], written: Callable[[int, int], None]
) -> None:
    mode = PROGRAM_MODE if entry.member.executable else FILE_MODE
    descriptor = os.open(path, NEW_FILE, mode)
    try:
        unsaid = 0
        for block in blocks:
            written(unsaid, 0)
            _write(descriptor, block)
            unsaid = len(block)
        _set_time(descriptor, entry.member.mtime)
    finally:
        os.close(descriptor)
    written(unsaid, 1)


def _write(descriptor: int, block: bytes) -> None:
    done = os.write(descriptor, block)
    while done < len(block):
        done += os.write(descriptor, memoryview(block)[done:])


def _make_link(folder: Path, entry: Entry) -> None:
    path = folder / entry.path
    if entry.member.kind is Kind.HARDLINK:
        path.hardlink_to(folder / entry.target)
    else:
        parent = entry.path.rpartition("/")[0]
        path.symlink_to(os.path.relpath(f"/{entry.target}", f"/{parent}"))


def _set_time(file: int | Path, mtime: float | None) -> None:
    if mtime is not None and 0 <= mtime <= LAST_TIME:
        os.utime(file, (mtime, mtime))


def put_in_place(folder: Path, destination: Path) -> None:
    """Make the contents durable, then give them their name.

    Raises:
        TaskError: something of that name came into being meanwhile.
    """
    flush(folder)
    folder.chmod(FOLDER_MODE)
    # A rename would replace an empty folder; what has something in it is safe anyway.
    if os.path.lexists(destination):
        raise TaskError(FailureCode.DESTINATION_EXISTS, folder=str(destination))
    folder.rename(destination)
    sync_folder(destination.parent)


def flush(folder: Path) -> None:
    """Write out the file system that a folder lies on: one call, not one a file."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.syncfs(descriptor) != 0:
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number))
    finally:
        os.close(descriptor)
