"""Answers to wishes about the epochs of a job that is there."""

from bot.job import Job, JobState
from bot.messages import titles
from bot.messages.markup import bold, command
from bot.messages.translation import say


def epochs_set(job: Job) -> str:
    """The answer to /epochs."""
    title, epochs = bold(titles.title(job)), _epochs(job)
    if job.state is JobState.ENDED:
        return say(
            "{title} has {epochs:,} epochs now. {resume} goes on to the last of them.",
            title=title,
            epochs=epochs,
            resume=command(f"/resume {job.id}"),
        )
    if job.state is JobState.STOPPING:
        return say(
            "{title} has {epochs:,} epochs now, and stops before them, as it was told."
            " {resume} then goes on to the last of them.",
            title=title,
            epochs=epochs,
            resume=command(f"/resume {job.id}"),
        )
    if job.last_epoch is not None:
        return say(
            "{title} has {epochs:,} epochs now, and still stops after epoch {last}."
            " {stop} lets it do them all.",
            title=title,
            epochs=epochs,
            last=job.last_epoch,
            stop=command(f"/stop {job.id} at {epochs}"),
        )
    return say(
        "{title} has {epochs:,} epochs now, and ends when they are done."
        " {job} shows how far it is.",
        title=title,
        epochs=epochs,
        job=command(f"/job {job.id}"),
    )


def stops_at(job: Job) -> str:
    """The answer to /stop with an epoch."""
    if not job.spec.resumes:
        return say(
            "{title} is told to stop after epoch {epoch}; what it has written by then is kept.",
            title=bold(titles.title(job)),
            epoch=job.last_epoch,
        )
    return say(
        "{title} stops after epoch {epoch} and saves. {resume} then goes on from there.",
        title=bold(titles.title(job)),
        epoch=job.last_epoch,
        resume=command(f"/resume {job.id}"),
    )


def _epochs(job: Job) -> int:
    return job.epochs or 0
