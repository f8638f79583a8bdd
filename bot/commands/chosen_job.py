"""Which job a command is about."""

from bot.errors import NothingRuns, NothingToResume, UnknownJob, WhichJob
from bot.job import Ending, Job
from bot.store import Store

LOOKED_AT = 100


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


def only_open_job(store: Store, command: str) -> Job:
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
        raise WhichJob(command, tuple(job.id for job in candidates))
    return candidates[0]


def latest_job_that_broke_off(store: Store) -> Job:
    """The newest job that ended without having done all it was asked to.

    Raises:
        NothingToResume: there is none among the newest.
    """
    with store.transaction() as tx:
        for job in tx.jobs.latest(LOOKED_AT):
            if job.ending is not None and job.ending is not Ending.SUCCEEDED:
                return job
    raise NothingToResume(None)
