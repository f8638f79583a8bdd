"""What a reader may rely on after a power cut was synced first; no kill of a process shows that."""

import hashlib
import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from bot.vault.manifest import Manifest
from bot.vault.unit import Unit
from tests.jobs import NOW
from training.checkpoint import CheckpointStore, Snapshot
from training.protocol.event_log import EventLogWriter
from training.protocol.events import EpochEnded, Event, Progressed
from training.protocol.folder import JobFolder, write_atomically
from training.run import Run


class Disk:
    """Hears what is synced and renamed, and does it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.synced: set[int] = set()
        self.unsynced_renames: list[str] = []
        self.folders_to_sync: set[int] = set()
        fsync, replace, rename = os.fsync, os.replace, os.rename
        monkeypatch.setattr(os, "fsync", lambda fd: (fsync(fd), self._on_sync(os.fstat(fd).st_ino)))
        for name, real in (("replace", replace), ("rename", rename)):
            monkeypatch.setattr(os, name, self._renaming(real))

    def _on_sync(self, inode: int) -> None:
        self.synced.add(inode)
        self.folders_to_sync.discard(inode)

    def _renaming(self, real: Callable[..., None]) -> Callable[..., None]:
        def rename(source: Path, target: Path, **more: object) -> None:
            source, target = Path(source), Path(target)
            parts = [source, *source.rglob("*")] if source.is_dir() else [source]
            bad = [str(part) for part in parts if part.stat().st_ino not in self.synced]
            self.unsynced_renames += bad
            real(source, target, **more)
            self.folders_to_sync.add(target.parent.stat().st_ino)

        return rename

    def is_safe(self) -> bool:
        """Whether each thing was synced before its rename, and each folder after."""
        return not self.unsynced_renames and not self.folders_to_sync


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Disk:
    return Disk(monkeypatch)


@pytest.fixture
def folder(tmp_path: Path) -> JobFolder:
    made = JobFolder(tmp_path / "7")
    made.create()
    return made


def test_a_file_that_is_replaced(disk: Disk, tmp_path: Path) -> None:
    """Specs, wishes, notes and leases: the content before the name, the name before going on."""
    write_atomically(tmp_path / "spec.json", b"{}")
    assert disk.is_safe()
    assert disk.synced


def test_a_checkpoint(disk: Disk, folder: JobFolder) -> None:
    """Each of its files, its own folder, then the one around it."""
    checkpoints = CheckpointStore(folder.checkpoint, "made with")
    checkpoints.save(Snapshot(1, 0, 1.0, (), {"weights": np.ones(3)}))
    assert disk.is_safe()
    (checkpoint,) = checkpoints.newest_first()
    assert {path.stat().st_ino for path in checkpoint.iterdir()} <= disk.synced


def test_a_result(disk: Disk, folder: JobFolder) -> None:
    """An artifact is on the disk before the log says that it is complete."""
    with EventLogWriter(folder.event_log, 1) as log:
        run = Run(folder, 1, log)
        run.save_artifact("model.keras", lambda path: path.write_bytes(b"weights"))
    assert disk.is_safe()
    assert (folder.artifacts / "model.keras").stat().st_ino in disk.synced


@pytest.mark.parametrize(
    ("event", "durable"),
    [
        (EpochEnded(epoch=1, epochs=2, seconds=1.0, metrics={}), True),
        (Progressed(done=1, total=2, unit="steps"), False),
    ],
)
def test_a_line_of_the_log(disk: Disk, folder: JobFolder, event: Event, durable: bool) -> None:
    """What others draw conclusions from is synced; mere progress costs no wait for the disk."""
    with EventLogWriter(folder.event_log, 1) as log:
        log.append(event)
    assert (folder.event_log.stat().st_ino in disk.synced) is durable


def test_a_copy_in_home(disk: Disk, tmp_path: Path) -> None:
    """A file before its name, all files before the manifest that makes them count."""
    source = tmp_path / "log.txt"
    source.write_bytes(b"lines")
    unit = Unit(tmp_path / "home", lambda: None)
    entry = unit.put("log.txt", source)
    assert disk.is_safe()
    assert entry.sha256 == hashlib.sha256(b"lines").hexdigest()
    unit.publish(Manifest(launch="a", host="b", at=NOW, files=(entry,)))
    assert disk.is_safe()
