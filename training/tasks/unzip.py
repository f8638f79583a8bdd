"""Unpack an archive into a new folder: all of it, or nothing."""

import errno
import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path

from training.archives.limits import Limits
from training.archives.members import Archive, Member
from training.archives.plan import Plan, make_plan
from training.archives.receipt import result_before, write_receipt
from training.archives.recognise import open_archive
from training.archives.staging import put_in_place, staging_folder, write_contents
from training.protocol.events import Progressed, WarningRaised
from training.protocol.failure import Detail, FailureCode, TaskError, WarningCode
from training.protocol.spec import UnzipSpec
from training.run import Run

REPORT_INTERVAL_S = 1.0

ABOUT_THE_ARCHIVE = {
    FailureCode.ARCHIVE_MISSING,
    FailureCode.ARCHIVE_UNSUPPORTED,
    FailureCode.ARCHIVE_DAMAGED,
    FailureCode.ARCHIVE_ENCRYPTED,
    FailureCode.ARCHIVE_EMPTY,
}
# A Drive that went away, or that will not show the file.
UNREADABLE = {errno.EIO, errno.ENOTCONN, errno.ESTALE, errno.ETIMEDOUT, errno.EACCES}


def run_task(spec: UnzipSpec, run: Run) -> dict[str, Detail]:
    """Unpack ``spec.archive`` into ``spec.destination``.

    Returns:
        files, folders, links, skipped (macOS's own files), size_bytes, folder, seconds.

    Raises:
        TaskError: the archive is missing, unsafe, damaged or too large, or the
            destination exists. Nothing is left behind.
        Stopped: it was asked to stop. Nothing is left behind.
    """
    archive, destination = Path(spec.archive), Path(spec.destination)
    try:
        return _unpack(archive, destination, run)
    except TaskError as error:
        if error.code in ABOUT_THE_ARCHIVE:
            error.details.setdefault("archive", spec.archive)
        raise
    except OSError as error:
        if error.errno not in UNREADABLE:
            raise
        reason = error.strerror or str(error)
        raise TaskError(FailureCode.DATA_UNREADABLE, file=spec.archive, error=reason) from error


def _unpack(path: Path, destination: Path, run: Run) -> dict[str, Detail]:
    began = time.monotonic()
    if os.path.lexists(destination):
        if (result := result_before(run.folder, destination)) is not None:
            return result  # the run before this one was killed after all its work
        raise TaskError(FailureCode.DESTINATION_EXISTS, folder=str(destination))
    with staging_folder(destination, run.folder.path.name) as folder:
        progress = Progress(run)
        limits = Limits(_size_of(path), lambda: shutil.disk_usage(folder).free)
        archive = open_archive(path, _both(limits.passed, progress.listing))
        try:
            members = _list_members(archive, limits, progress)
            plan = make_plan(members, destination.name)
            del members
            _tell(plan, run)
            progress.begin_writing(plan, limits.refuse_full_disk)
            write_contents(archive, plan, folder, progress.written)
        finally:
            archive.close()
        result = _result(plan, destination, time.monotonic() - began)
        write_receipt(run.folder, folder, result)
        put_in_place(folder, destination)
    progress.report()
    return result


def _result(plan: Plan, destination: Path, seconds: float) -> dict[str, Detail]:
    return {
        "files": len(plan.files) + len(plan.links),
        "folders": len(plan.folders),
        "links": len(plan.links),
        "skipped": plan.skipped,
        "size_bytes": plan.size_bytes,
        "folder": str(destination),
        "seconds": round(seconds, 3),
    }


def _size_of(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError as error:
        raise TaskError(FailureCode.ARCHIVE_MISSING) from error


def _both(one: Callable[[int], None], other: Callable[[int], None]) -> Callable[[int], None]:
    def call(size: int) -> None:
        one(size)
        other(size)

    return call


def _list_members(archive: Archive, limits: Limits, progress: "Progress") -> list[Member]:
    members = []
    for member in archive.members():
        limits.add(member)
        members.append(member)
        progress.listed()
    limits.refuse_too_large()
    return members


def _tell(plan: Plan, run: Run) -> None:
    """Say what will be unpacked, in the log for people, and what was guessed."""
    print(f"{len(plan.files)} files, {plan.size_bytes} bytes", flush=True)
    if plan.skipped:
        print(f"Left out {plan.skipped} files of macOS's own", flush=True)
    if plan.encoding is not None:
        print(f"{plan.decoded} names decoded as {plan.encoding}", flush=True)
        details: dict[str, Detail] = {"encoding": plan.encoding, "files": plan.decoded}
        run.report(WarningRaised(code=WarningCode.NAMES_DECODED, details=details))


class Progress:
    """Reports about once a second, and asks as often as it is called whether to stop.

    While an archive is listed only the number of files found grows: what it
    unpacks to is not known yet. From then on bytes go to their known total.
    """

    def __init__(self, run: Run) -> None:
        self._run = run
        self._check: Callable[[], None] | None = None
        self._reported_at = time.monotonic()
        self._total: int | None = None
        self._done = 0
        self._files_done = 0
        self._files_total = 0

    def listing(self, size: int) -> None:
        """Bytes went by on the way to the next header."""
        self._tick()

    def listed(self) -> None:
        """Another member was found."""
        self._files_total += 1
        self._tick()

    def begin_writing(self, plan: Plan, check: Callable[[], None]) -> None:
        """From now on bytes are written; ``check`` is called with each report."""
        self._total = plan.size_bytes
        self._files_total = len(plan.files) + len(plan.links)
        self._check = check
        self.report()

    def written(self, size: int, files: int) -> None:
        """So many more bytes and files are on disk."""
        self._done += size
        self._files_done += files
        self._tick()

    def report(self) -> None:
        """Say how far it is."""
        self._reported_at = time.monotonic()
        self._run.report(
            Progressed(
                unit="bytes",
                done=self._done,
                total=self._total,
                files_done=self._files_done,
                files_total=self._files_total,
            )
        )

    def _tick(self) -> None:
        self._run.check_stop()
        if time.monotonic() - self._reported_at >= REPORT_INTERVAL_S:
            self.report()
            if self._check is not None:
                self._check()
