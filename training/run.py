"""One run as a task sees it: a place to report to, and the user's wishes."""

import contextlib
import hashlib
import os
import shutil
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType

import psutil

from training.protocol.control import Control, StopMode, read_control
from training.protocol.event_log import EventLogWriter
from training.protocol.events import ArtifactSaved, Event, Heartbeat
from training.protocol.failure import Detail
from training.protocol.folder import JobFolder, sync_folder

CONTROL_INTERVAL_S = 1.0
HEARTBEAT_INTERVAL_S = 15.0


class Stopped(Exception):
    """Raised by a task that leaves its work because it was asked to.

    Args:
        mode: which wish it obeyed.
        result: what there is to show for the work so far.
    """

    def __init__(self, mode: StopMode, result: dict[str, Detail] | None = None) -> None:
        super().__init__(mode)
        self.mode = mode
        self.result = result or {}


class Run:
    """One process working on one job.

    Args:
        folder: the job's folder.
        number: which run of the job this is, from 1.
        log: where events go.

    Attributes:
        listeners: called with each event that is reported.
    """

    def __init__(self, folder: JobFolder, number: int, log: EventLogWriter) -> None:
        self.folder = folder
        self.number = number
        self.stopped_by_signal = False
        self.control = Control(run=number)
        self.listeners: list[Callable[[Event], object]] = []
        self._log = log
        self._ended = threading.Event()
        self._watcher = threading.Thread(target=self._watch, name="control", daemon=True)

    def begin(self) -> None:
        """Obey SIGTERM and ``control.json``, and write heartbeats, from now on."""
        signal.signal(signal.SIGTERM, self._on_signal)
        signal.signal(signal.SIGINT, self._on_signal)
        self.look()
        self._watcher.start()

    def look(self) -> None:
        """Take in the user's wishes as they are at this moment."""
        self.control = read_control(self.folder, self.number)

    def end(self) -> None:
        """Stop writing heartbeats; the last event stays the last line."""
        self._ended.set()
        if self._watcher.is_alive():
            self._watcher.join()

    def report(self, event: Event) -> None:
        """Append an event to the log; on a full disk, when there is room again."""
        self._log.append(event)
        for listener in self.listeners:
            listener(event)

    @property
    def stop(self) -> StopMode | None:
        """Whether the run should stop, and when."""
        return StopMode.NOW if self.stopped_by_signal else self.control.stop

    def check_stop(self) -> None:
        """Call wherever work can be left.

        Raises:
            Stopped: the user, or whoever runs this process, wants it to stop at once.
        """
        if self.stop is StopMode.NOW:
            raise Stopped(StopMode.NOW)

    def save_artifact(self, name: str, write: Callable[[Path], object]) -> Path:
        """Write a result aside, then put it in the artifacts folder whole.

        Args:
            name: the file's name; what is behind its last dot is kept for ``write``.
            write: writes the file at the path it is given.
        """
        target = self.folder.artifacts / name
        aside = target.with_name(f".new-{name}")
        try:
            write(aside)
            with aside.open("rb+") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
                os.fsync(file.fileno())
            aside.replace(target)
        finally:
            aside.unlink(missing_ok=True)
        sync_folder(target.parent)
        size = target.stat().st_size
        self.report(ArtifactSaved(name=name, size_bytes=size, sha256=digest))
        return target

    def free_bytes(self) -> int:
        """Free space where the job's folder lies."""
        return shutil.disk_usage(self.folder.path).free

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        self.stopped_by_signal = True

    def _watch(self) -> None:
        process = psutil.Process()
        last_heartbeat = time.monotonic()
        while not self._ended.wait(CONTROL_INTERVAL_S):
            self.look()
            if time.monotonic() - last_heartbeat >= HEARTBEAT_INTERVAL_S:
                last_heartbeat = time.monotonic()
                self.report(Heartbeat(rss_bytes=_held_bytes(process)))


def _held_bytes(process: psutil.Process) -> int:
    """What a process and all that it started hold in memory."""
    held = process.memory_info().rss
    for child in process.children(recursive=True):
        with contextlib.suppress(psutil.Error):  # gone since
            held += child.memory_info().rss
    return held
