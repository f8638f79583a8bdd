"""Words about alerts."""

from collections.abc import Mapping, Sequence

from bot.alerts import Alert, Condition
from bot.button import Button
from bot.health import FAR_EPOCHS, LOSS
from bot.job import EpochRecord, Job
from bot.messages import cards, figures, titles
from bot.messages.joining import paragraph
from bot.messages.markup import bold, code, command, escaped, shortened
from bot.messages.translation import say

REMOVE = "alert_remove"
NAME_LIMIT, LABEL_LIMIT = 60, 30


def added(job: Job, condition: Condition) -> str:
    """The answer to /alert with a condition."""
    return say(
        "{title}: the first epoch with {condition} is told here, once."
        " {alert} lists what you wait for.",
        title=bold(titles.title(job)),
        condition=_shown(condition),
        alert=command("/alert"),
    )


def waiting(alerts: Sequence[Alert], jobs: Mapping[int, Job], job: Job | None = None) -> str:
    """The answer to /alert: what this chat waits for, of all jobs or of one."""
    if not alerts and job is not None:
        return say(
            "{title}: this chat waits for nothing in it. {example} tells when it has an epoch"
            " like that.",
            title=bold(titles.title(job)),
            example=command(f"/alert {job.id} val_accuracy>0.99"),
        )
    if not alerts:
        return say(
            "This chat waits for nothing. {example} tells when job 7 has an epoch like that.",
            example=command("/alert 7 val_accuracy>0.99"),
        )
    lines = [_line(alert.condition, jobs.get(alert.job_id)) for alert in alerts]
    return "\n".join([bold(say("Alerts")), *lines, say("A tap takes one back.")])


def removals(alerts: Sequence[Alert]) -> list[list[Button]]:
    """A button for each alert."""
    return [[Button(_label(alert), REMOVE, {"a": alert.id})] for alert in alerts]


def met(job: Job, record: EpochRecord, condition: Condition) -> str:
    """An epoch has met an alert."""
    told = say(
        "🔔 {metric} {value} after epoch {epoch} ({condition}). {plot} shows the curve,"
        " {stop} stops it with what it has.",
        metric=escaped(shortened(condition.metric, NAME_LIMIT)),
        value=figures.metric(condition.metric, record.metrics[condition.metric]),
        epoch=record.epoch,
        condition=_shown(condition),
        plot=command(f"/plot {job.id}"),
        stop=command(f"/stop {job.id} after"),
    )
    return f"{bold(titles.title(job))}\n{told}"


def diverged(job: Job, record: EpochRecord) -> str:
    """The loss has been far above its best for several epochs."""
    ways_out = say(
        "{rate} makes its steps smaller from the next epoch on, {stop} ends it,"
        " {plot} shows the curve.",
        rate=command(f"/lr {job.id} x0.1"),
        stop=command(f"/stop {job.id}"),
        plot=command(f"/plot {job.id}"),
    )
    return f"{bold(titles.title(job))}\n{paragraph(_far_from_best(job, record), ways_out)}"


def _far_from_best(job: Job, record: EpochRecord) -> str:
    best, loss = job.health.best_loss, figures.metric(LOSS, record.metrics[LOSS])
    if best is None:
        return say(
            "🔔 The training comes apart: its loss was far above its best for {count} epochs"
            " in a row ({loss} after epoch {epoch}).",
            count=FAR_EPOCHS,
            loss=loss,
            epoch=record.epoch,
        )
    return say(
        "🔔 The training comes apart: its loss was far above its best for {count} epochs"
        " in a row ({loss} after epoch {epoch}, {best} at its best).",
        count=FAR_EPOCHS,
        loss=loss,
        epoch=record.epoch,
        best=figures.metric(LOSS, best),
    )


def _line(condition: Condition, job: Job | None) -> str:
    shown = _shown(condition)
    if job is None:
        return say("A job that is gone: {condition}", condition=shown)
    title = escaped(titles.title(job))
    if job.ending is None:
        return say("{title}: {condition}", title=title, condition=shown)
    state = escaped(cards.state(job))
    return say("{title} ({state}): {condition}", title=title, state=state, condition=shown)


def _shown(condition: Condition) -> str:
    return code(shortened(str(condition), NAME_LIMIT))


def _label(alert: Alert) -> str:
    return shortened(f"✖ {alert.job_id}: {alert.condition}", LABEL_LIMIT)
