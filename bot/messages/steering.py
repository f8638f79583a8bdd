"""Words about the learning rate of a training that is there."""

from collections.abc import Sequence

from bot.button import Button
from bot.job import Job, JobState
from bot.messages import titles
from bot.messages.markup import bold, command
from bot.wishes import learning_rate_of
from training.protocol.events import LearningRateSet
from training.protocol.spec import TrainSpec

SET = "lr_set"
FACTORS = (0.5, 0.1, 2.0, 10.0)
A_ROW = 2
MOST_LINES = 8


def offered(job: Job) -> str:
    """The answer to /lr without a rate."""
    rates = (
        f"{_title(job)} has the learning rate {learning_rate_of(job):g}{_wished(job)}."
        f" Another one counts from its next epoch on."
    )
    return f"{rates} Tap, or write one: {command(f'/lr {job.id} 0.1')}"


def buttons(job: Job, choices: Sequence[tuple[float, float]]) -> list[list[Button]]:
    """A button for each factor, with what comes of it."""
    keys = [
        Button(f"×{factor:g} → {rate:g}", SET, {"job": job.id, "rate": rate})
        for factor, rate in choices
    ]
    return [keys[first : first + A_ROW] for first in range(0, len(keys), A_ROW)]


def rate_wished(job: Job) -> str:
    """The answer to a wish for a learning rate: when it will count."""
    title, rate, epoch = _title(job), f"learning rate {_rate(job)}", job.progress.epochs_done + 1
    if job.state is JobState.ENDED:
        return f"{title} has ended; {command(f'/resume {job.id}')} goes on with {rate}."
    if job.state is JobState.QUEUED:
        return f"{title} waits, and begins its next epoch with {rate}."
    if job.state is JobState.STOPPING or job.last_epoch == epoch:
        return (
            f"{title} stops before it begins another epoch."
            f" {command(f'/resume {job.id}')} then goes on with {rate}."
        )
    return (
        f"{title} begins its next epoch with {rate}; a message confirms it."
        f" {command(f'/lr {job.id} {learning_rate_of(job):g}')} takes that back."
    )


def rate_taken(job: Job, event: LearningRateSet) -> str:
    """The process has taken a learning rate."""
    return (
        f"{_title(job)}\nLearning rate {event.learning_rate:g} from epoch {event.epoch} on."
        f" {command(f'/plot {job.id}')} shows what comes of it."
    )


def rate_lines(job: Job) -> list[str]:
    """Lines of /job about the learning rates that were set, and the one that is to come."""
    if not isinstance(job.spec, TrainSpec):
        return []
    latest = job.learning_rates[-MOST_LINES:]
    lines = [f"From epoch {c.epoch} on: rate {c.learning_rate:g}" for c in latest]
    if job.learning_rate is not None:
        lines.append(f"From its next epoch on: rate {job.learning_rate:g}")
    return lines


def _title(job: Job) -> str:
    return bold(titles.title(job))


def _rate(job: Job) -> str:
    return f"{learning_rate_of(job) if job.learning_rate is None else job.learning_rate:g}"


def _wished(job: Job) -> str:
    rate = job.learning_rate
    return "" if rate is None else f", and {rate:g} from its next epoch on"
