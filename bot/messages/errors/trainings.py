"""Sentences about: what was asked of a training cannot be done: epochs, rates, alerts, notes."""

from bot import errors
from bot.messages.errors.sentence import SHOWN, listed, quoted, sentence
from bot.messages.markup import code, command, shortened

MORE_EPOCHS = 20


@sentence.register
def _(error: errors.NoEpochs) -> str:
    return f"Job {error.job_id} has no epochs. {command(f'/stop {error.job_id}')} would stop it."


@sentence.register
def _(error: errors.EpochPassed) -> str:
    return (
        f"Job {error.job_id} cannot end with epoch {error.wanted:,}. It takes a number from"
        f" {error.first:,} to {error.last:,}."
    )


@sentence.register
def _(error: errors.AllEpochsDone) -> str:
    more = command(f"/epochs {error.job_id} {MORE_EPOCHS}")
    return (
        f"Job {error.job_id} has done all its epochs and is about to end. After that, {more} and"
        f" {command(f'/resume {error.job_id}')} take it further."
    )


@sentence.register
def _(error: errors.NoEpochLeft) -> str:
    more = command(f"/epochs {error.job_id} {MORE_EPOCHS}")
    if error.under_way:
        return (
            f"Job {error.job_id} is in its last epoch, and a learning rate counts from the next"
            f" one on. {more} gives it more epochs; then send that again."
        )
    resume = command(f"/resume {error.job_id}")
    return (
        f"Job {error.job_id} has done all its epochs. {more} gives it more; then send that again,"
        f" and {resume}."
    )


@sentence.register
def _(error: errors.SameRate) -> str:
    return (
        f"Job {error.job_id} has the learning rate {error.learning_rate:g} already; nothing is"
        f" changed. {command(f'/lr {error.job_id}')} offers others."
    )


@sentence.register
def _(error: errors.UnknownMetric) -> str:
    meant = f" Did you mean {code(shortened(error.nearest, SHOWN))}?" if error.nearest else ""
    return (
        f"Job {error.job_id} logs no {quoted(error.metric)}.{meant} It logs: {listed(error.known)}."
    )


@sentence.register
def _(error: errors.AlreadySo) -> str:
    return (
        f"{quoted(error.condition)} is so already, since epoch {error.epoch} of job"
        f" {error.job_id} or before; nothing was set. Choose a bound that is still ahead."
    )


@sentence.register
def _(error: errors.TooManyAlerts) -> str:
    return (
        f"This chat waits for {error.most} things already, which is the most."
        f" {command('/alert')} lists them with buttons to take one back."
    )


@sentence.register
def _(error: errors.NoteTooLong) -> str:
    return (
        f"The note has {error.length:,} characters, and at most {error.most:,} are kept."
        " Send a shorter one."
    )
