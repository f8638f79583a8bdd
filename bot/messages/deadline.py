"""How far a training gets before its machine may end, and how long that machine has been up."""

from datetime import datetime, tzinfo

from bot.deadline import Forecast, Lifetime, Verdict
from bot.job import Job
from bot.messages import figures, titles
from bot.messages.clock import clock
from bot.messages.markup import bold, command
from bot.messages.translation import say, say_many


def news(job: Job, found: Forecast, zone: tzinfo, now: datetime, *, saving: bool) -> str:
    """The message about a forecast; its buttons are the ways out.

    Args:
        saving: whether what is saved outlives the machine.
    """
    lines = [bold(titles.title(job)), _pace(found) + " → " + _prediction(found, zone, now)]
    if found.verdict is Verdict.FITS:
        return "\n".join(lines)
    if saving:
        lines.append(
            say("What is done by then is saved, and the next launch can go on from there.")
        )
    else:
        lines.append(
            say(
                "⚠️ Nothing is copied off this machine, so all of it would be lost: set"
                " COLTRAIN_HOME, or let it end before."
            )
        )
    return "\n".join(lines)


def stop_at(epoch: int) -> str:
    """A button: plain text."""
    return say("Stop and save at {epoch}", epoch=epoch)


def only(epochs: int) -> str:
    """A button: plain text."""
    return say_many("Only {count} epoch", "Only {count:,} epochs", epochs)


def go_on(*, saving: bool) -> str:
    """A button: plain text."""
    return say("Go on, resume next launch") if saving else say("Go on")


def goes_on(job: Job) -> str:
    """The answer to going on whatever the forecast says."""
    return say(
        "{title} goes on as it is. {stop} and {fewer} can change that.",
        title=bold(titles.title(job)),
        stop=command(f"/stop {job.id}"),
        fewer=command(f"/epochs {job.id} {max(1, job.progress.epochs_done + 1)}"),
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
        return say("Machine up {duration}, may end at any time", duration=up)
    end = clock(lifetime.ends_at, zone, now)
    return say("Machine up {duration}, may end by {end}", duration=up, end=end)


def _pace(found: Forecast) -> str:
    return say("{duration} an epoch", duration=figures.duration(found.pace.seconds))


def _prediction(found: Forecast, zone: tzinfo, now: datetime) -> str:
    end = clock(found.ends_at, zone, now)
    if found.verdict is Verdict.CUT:
        return say(
            "epoch {reached} of {epochs} by {end}, when this machine may end",
            reached=found.reached,
            epochs=found.epochs,
            end=end,
        )
    done = clock(found.done_at, zone, now)
    if found.verdict is Verdict.TIGHT:
        return say(
            "done at about {done}; this machine may end by {end}, which is tight",
            done=done,
            end=end,
        )
    return say("done at about {done}, before this machine may end ({end})", done=done, end=end)
