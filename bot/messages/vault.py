"""Words about the copies in the home folder."""

from collections.abc import Sequence
from datetime import datetime, tzinfo

from bot.home_copy import HomeState, HomeTrouble, JobCopy
from bot.job import Job, JobState
from bot.messages import figures, titles
from bot.messages.clock import clock
from bot.messages.markup import bold, code, command, escaped, shortened

CAUSES = {
    HomeTrouble.NO_ANSWER: "Drive does not answer",
    HomeTrouble.GONE: "Drive is not connected",
    HomeTrouble.FULL: "Drive is full",
    HomeTrouble.READ_ONLY: "Drive does not let me write",
    HomeTrouble.UNVERIFIED: "Drive gives back other bytes than it got",
    HomeTrouble.DAMAGED: "what lies on Drive is damaged",
    HomeTrouble.FOREIGN: "another machine has used the same folder since",
    HomeTrouble.OTHER: "copying fails",
}
REMEDIES = {
    HomeTrouble.FULL: "Delete what you no longer need from Drive, and empty its bin.",
    HomeTrouble.GONE: "Run the notebook's first cell again to connect it.",
    HomeTrouble.FOREIGN: "Start the bot again to go on from there.",
}

MOST_JOBS, NAMES_LIMIT, NAME_LIMIT = 5, 300, 64


def saved_line(job: Job, copy: JobCopy, home: HomeState) -> str | None:
    """A card's line about its copy: ``saved ✓ epoch 7``; none while there is nothing to say."""
    if copy.ended_run == job.run and job.state is JobState.ENDED:
        return "saved ✓"
    if home.trouble is not None:
        since = f"since epoch {copy.epoch}" if copy.epoch is not None else "yet"
        return f"not saved {since}: {CAUSES[home.trouble]}"
    return None if copy.epoch is None else f"saved ✓ epoch {copy.epoch}"


def home_failing(trouble: HomeTrouble, seconds: float, jobs: Sequence[tuple[Job, JobCopy]]) -> str:
    """The message when nothing could be copied for long."""
    lines = [f"⚠️ Nothing could be saved for {figures.duration(seconds)}: {CAUSES[trouble]}."]
    if trouble in REMEDIES:
        lines.append(REMEDIES[trouble])
    lines += [
        f"{bold(titles.title(job))} would go on"
        + (f" from epoch {copy.epoch}" if copy.epoch is not None else " from the beginning")
        + " if this machine were lost now."
        for job, copy in jobs[:MOST_JOBS]
    ]
    lines += _left_out(jobs)
    lines.append("Jobs go on here, and copying is tried again and again.")
    return "\n".join(lines)


def home_back(seconds: float) -> str:
    """The message when copying works again."""
    return f"Saving works again after {figures.duration(seconds)}; everything is copied."


def outrun(newer: str, since: str, here: str, running: Sequence[Job]) -> str:
    """The last message of a bot that a newer launch has taken over from.

    Args:
        newer, since: the machine of the newer launch, and when that was, for people.
        here: this machine.
        running: jobs that go on here.
    """
    lines = [
        f"A newer launch answers from now on: the bot on {_host(newer)}, started at {since}."
        f" The one on {_host(here)} is silent."
    ]
    lines += [
        f"{bold(titles.title(job))} runs to its end there, and its results stay on that machine."
        for job in running[:MOST_JOBS]
    ]
    lines += _left_out(running)
    if running:
        lines.append(
            "The newer bot goes on with a copy of its own, to the same results. Stop the older"
            f" machine if you need only one. {command('/status')} shows what runs."
        )
    return "\n".join(lines)


def damaged_copy(
    at: datetime, jobs: Sequence[tuple[Job, int | None, Sequence[str]]], zone: tzinfo
) -> str:
    """The message after a restore that could not use all that lay in the home folder.

    Args:
        at: when the store that is used was saved.
        jobs: with the epoch of the checkpoint that is used, and what was damaged.
    """
    lines = ["⚠️ Some of what was saved on Drive is damaged and was not used."]
    for job, epoch, damaged in jobs[:MOST_JOBS]:
        used = f"it goes on after epoch {epoch}" if epoch is not None else "it begins anew"
        names = escaped(shortened(", ".join(damaged), NAMES_LIMIT))
        lines.append(f"{bold(titles.title(job))}: {names}; {used}.")
    lines += _left_out(jobs)
    if not jobs:
        lines.append(f"What is used was saved at {clock(at, zone)}.")
    return "\n".join(lines)


def _host(name: str) -> str:
    return code(shortened(name, NAME_LIMIT))


def _left_out(jobs: Sequence[object]) -> list[str]:
    more = len(jobs) - MOST_JOBS
    return [f"The same goes for {figures.counted(more, 'more job')}."] if more > 0 else []
