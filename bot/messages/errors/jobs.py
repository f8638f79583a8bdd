"""Sentences about: what was asked of a job cannot be done."""

from bot import errors
from bot.messages.errors.sentence import SHOWN, quoted, sentence
from bot.messages.markup import code, command, shortened

MOST_JOBS = 20


@sentence.register
def _(error: errors.UnknownJob) -> str:
    if error.latest is None:
        return f"There are no jobs yet. {command('/train')} starts the first."
    return (
        f"There is no job {quoted(error.wanted)}. The latest is {error.latest};"
        f" {command('/jobs')} lists them."
    )


@sentence.register
def _(error: errors.NothingRuns) -> str:
    return f"Nothing runs or waits. {command('/train')} starts a training."


@sentence.register
def _(error: errors.WhichJob) -> str:
    choices = ", ".join(
        command(" ".join([f"/{error.command} {job_id}", *shortened(error.behind, SHOWN).split()]))
        for job_id in error.job_ids[:MOST_JOBS]
    )
    return f"Several jobs fit. Which one? {choices}"


@sentence.register
def _(error: errors.NotRunning) -> str:
    return f"Job {error.job_id} has ended already. {command(f'/job {error.job_id}')} shows how."


@sentence.register
def _(error: errors.StillOpen) -> str:
    return f"Job {error.job_id} has not ended. {command(f'/stop {error.job_id}')} would stop it."


@sentence.register
def _(error: errors.NothingToResume) -> str:
    if error.job_id is None:
        return f"No job has broken off. {command('/jobs')} lists them."
    again = command(f"/retry {error.job_id}")
    return f"Job {error.job_id} has finished. {again} does the same again as a new job."


@sentence.register
def _(error: errors.CannotChange) -> str:
    return (
        f"Only a training can be changed. {command(f'/retry {error.job_id}')} does job"
        f" {error.job_id} again as it was."
    )


@sentence.register
def _(error: errors.AlreadyStopping) -> str:
    return f"Job {error.job_id} is stopping already; its last message will say when it has."


@sentence.register
def _(error: errors.NotPassedOn) -> str:
    return (
        f"The disk takes nothing now, so job {error.job_id} was not told, and nothing is changed."
        f" {command('/status')} shows what is free; try again when there is room."
    )


@sentence.register
def _(error: errors.NoLog) -> str:
    return (
        f"Job {error.job_id} has printed nothing yet. {command(f'/job {error.job_id}')} shows where"
        " it stands."
    )


@sentence.register
def _(error: errors.NotFetched) -> str:
    return (
        f"The folder of job {error.job_id} is still on its way from Drive to this machine. Send"
        f" that again in a minute. {command(f'/job {error.job_id}')} shows what is known of it."
    )


@sentence.register
def _(error: errors.NothingToPlot) -> str:
    return (
        f"Job {error.job_id} has no curve: no epoch of it has ended."
        f" {command(f'/job {error.job_id}')} shows how far it is."
    )


@sentence.register
def _(error: errors.PlotFailed) -> str:
    return (
        f"The picture could not be made ({quoted(error.why)}). Try again in a minute;"
        f" {command('/job')} has the figures."
    )


@sentence.register
def _(error: errors.PictureNotSent) -> str:
    return f"Telegram does not take the picture now ({quoted(error.why)}). Try again in a minute."


@sentence.register
def _(error: errors.TooManyJobs) -> str:
    return (
        f"That is more than can be told apart: {error.most} jobs at most. Name fewer, as in"
        f" {code(error.usage)}."
    )
