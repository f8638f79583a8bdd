"""Answers to wishes about the epochs of a job that is there."""

from bot.job import Job, JobState
from bot.messages import titles
from bot.messages.markup import bold, command
from training.protocol.spec import TrainSpec


def epochs_set(job: Job) -> str:
    """The answer to /epochs."""
    epochs = job.spec.epochs if isinstance(job.spec, TrainSpec) else 0
    text = f"{bold(titles.title(job))} has {epochs:,} epochs now"
    if job.state is JobState.ENDED:
        return f"{text}. {command(f'/resume {job.id}')} goes on to the last of them."
    if job.last_epoch is not None:
        return (
            f"{text}, and still stops after epoch {job.last_epoch}."
            f" {command(f'/stop {job.id} at {epochs}')} lets it do them all."
        )
    return f"{text}, and ends when they are done. {command(f'/job {job.id}')} shows how far it is."


def stops_at(job: Job) -> str:
    """The answer to /stop with an epoch."""
    return (
        f"{bold(titles.title(job))} stops after epoch {job.last_epoch} and saves."
        f" {command(f'/resume {job.id}')} then goes on from there."
    )
