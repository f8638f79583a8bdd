"""How far a training gets before its machine may end, and how long that machine has been up."""

from datetime import datetime, tzinfo

from bot.deadline import Forecast, Lifetime, Verdict
from bot.job import Job
from bot.messages import figures, titles
from bot.messages.clock import clock
from bot.messages.markup import bold, command


def news(job: Job, found: Forecast, zone: tzinfo, now: datetime, *, saving: bool) -> str:
    """The message about a forecast; its buttons are the ways out.

    Args:
        saving: whether what is saved outlives the machine.
    """
    lines = [bold(titles.title(job)), _pace(found) + " → " + _prediction(found, zone, now)]
    if found.verdict is Verdict.FITS:
        return "\n".join(lines)
    if saving:
        lines.append("What is done by then is saved, and the next launch can go on from there.")
    else:
        lines.append(
            "⚠️ Nothing is copied off this machine, so all of it would be lost: set"
            " COLTRAIN_HOME, or let it end before."
        )
    return "\n".join(lines)


def stop_at(epoch: int) -> str:
    """A button: plain text."""
    return f"Stop and save at {epoch}"


def only(epochs: int) -> str:
    """A button: plain text."""
    return f"Only {figures.counted(epochs, 'epoch')}"


def go_on(*, saving: bool) -> str:
    """A button: plain text."""
    return "Go on, resume next launch" if saving else "Go on"


def goes_on(job: Job) -> str:
    """The answer to going on whatever the forecast says."""
    return (
        f"{bold(titles.title(job))} goes on as it is. {command(f'/stop {job.id}')} and"
        f" {command(f'/epochs {job.id} {max(1, job.progress.epochs_done + 1)}')} can change that."
    )


def outlook(found: Forecast, zone: tzinfo, now: datetime) -> str | None:
    """A line for the card; none where all is in time."""
    if found.verdict is Verdict.FITS:
        return None
    return f"⏳ {_prediction(found, zone, now)}"


def life(lifetime: Lifetime, zone: tzinfo, now: datetime) -> str | None:
    """A line about the machine: ``Machine up 3 h 10 min, may end by 18:40``."""
    if lifetime.ends_at is None:
        return None
    up = figures.roughly((now - lifetime.up_since).total_seconds())
    if lifetime.ends_at <= now:
        return f"Machine up {up}, may end at any time"
    return f"Machine up {up}, may end by {clock(lifetime.ends_at, zone, now)}"


def _pace(found: Forecast) -> str:
    return f"{figures.duration(found.pace.seconds)} an epoch"


def _prediction(found: Forecast, zone: tzinfo, now: datetime) -> str:
    by = clock(found.ends_at, zone, now)
    if found.verdict is Verdict.FITS:
        done = clock(found.done_at, zone, now)
        return f"done at about {done}, before this machine may end ({by})"
    if found.verdict is Verdict.TIGHT:
        done = clock(found.done_at, zone, now)
        return f"done at about {done}; this machine may end by {by}, which is tight"
    return f"epoch {found.reached} of {found.epochs} by {by}, when this machine may end"
