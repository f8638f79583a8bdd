"""One copy in the home folder: its files, the manifest that makes them count, the state before.

A file is written aside, synced, read back and compared, then renamed. What the
present manifest names is moved to ``previous/`` first, so at any instant either
the present manifest or the one before it finds all its files by their hashes.
"""

import contextlib
import hashlib
import os
from collections.abc import Callable
from pathlib import Path

from bot.home_copy import HomeTrouble
from bot.vault.manifest import BEFORE, NAME, Entry, Manifest, read_manifest
from bot.vault.trouble import HomeFailed, LocalFailed
from training.protocol.folder import sync_file, sync_folder

CHUNK_BYTES = 1 << 20
ASIDE = ".new-"


class Unit:
    """A folder in home that holds one copy.

    Args:
        beat: called whenever something has moved.

    Raises:
        OSError: the folder does not answer.
    """

    def __init__(self, folder: Path, beat: Callable[[], None]) -> None:
        self.folder = folder
        self._beat = beat
        self.before = read_manifest(folder / BEFORE / NAME)
        newest = read_manifest(folder / NAME)
        self.newest_is_whole = newest is not None
        # After a crash between two renames, or a damage, the one before is the present one.
        self.present = newest or self.before
        beat()

    @property
    def manifests(self) -> list[Manifest]:
        """The manifests that can be used, newest first."""
        newest = [self.present] if self.newest_is_whole else []
        return [found for found in (*newest, self.before) if found is not None]

    @property
    def empty(self) -> bool:
        """Whether nothing was ever published here; a damaged manifest is not nothing."""
        return not ((self.folder / NAME).exists() or (self.folder / BEFORE / NAME).exists())

    def put(self, name: str, source: Path, start: int = 0, size: int | None = None) -> Entry:
        """Bring a file, or a part of one, to home and verify it there.

        Raises:
            HomeFailed: what was read back is not what was written.
            LocalFailed: the source cannot be read.
            OSError: home does not take it.
        """
        entry = self._entry(name, source, start, size)
        if self._has(entry):
            return entry
        target = self.folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        aside = target.with_name(ASIDE + target.name)
        self._write(aside, source, start, entry)
        self._compare(aside, entry)
        self._keep_before(name)
        aside.replace(target)
        sync_folder(target.parent)
        self._beat()
        return entry

    def publish(self, manifest: Manifest) -> None:
        """Make the files that were put count, then drop what no manifest names any more."""
        content = manifest.encoded()
        self.folder.mkdir(parents=True, exist_ok=True)
        aside = self.folder / (ASIDE + NAME)
        with aside.open("wb") as file:
            file.write(content)
            file.flush()
            sync_file(file.fileno())
        if read_manifest(aside) != manifest:
            raise HomeFailed(HomeTrouble.UNVERIFIED, f"{aside} is not what was written")
        if self.newest_is_whole:
            (self.folder / BEFORE).mkdir(exist_ok=True)
            (self.folder / NAME).replace(self.folder / BEFORE / NAME)
            self.before = self.present
        aside.replace(self.folder / NAME)
        sync_folder(self.folder)
        self.present, self.newest_is_whole = manifest, True
        self._beat()

    @property
    def manifest_damaged(self) -> bool:
        """Whether the newest manifest is there and cannot be used.

        A missing one is no damage: a crash fell between two renames.
        """
        return not self.newest_is_whole and (self.folder / NAME).exists()

    def newest(self, name: str) -> Entry | None:
        """A file as it was last copied."""
        entries = (manifest.entry(name) for manifest in self.manifests)
        return next((entry for entry in entries if entry is not None), None)

    def take(self, name: str, target: Path) -> Entry | None:
        """Bring a file back, the newest whole one; none where none is what was written.

        Raises:
            OSError: home does not answer.
            LocalFailed: this machine's disk does not take it.
        """
        for manifest in self.manifests:
            entry = manifest.entry(name)
            if entry is not None and self.take_entry(entry, target):
                return entry
        return None

    def take_entry(self, entry: Entry, target: Path) -> bool:
        """Bring back the very file of an entry, wherever it lies by now."""
        aside = target.with_name(ASIDE + target.name)
        for place in (self.folder / entry.name, self.folder / BEFORE / entry.name):
            try:
                if place.stat().st_size != entry.size_bytes:
                    continue
                matches = self._read_into(place, aside) == entry.sha256
            except FileNotFoundError:
                continue
            if matches:
                aside.replace(target)
                return True
            aside.unlink()
        return False

    def _entry(self, name: str, source: Path, start: int, size: int | None) -> Entry:
        digest = hashlib.sha256()
        try:
            with source.open("rb") as file:
                size = os.fstat(file.fileno()).st_size - start if size is None else size
                file.seek(start)
                left = size
                while left and (chunk := file.read(min(left, CHUNK_BYTES))):
                    digest.update(chunk)
                    left -= len(chunk)
                    self._beat()
        except OSError as error:
            raise LocalFailed(f"{source}: {error}") from error
        if left:
            raise LocalFailed(f"{source} is shorter than it was")
        return Entry(name=name, size_bytes=size, sha256=digest.hexdigest())

    def _has(self, entry: Entry) -> bool:
        """Whether the present manifest names it and it is there; its content was verified then."""
        if self.present is None or self.present.entry(entry.name) != entry:
            return False
        try:
            return (self.folder / entry.name).stat().st_size == entry.size_bytes
        except FileNotFoundError:
            return False

    def _write(self, aside: Path, source: Path, start: int, entry: Entry) -> None:
        try:
            read = source.open("rb")
        except OSError as error:
            raise LocalFailed(f"{source}: {error}") from error
        digest = hashlib.sha256()
        with read, aside.open("wb") as write:
            read.seek(start)
            left = entry.size_bytes
            while left and (chunk := read.read(min(left, CHUNK_BYTES))):
                digest.update(chunk)
                write.write(chunk)
                left -= len(chunk)
                self._beat()
            write.flush()
            sync_file(write.fileno())
        if digest.hexdigest() != entry.sha256:
            aside.unlink()
            raise LocalFailed(f"{source} changed while it was copied")

    def _compare(self, aside: Path, entry: Entry) -> None:
        digest, size = self._digest(aside)
        if (digest, size) != (entry.sha256, entry.size_bytes):
            aside.unlink()
            raise HomeFailed(HomeTrouble.UNVERIFIED, f"{aside} is not what was written")

    def _digest(self, path: Path) -> tuple[str, int]:
        digest, size = hashlib.sha256(), 0
        with path.open("rb") as file:
            _forget_pages(file.fileno())
            while chunk := file.read(CHUNK_BYTES):
                digest.update(chunk)
                size += len(chunk)
                self._beat()
        return digest.hexdigest(), size

    def _keep_before(self, name: str) -> None:
        """Keep what the present manifest names; anything else under the name is of no use."""
        entry = self.present.entry(name) if self.present is not None else None
        place = self.folder / name
        if entry is None or not place.exists():
            return
        if self._digest(place) == (entry.sha256, entry.size_bytes):
            kept = self.folder / BEFORE / name
            kept.parent.mkdir(parents=True, exist_ok=True)
            place.replace(kept)

    def _read_into(self, place: Path, aside: Path) -> str:
        digest = hashlib.sha256()
        with place.open("rb") as read:
            try:
                aside.parent.mkdir(parents=True, exist_ok=True)
                write = aside.open("wb")
            except OSError as error:
                raise LocalFailed(f"{aside}: {error}") from error
            with write:
                while chunk := read.read(CHUNK_BYTES):
                    digest.update(chunk)
                    try:
                        write.write(chunk)
                    except OSError as error:
                        raise LocalFailed(f"{aside}: {error}") from error
                    self._beat()
        return digest.hexdigest()


def _forget_pages(descriptor: int) -> None:
    """Have what follows read from the file system, not from this machine's memory.

    Covered: Linux. Not covered: macOS and file systems without this call; there the
    comparison may see what the machine remembers of the writing.
    """
    if hasattr(os, "posix_fadvise"):
        with contextlib.suppress(OSError):
            os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
