"""Which job a command is about."""

import re
from collections.abc import Callable, Iterable

from bot.errors import NothingRuns, NothingToResume, TooManyJobs, UnknownJob, WhichJob
from bot.job import Ending, Job
from bot.messages.end_keys import MODEL
from bot.saved_model import may_take_pictures
from bot.store import Store, Transaction
from training.protocol.folder import JobFolder

LOOKED_AT, NEAR = 100, 20


def job_by_number(store: Store, word: str) -> Job:
    """The job of a number that the user wrote, with or without ``#``.

    Raises:
        UnknownJob: that is no number of a job.
    """
    digits = word.removeprefix("#")
    with store.transaction() as tx:
        known = digits.isascii() and digits.isdigit() and len(digits) < 10  # noqa: PLR2004
        job = tx.jobs.find(int(digits)) if known else None
        if job is None:
            latest = tx.jobs.latest(1)
            raise UnknownJob(word, latest[0].id if latest else None)
    return job


def jobs_by_numbers(store: Store, words: Iterable[str], most: int, usage: str) -> list[Job]:
    """The jobs of several numbers, with blanks or commas between them, each of them once.

    Raises:
        TooManyJobs: there are more numbers than jobs can be shown.
        UnknownJob: one is no number of a job.
    """
    written = [number for word in words for number in re.split("[,，、]", word) if number]
    numbers = {number.removeprefix("#").lstrip("0"): number for number in written}
    if len(numbers) > most:
        raise TooManyJobs(most, usage)
    return [job_by_number(store, number) for number in numbers.values()]


def latest_job(store: Store) -> Job:
    """The newest job.

    Raises:
        UnknownJob: there is none at all.
    """
    with store.transaction() as tx:
        latest = tx.jobs.latest(1)
    if not latest:
        raise UnknownJob("", None)
    return latest[0]


def latest_job_with_epochs(store: Store) -> Job:
    """The newest job that has a curve; where none has, the newest.

    Raises:
        UnknownJob: there is none at all.
    """
    with store.transaction() as tx:
        latest = tx.jobs.latest(LOOKED_AT)
        found = next((job for job in latest if tx.jobs.epochs(job.id, 1)), None)
    return latest_job(store) if found is None else found


def latest_job_with_model(store: Store, fits: Callable[[Job], bool]) -> Job | None:
    """The newest job that has saved a model that fits, or else any; none where none has."""
    with store.transaction() as tx:
        found = [job for job in tx.jobs.latest(LOOKED_AT) if has_model(tx, job.id)]
    newest = found[0] if found else None
    return next((job for job in found[:NEAR] if fits(job)), newest)


def taking_pictures(folder: Callable[[int], JobFolder]) -> Callable[[Job], bool]:
    """Whether a job's model takes pictures, as far as the file in its folder tells."""
    return lambda job: may_take_pictures(folder(job.id).artifacts / MODEL)


def has_model(tx: Transaction, job_id: int) -> bool:
    """Whether a job has saved a model."""
    return any(name == MODEL for name, _ in tx.jobs.artifacts(job_id))


def only_open_job(store: Store, command: str, behind: str = "") -> Job:
    """The one job that runs, or else the one that waits.

    Raises:
        NothingRuns: there is none.
        WhichJob: there are several.
    """
    with store.transaction() as tx:
        candidates = tx.jobs.active() or tx.jobs.queued()
    if not candidates:
        raise NothingRuns
    if len(candidates) > 1:
        raise WhichJob(command, tuple(job.id for job in candidates), behind)
    return candidates[0]


def only_job_that_broke_off(store: Store) -> Job:
    """The one job that ended without having done all it was asked to.

    Raises:
        NothingToResume: there is none among the newest.
        WhichJob: there are several.
    """
    with store.transaction() as tx:
        latest = tx.jobs.latest(LOOKED_AT)
    found = [job for job in latest if job.ending not in (None, Ending.SUCCEEDED)]
    if not found:
        raise NothingToResume(None)
    if len(found) > 1:
        raise WhichJob("resume", tuple(job.id for job in found))
    return found[0]


def other_jobs(store: Store, job: Job, *, with_epochs: bool = False) -> list[int]:
    """The newest jobs beside one, by their numbers."""
    with store.transaction() as tx:
        others = [other.id for other in tx.jobs.latest(NEAR) if other.id != job.id]
        return [other for other in others if not with_epochs or tx.jobs.epochs(other, 1)]
