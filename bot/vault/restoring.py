"""Home → an empty work folder: the store, and the folders of jobs."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

from filelock import FileLock, Timeout

from bot.home_copy import HomeTrouble
from bot.vault.copying import STORE, checkpoint_of
from bot.vault.home import Home
from bot.vault.manifest import NAME, Manifest
from bot.vault.notes import Notes
from bot.vault.trouble import HomeFailed
from bot.vault.unit import Unit
from bot.vault.wire import Place, Restored, RestoredJob
from training.protocol.checkpoints import numbers_of
from training.protocol.folder import JobFolder

Beat = Callable[[], None]


def restore(place: Place, beat: Beat) -> Restored | None:
    """Bring back the store and the folders of open jobs; none where home has none.

    The store is put in place last: whoever dies before starts all over.

    Raises:
        HomeFailed: what lies in home cannot be used.
        OSError: home does not answer.
        LocalFailed: this machine's disk does not take it.
    """
    unit = Unit(Home(place.home).store, beat)
    if unit.empty:
        return None
    notes = Notes(place.work)
    aside = notes.folder / STORE
    for manifest in unit.manifests:
        entry = manifest.entry(STORE)
        if entry is not None and unit.take_entry(entry, aside):
            break
    else:
        raise HomeFailed(HomeTrouble.DAMAGED, f"no snapshot in {unit.folder} is whole")
    restored = Restored(
        at=manifest.at,
        host=manifest.host,
        store_damaged=unit.manifest_damaged or manifest is not unit.manifests[0],
        jobs=tuple(
            restore_job(place, job_id, JobFolder.of(place.work, job_id), beat)
            for job_id in (*manifest.open_jobs, *_begun_since(place, manifest, beat))
        ),
    )
    notes.mark_restored(restored)
    notes.know(manifest.launch)
    aside.replace(place.store)
    return restored


def _begun_since(place: Place, manifest: Manifest, beat: Beat) -> list[int]:
    """Jobs whose folders were copied and whose store was not, or not whole."""
    if manifest.last_job is None:
        return []
    home = Home(place.home)
    later = [job_id for job_id in home.jobs() if job_id > manifest.last_job]
    return [job_id for job_id in later if not Unit(home.job(job_id), beat).empty]


def restore_job(
    place: Place, job_id: int, local: JobFolder, beat: Beat, *, checkpoint: bool = True
) -> RestoredJob:
    """Bring back a job's folder, but for its artifacts, which nobody reads here."""
    unit = Unit(Home(place.home).job(job_id), beat)
    local.create()
    damaged = [
        target.name
        for target in (local.spec, local.origin, local.event_log, local.log)
        if unit.take(target.name, target) != unit.newest(target.name)
    ]
    if unit.manifest_damaged:
        damaged.append(NAME)
    epoch = None
    for name, names in _checkpoints(unit) if checkpoint else ():
        if all(unit.take(file, local.path / file) for file in names):
            epoch = numbers_of(name)[1]
            break
        shutil.rmtree(local.checkpoint / name, ignore_errors=True)
        damaged.append(f"checkpoint/{name}")
    return RestoredJob(job_id=job_id, epoch=epoch, damaged=tuple(damaged))


def fetch_job(place: Place, job_id: int, beat: Beat, *, checkpoint: bool) -> None:
    """Bring back the folder of an ended job, whole or not at all."""
    target = JobFolder.of(place.work, job_id).path
    aside = target.with_name(f".new-{job_id}")
    shutil.rmtree(aside, ignore_errors=True)
    restore_job(place, job_id, JobFolder(aside), beat, checkpoint=checkpoint)
    if target.exists():  # resumed meanwhile
        shutil.rmtree(aside)
    else:
        aside.replace(target)


def belongs_to_another(place: Place, beat: Beat) -> Manifest | None:
    """The newest copy in home, if no launch on this work folder made it."""
    present = Unit(Home(place.home).store, beat).present
    return None if present is None or present.launch in Notes(place.work).known else present


def nothing_runs_here(place: Place) -> None:
    """Look whether the job folders can be moved.

    Raises:
        HomeFailed: a job still runs here; its process would go on in the wrong folder.
    """
    running = [folder.name for folder in _job_folders(place.work) if _is_locked(folder)]
    if running:
        raise HomeFailed(
            HomeTrouble.FOREIGN, f"job {', '.join(running)} of the earlier launch still runs here"
        )


def set_aside(place: Place) -> Path:
    """Move this machine's own store and job folders out of the way."""
    number = 1
    while (aside := place.work / f"aside-{number}").exists():
        number += 1
    aside.mkdir()
    for path in (*place.work.glob(f"{place.store.name}*"), place.work / "jobs"):
        if path.exists():
            path.replace(aside / path.name)
    return aside


def _checkpoints(unit: Unit) -> Iterator[tuple[str, list[str]]]:
    """The checkpoints of a copy with their files, newest first."""
    known: set[str] = set()
    for manifest in unit.manifests:
        found: dict[str, list[str]] = {}
        for entry in manifest.files:
            if (name := checkpoint_of(entry.name)) and name not in known:
                found.setdefault(name, []).append(entry.name)
        for name in sorted(found, key=numbers_of, reverse=True):
            yield name, found[name]
        known.update(found)


def _job_folders(work: Path) -> list[Path]:
    return sorted((work / "jobs").glob("*/"))


def _is_locked(folder: Path) -> bool:
    lock = FileLock(JobFolder(folder).lock)
    try:
        with lock.acquire(timeout=0):
            return False
    except Timeout:
        return True
