"""Answers to wishes about the epochs of a job that is there."""

from bot.job import Job, JobState
from bot.messages import titles
from bot.messages.markup import bold, command
from bot.messages.translation import say
from bot.wishes import keeps_a_cycle
from training.protocol.spec import TrainSpec


def epochs_set(job: Job) -> str:
    """The answer to /epochs."""
    return "\n".join([_epochs_set(job), *_cycle(job)])


def _cycle(job: Job) -> list[str]:
    """What comes of the cycle that a training's learning rate has."""
    spec = job.spec
    if not keeps_a_cycle(job) or not isinstance(spec, TrainSpec) or spec.cycle is None:
        return []
    retry = command(f"/retry {job.id} epochs={spec.epochs}")
    if spec.epochs > spec.cycle:
        return [
            say(
                "Its learning rate has a cycle made for {cycle:,} epochs, which stays: those added"
                " begin with a tenth of it each. {retry} makes one for all of them.",
                cycle=spec.cycle,
                retry=retry,
            )
        ]
    if spec.epochs < spec.cycle:
        return [
            say(
                "Its learning rate has a cycle made for {cycle:,} epochs, and is still high when"
                " fewer end. {retry} makes one for these.",
                cycle=spec.cycle,
                retry=retry,
            )
        ]
    return []


def _epochs_set(job: Job) -> str:
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
