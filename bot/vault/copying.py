"""Job folders and the store's snapshot → home."""

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

from bot.vault.home import Home
from bot.vault.manifest import Entry, Manifest
from bot.vault.trouble import LocalFailed
from bot.vault.unit import ASIDE, Unit
from bot.vault.wire import Copy, JobCopied, Place
from training.protocol.checkpoints import SUMS, checkpoints_newest_first, numbers_of, sums_of
from training.protocol.folder import JobFolder

STORE = "store.sqlite3"
LOG_BYTES = 1_000_000
TAIL_CHUNK = 64 * 1024

Beat = Callable[[], None]


def copy_job(place: Place, job_id: int, beat: Beat) -> JobCopied:
    """Copy what is new of a job's folder, then publish it.

    Raises:
        HomeFailed, OSError: home is the reason that it broke off.
        LocalFailed: this machine's disk is.
    """
    local = JobFolder.of(place.work, job_id)
    unit = Unit(Home(place.home).job(job_id), beat)
    before = unit.present
    files = _copy_checkpoint(local, unit)
    newest = checkpoint_of(files[0].name) if files else None
    for source, start, size in _plain_files(local):
        files.append(unit.put(source.relative_to(local.path).as_posix(), source, start, size))
    files += _kept(before, {entry.name for entry in files}, newest)
    _, epoch, step = numbers_of(newest) if newest else (0, None, None)
    if newest is None and before is not None:
        epoch, step = before.epoch, before.step
    manifest = _manifest(place, files).model_copy(update={"epoch": epoch, "step": step})
    if before is None or before.files != manifest.files:
        unit.publish(manifest)
        _drop_old_checkpoints(unit)
    return JobCopied(job_id=job_id, epoch=epoch, step=step)


def copy_store(request: Copy, beat: Beat) -> None:
    """Copy the snapshot of the store; the jobs' folders must be there already.

    Raises:
        HomeFailed, OSError: home is the reason that it broke off.
        LocalFailed: this machine's disk is.
    """
    unit = Unit(Home(request.place.home).store, beat)
    entry = unit.put(STORE, request.snapshot)
    manifest = _manifest(request.place, [entry])
    jobs = {"open_jobs": request.open_jobs, "last_job": request.last_job}
    unit.publish(manifest.model_copy(update=jobs))


def checkpoint_of(name: str) -> str | None:
    """The checkpoint that a file of a job belongs to."""
    parts = PurePosixPath(name).parts
    return parts[1] if parts[0] == "checkpoint" else None


def _manifest(place: Place, files: list[Entry]) -> Manifest:
    return Manifest(
        launch=place.launch.id,
        host=place.launch.host,
        at=datetime.now(UTC),
        files=tuple(sorted(files, key=lambda entry: entry.name)),
    )


def _copy_checkpoint(local: JobFolder, unit: Unit) -> list[Entry]:
    """Copy the newest checkpoint that is what its own sums say; empty where there is none."""
    for checkpoint in checkpoints_newest_first(local.checkpoint):
        try:
            sums = sums_of(checkpoint)
            names = [*sums, SUMS]
        except (OSError, ValueError):
            continue  # damaged, or a newer one has taken its place
        try:
            place = checkpoint.relative_to(local.path).as_posix()
            entries = [unit.put(f"{place}/{name}", checkpoint / name) for name in names]
        except LocalFailed:
            continue
        if [entry.sha256 for entry in entries[:-1]] == list(sums.values()):
            return entries
    return []


def _plain_files(local: JobFolder) -> Iterator[tuple[Path, int, int | None]]:
    """The other files of a job, with the part of each that is copied."""
    if local.artifacts.is_dir():
        for path in sorted(local.artifacts.iterdir()):
            if path.is_file() and not path.name.startswith(ASIDE):
                yield path, 0, None
    if local.log.exists():
        size = local.log.stat().st_size
        yield local.log, max(0, size - LOG_BYTES), min(size, LOG_BYTES)
    if local.code.is_dir():
        for path in sorted(local.code.iterdir()):
            if path.is_file():
                yield path, 0, None
    for path in (local.spec, local.origin, local.made_with):
        if path.exists():
            yield path, 0, None
    # Last, so that it is never behind what else was copied.
    if local.event_log.exists():
        yield local.event_log, 0, _complete_lines(local.event_log)


def _complete_lines(path: Path) -> int:
    """How many bytes of a growing file end with a line's end."""
    with path.open("rb") as file:
        end = file.seek(0, 2)
        while end > 0:
            start = max(0, end - TAIL_CHUNK)
            file.seek(start)
            found = file.read(end - start).rfind(b"\n")
            if found >= 0:
                return start + found + 1
            end = start
    return 0


def _kept(before: Manifest | None, put: set[str], newest: str | None) -> list[Entry]:
    """What stays in the copy though this machine has not put it now.

    The checkpoint before the newest; and what a restored job has in home only.
    """
    files = before.files if before is not None else ()
    checkpoints = {name for entry in files if (name := checkpoint_of(entry.name))} - {newest}
    if newest is not None:
        earlier = [name for name in checkpoints if numbers_of(name) < numbers_of(newest)]
        checkpoints = set(sorted(earlier, key=numbers_of)[-1:])
    return [
        entry
        for entry in files
        if entry.name not in put and checkpoint_of(entry.name) in {None, *checkpoints}
    ]


def _drop_old_checkpoints(unit: Unit) -> None:
    named = {checkpoint_of(entry.name) for found in unit.manifests for entry in found.files}
    for checkpoint in checkpoints_newest_first(unit.folder / "checkpoint"):
        if checkpoint.name not in named:
            shutil.rmtree(checkpoint, ignore_errors=True)
