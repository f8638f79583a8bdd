"""Words about the copies in the home folder."""

from collections.abc import Sequence
from datetime import datetime, tzinfo

from bot.home_copy import ELSEWHERE, HomeState, HomeTrouble, JobCopy
from bot.job import Job, JobState
from bot.messages import figures, titles
from bot.messages.clock import clock
from bot.messages.joining import list_of
from bot.messages.markup import bold, code, command, escaped, shortened
from bot.messages.translation import marked, say, say_many

CAUSES = {
    HomeTrouble.NO_ANSWER: marked("Drive does not answer"),
    HomeTrouble.GONE: marked("Drive is not connected"),
    HomeTrouble.FULL: marked("Drive is full"),
    HomeTrouble.READ_ONLY: marked("Drive does not let me write"),
    HomeTrouble.UNVERIFIED: marked("Drive gives back other bytes than it got"),
    HomeTrouble.DAMAGED: marked("what lies on Drive is damaged"),
    HomeTrouble.FOREIGN: marked("another machine has used the same folder since"),
    HomeTrouble.OTHER: marked("copying fails"),
}
REMEDIES = {
    HomeTrouble.FULL: marked("Delete what you no longer need from Drive, and empty its bin."),
    HomeTrouble.GONE: marked("Run the notebook's first cell again to connect it."),
    HomeTrouble.FOREIGN: marked("Start the bot again to go on from there."),
}

MOST_JOBS, NAMES_LIMIT, NAME_LIMIT = 5, 300, 64


def cause(trouble: HomeTrouble) -> str:
    """What is wrong with the home folder, as part of a sentence; plain text."""
    return say(CAUSES[trouble])


def saved_line(job: Job, copy: JobCopy, home: HomeState) -> str | None:
    """A card's line about its copy: ``saved ✓ epoch 7``; none while there is nothing to say."""
    if copy.ended_run == job.run and job.state is JobState.ENDED:
        return say("saved ✓")
    if home.trouble is not None:
        why = cause(home.trouble)
        if copy.epoch is None:
            return say("not saved yet: {cause}", cause=why)
        return say("not saved since epoch {epoch}: {cause}", epoch=copy.epoch, cause=why)
    return None if copy.epoch is None else say("saved ✓ epoch {epoch}", epoch=copy.epoch)


def home_failing(trouble: HomeTrouble, seconds: float, jobs: Sequence[tuple[Job, JobCopy]]) -> str:
    """The message when nothing could be copied for long."""
    lines = [
        say(
            "⚠️ Nothing could be saved for {duration}: {cause}.",
            duration=figures.duration(seconds),
            cause=cause(trouble),
        )
    ]
    if trouble in REMEDIES:
        lines.append(say(REMEDIES[trouble]))
    lines += [_would_lose(job, copy) for job, copy in jobs[:MOST_JOBS]]
    lines += _left_out(jobs)
    lines.append(say("Jobs go on here, and copying is tried again and again."))
    return "\n".join(lines)


def home_back(seconds: float) -> str:
    """The message when copying works again."""
    lasted = figures.duration(seconds)
    return say("Saving works again after {duration}; everything is copied.", duration=lasted)


def outrun(newer: str, since: str, here: str, running: Sequence[Job]) -> str:
    """The last message of a bot that a newer launch has taken over from.

    Args:
        newer, since: the machine of the newer launch, and when that was, for people.
        here: this machine.
        running: jobs that go on here.
    """
    lines = [
        say(
            "A newer launch answers from now on: the bot on {newer}, started at {since}. The one on"
            " {here} is silent.",
            newer=_host(newer),
            since=since,
            here=_host(here),
        )
    ]
    lines += [
        say(
            "{title} runs to its end there, and its results stay on that machine.",
            title=bold(titles.title(job)),
        )
        for job in running[:MOST_JOBS]
    ]
    lines += _left_out(running)
    if running:
        lines.append(
            say(
                "The newer bot goes on with a copy of its own, to the same results. Stop the older"
                " machine if you need only one. {status} shows what runs.",
                status=command("/status"),
            )
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
    lines = [say("⚠️ Some of what was saved on Drive is damaged and was not used.")]
    lines += [_damaged(job, epoch, damaged) for job, epoch, damaged in jobs[:MOST_JOBS]]
    lines += _left_out(jobs)
    if not jobs:
        lines.append(say("What is used was saved at {time}.", time=clock(at, zone)))
    return "\n".join(lines)


def _would_lose(job: Job, copy: JobCopy) -> str:
    title = bold(titles.title(job))
    if copy.epoch is None:
        return say(
            "{title} would go on from the beginning if this machine were lost now.", title=title
        )
    return say(
        "{title} would go on from epoch {epoch} if this machine were lost now.",
        title=title,
        epoch=copy.epoch,
    )


def _damaged(job: Job, epoch: int | None, damaged: Sequence[str]) -> str:
    title = bold(titles.title(job))
    files = escaped(shortened(list_of(damaged), NAMES_LIMIT))
    if epoch is None:
        return say("{title}: {files}; it begins anew.", title=title, files=files)
    return say(
        "{title}: {files}; it goes on after epoch {epoch}.", title=title, files=files, epoch=epoch
    )


def _host(name: str) -> str:
    shown = say("another machine") if name == ELSEWHERE else name
    return code(shortened(shown, NAME_LIMIT))


def _left_out(jobs: Sequence[object]) -> list[str]:
    more = len(jobs) - MOST_JOBS
    if more <= 0:
        return []
    return [
        say_many(
            "The same goes for {count} more job.", "The same goes for {count:,} more jobs.", more
        )
    ]
