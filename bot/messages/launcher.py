"""What the launcher's cell shows while the bot runs; plain text, narrow enough for a phone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from bot.home_copy import HomeState
from bot.job import Job
from bot.messages import cards, figures, titles
from bot.messages.clock import clock, time_of_day
from bot.messages.markup import plain
from bot.messages.vault import CAUSES


@dataclass(frozen=True, slots=True)
class Picture:
    """What there is to show.

    Attributes:
        name: the bot's user name, once it takes commands.
        waiting: how many jobs wait.
        latest: the newest job, which may have ended.
    """

    name: str | None
    active: Sequence[Job]
    waiting: int
    latest: Sequence[Job]
    home: HomeState


def view(picture: Picture, now: datetime, zone: tzinfo) -> str:
    """The way to the chat, what runs, what waits, and the last thing that was heard."""
    name, home = picture.name, picture.home
    lines = [f"Chat: https://t.me/{name}"] if name else ["Connecting to Telegram …"]
    for job in picture.active:
        progress = [plain(line) for line in cards.progress_lines(job, now)]
        lines += [f"▶ {titles.title(job)}", *(f"  {line}" for line in progress)]
    if not picture.active:
        lines.append("Nothing runs. Write /train to the bot.")
    if picture.waiting:
        lines.append(f"{figures.counted(picture.waiting, 'job')} waiting")
    last = max(picture.active or picture.latest, key=_heard_at, default=None)
    if last is not None:
        at = time_of_day(_heard_at(last), zone)
        lines.append(f"Last heard: {at} · {titles.title(last)} · {cards.state(last)}")
    if home.trouble is not None and home.since is not None:
        lines.append(f"⚠️ {CAUSES[home.trouble]} since {clock(home.since, zone, now)}")
    return "\n".join(lines)


def _heard_at(job: Job) -> datetime:
    """When something was last heard of a job."""
    return job.ended_at or job.progress.at or job.started_at or job.created_at


def drive_gone() -> str:
    """Why the cell connects Drive again."""
    return (
        "Drive is not connected any more. Connecting it again: if Colab asks, allow it. Jobs go"
        " on meanwhile, and what they save is copied as soon as Drive is back."
    )


def no_owner(link: str) -> str:
    """How to become the owner; plain text."""
    return (
        f"This bot has no owner yet. Open {link} on your phone, or scan the code, within ten"
        " minutes: whoever comes first is the owner. For a new link start the bot again."
    )
