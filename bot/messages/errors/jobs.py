"""Sentences about: what was asked of a job cannot be done."""

from bot import errors
from bot.messages.errors.sentence import SHOWN, quoted, sentence
from bot.messages.joining import list_of
from bot.messages.markup import code, command, shortened
from bot.messages.translation import say

MOST_JOBS = 20


@sentence.register
def _(error: errors.UnknownJob) -> str:
    if error.latest is None:
        return say("There are no jobs yet. {train} starts the first.", train=command("/train"))
    return say(
        "There is no job {wanted}. The latest is {latest}; {jobs} lists them.",
        wanted=quoted(error.wanted),
        latest=error.latest,
        jobs=command("/jobs"),
    )


@sentence.register
def _(error: errors.NothingRuns) -> str:
    return say("Nothing runs or waits. {train} starts a training.", train=command("/train"))


@sentence.register
def _(error: errors.WhichJob) -> str:
    choices = list_of(
        command(" ".join([f"/{error.command} {job_id}", *shortened(error.behind, SHOWN).split()]))
        for job_id in error.job_ids[:MOST_JOBS]
    )
    return say("Several jobs fit. Which one? {choices}", choices=choices)


@sentence.register
def _(error: errors.NotRunning) -> str:
    return say(
        "Job {job} has ended already. {shown} shows how.",
        job=error.job_id,
        shown=command(f"/job {error.job_id}"),
    )


@sentence.register
def _(error: errors.StillOpen) -> str:
    return say(
        "Job {job} has not ended. {stop} would stop it.",
        job=error.job_id,
        stop=command(f"/stop {error.job_id}"),
    )


@sentence.register
def _(error: errors.NothingToResume) -> str:
    if error.job_id is None:
        return say("No job has broken off. {jobs} lists them.", jobs=command("/jobs"))
    return say(
        "Job {job} has finished. {retry} does the same again as a new job.",
        job=error.job_id,
        retry=command(f"/retry {error.job_id}"),
    )


@sentence.register
def _(error: errors.CannotChange) -> str:
    return say(
        "Only a training can be changed. {retry} does job {job} again as it was.",
        retry=command(f"/retry {error.job_id}"),
        job=error.job_id,
    )


@sentence.register
def _(error: errors.CheckpointGone) -> str:
    again = command(f"/again {error.job_id} keep=all")
    if not error.kept:
        return say(
            "Job {job} has no checkpoint between two epochs to go on from. {again} does it again"
            " and keeps one of each.",
            job=error.job_id,
            again=again,
        )
    return say(
        "Job {job} has no checkpoint after epoch {epoch}; there are those after {kept}. {again}"
        " does it again and keeps one of each.",
        job=error.job_id,
        epoch=error.epoch or "?",
        kept=list_of(error.kept[-MOST_JOBS:]),
        again=again,
    )


@sentence.register
def _(error: errors.NotForAFork) -> str:
    return say(
        "{parameter} cannot change where a training goes on from a checkpoint. {again} begins anew"
        " with another one.",
        parameter=quoted(error.parameter),
        again=command(f"/again {error.job_id} {shortened(error.parameter, SHOWN)}=…"),
    )


@sentence.register
def _(error: errors.AlreadyStopping) -> str:
    return say(
        "Job {job} is stopping already; its last message will say when it has.", job=error.job_id
    )


@sentence.register
def _(error: errors.NotPassedOn) -> str:
    return say(
        "The disk takes nothing now, so job {job} was not told, and nothing is changed."
        " {status} shows what is free; try again when there is room.",
        job=error.job_id,
        status=command("/status"),
    )


@sentence.register
def _(error: errors.NoLog) -> str:
    return say(
        "Job {job} has printed nothing yet. {shown} shows where it stands.",
        job=error.job_id,
        shown=command(f"/job {error.job_id}"),
    )


@sentence.register
def _(error: errors.NotFetched) -> str:
    return say(
        "The folder of job {job} is still on its way from Drive to this machine. Send that again"
        " in a minute. {shown} shows what is known of it.",
        job=error.job_id,
        shown=command(f"/job {error.job_id}"),
    )


@sentence.register
def _(error: errors.NothingToPlot) -> str:
    return say(
        "Job {job} has no curve: no epoch of it has ended. {shown} shows how far it is.",
        job=error.job_id,
        shown=command(f"/job {error.job_id}"),
    )


@sentence.register
def _(error: errors.PlotFailed) -> str:
    return say(
        "The picture could not be made ({why}). Try again in a minute; {shown} has the figures.",
        why=quoted(error.why),
        shown=command("/job"),
    )


@sentence.register
def _(error: errors.PictureNotSent) -> str:
    return say(
        "Telegram does not take the picture now ({why}). Try again in a minute.",
        why=quoted(error.why),
    )


@sentence.register
def _(error: errors.TooManyJobs) -> str:
    return say(
        "That is more than can be told apart: {most} jobs at most. Name fewer, as in {example}.",
        most=error.most,
        example=code(error.usage),
    )
