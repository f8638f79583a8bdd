"""Words about alerts."""

from collections.abc import Mapping, Sequence

from bot.alerts import Alert, Condition
from bot.button import Button
from bot.health import FAR_EPOCHS, LOSS
from bot.job import EpochRecord, Job
from bot.messages import cards, figures, titles
from bot.messages.markup import bold, code, command, escaped, shortened

REMOVE = "alert_remove"
NAME_LIMIT, LABEL_LIMIT = 60, 30


def added(job: Job, condition: Condition) -> str:
    """The answer to /alert with a condition."""
    return (
        f"{bold(titles.title(job))}: the first epoch with {_shown(condition)} is told here, once."
        f" {command('/alert')} lists what you wait for."
    )


def waiting(alerts: Sequence[Alert], jobs: Mapping[int, Job]) -> str:
    """The answer to /alert: what this chat waits for."""
    if not alerts:
        example = command("/alert 7 val_accuracy>0.99")
        return f"This chat waits for nothing. {example} tells when job 7 has an epoch like that."
    lines = [f"{_job(jobs.get(alert.job_id))} {_shown(alert.condition)}" for alert in alerts]
    return "\n".join([bold("Alerts"), *lines, "A tap takes one back."])


def removals(alerts: Sequence[Alert]) -> list[list[Button]]:
    """A button for each alert."""
    return [[Button(_label(alert), REMOVE, {"a": alert.id})] for alert in alerts]


def met(job: Job, record: EpochRecord, condition: Condition) -> str:
    """An epoch has met an alert."""
    value = figures.metric(condition.metric, record.metrics[condition.metric])
    return (
        f"{bold(titles.title(job))}\n🔔 {_name(condition)} {value} after epoch {record.epoch}"
        f" ({_shown(condition)}). {command(f'/plot {job.id}')} shows the curve,"
        f" {command(f'/stop {job.id} after')} stops it with what it has."
    )


def diverged(job: Job, record: EpochRecord) -> str:
    """The loss has been far above its best for several epochs."""
    best, loss = job.health.best_loss, record.metrics[LOSS]
    known = "" if best is None else f", {figures.metric(LOSS, best)} at its best"
    return (
        f"{bold(titles.title(job))}\n🔔 The training comes apart: its loss was far above its best"
        f" for {FAR_EPOCHS} epochs in a row ({figures.metric(LOSS, loss)} after epoch"
        f" {record.epoch}{known}). {command(f'/lr {job.id} x0.1')} makes its steps smaller from the"
        f" next epoch on, {command(f'/stop {job.id}')} ends it, {command(f'/plot {job.id}')} shows"
        " the curve."
    )


def _job(job: Job | None) -> str:
    if job is None:
        return "A job that is gone:"
    ended = "" if job.ending is None else f" ({cards.state(job)})"
    return f"{escaped(titles.title(job) + ended)}:"


def _shown(condition: Condition) -> str:
    return code(shortened(str(condition), NAME_LIMIT))


def _name(condition: Condition) -> str:
    return escaped(shortened(condition.metric, NAME_LIMIT))


def _label(alert: Alert) -> str:
    return shortened(f"✖ {alert.job_id}: {alert.condition}", LABEL_LIMIT)
