"""Words about the learning rate of a training that is there."""

from collections.abc import Sequence

from bot.button import Button
from bot.job import Job, JobState
from bot.messages import titles
from bot.messages.markup import bold, command
from bot.messages.translation import say
from bot.wishes import keeps_a_cycle, learning_rate_of
from training.protocol.events import LearningRateSet

SET = "lr_set"
FACTORS = (0.5, 0.1, 2.0, 10.0)
A_ROW = 2
MOST_LINES = 8


def offered(job: Job) -> str:
    """The answer to /lr without a rate."""
    title, rate, example = _title(job), learning_rate_of(job), command(f"/lr {job.id} 0.1")
    if job.learning_rate is None:
        return say(
            "{title} has the learning rate {rate:g}. Another one counts from its next epoch on."
            " Tap, or write one: {example}",
            title=title,
            rate=rate,
            example=example,
        )
    return say(
        "{title} has the learning rate {rate:g}, and {next_rate:g} from its next epoch on."
        " Another one counts from its next epoch on. Tap, or write one: {example}",
        title=title,
        rate=rate,
        next_rate=job.learning_rate,
        example=example,
    )


def buttons(job: Job, choices: Sequence[tuple[float, float]]) -> list[list[Button]]:
    """A button for each factor, with what comes of it."""
    keys = [
        Button(f"×{factor:g} → {rate:g}", SET, {"job": job.id, "rate": rate})
        for factor, rate in choices
    ]
    return [keys[first : first + A_ROW] for first in range(0, len(keys), A_ROW)]


def rate_wished(job: Job) -> str:
    """The answer to a wish for a learning rate: when it will count."""
    title, rate, resume = _title(job), _rate(job), command(f"/resume {job.id}")
    if job.state is JobState.ENDED:
        return say(
            "{title} has ended; {resume} goes on with learning rate {rate:g}.",
            title=title,
            resume=resume,
            rate=rate,
        )
    if job.state is JobState.QUEUED:
        return say(
            "{title} waits, and begins its next epoch with learning rate {rate:g}.",
            title=title,
            rate=rate,
        )
    if job.state is JobState.STOPPING or job.last_epoch == job.progress.epochs_done + 1:
        return say(
            "{title} stops before it begins another epoch."
            " {resume} then goes on with learning rate {rate:g}.",
            title=title,
            resume=resume,
            rate=rate,
        )
    return _begins_with(job)


def rate_taken(job: Job, event: LearningRateSet) -> str:
    """The process has taken a learning rate."""
    taken = say(
        "Learning rate {rate:g} from epoch {epoch} on. {plot} shows what comes of it.",
        rate=event.learning_rate,
        epoch=event.epoch,
        plot=command(f"/plot {job.id}"),
    )
    return f"{_title(job)}\n{taken}"


def rate_lines(job: Job) -> list[str]:
    """Lines of /job about the learning rates that were set, and the one that is to come."""
    if not job.spec.trains:
        return []
    latest = job.learning_rates[-MOST_LINES:]
    lines = [
        say("From epoch {epoch} on: rate {rate:g}", epoch=change.epoch, rate=change.learning_rate)
        for change in latest
    ]
    if job.learning_rate is not None:
        lines.append(say("From its next epoch on: rate {rate:g}", rate=job.learning_rate))
    return lines


def _begins_with(job: Job) -> str:
    if keeps_a_cycle(job):
        return say(
            "{title} begins its next epoch with learning rate {rate:g} and keeps it: the cycle of"
            " its preset ends there. A message confirms it.",
            title=_title(job),
            rate=_rate(job),
        )
    return say(
        "{title} begins its next epoch with learning rate {rate:g}; a message confirms it."
        " {back} takes that back.",
        title=_title(job),
        rate=_rate(job),
        back=command(f"/lr {job.id} {learning_rate_of(job):g}"),
    )


def _title(job: Job) -> str:
    return bold(titles.title(job))


def _rate(job: Job) -> float:
    return learning_rate_of(job) if job.learning_rate is None else job.learning_rate
