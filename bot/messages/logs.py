"""Words about what a job printed."""

from collections.abc import Sequence
from datetime import datetime, tzinfo

from bot.button import Button
from bot.job import Job
from bot.messages import titles
from bot.messages.clock import time_of_day
from bot.messages.markup import bold, fixed, shortened, units
from bot.messages.translation import marked, say, say_many

LOG_LIMIT = 3900
AGAIN, AGAIN_LABEL = "logs_again", marked("🔄 Refresh")


def last_lines(job: Job, lines: Sequence[str], now: datetime, zone: tzinfo) -> str:
    """The newest lines that fit, and when they were."""
    kept = _newest(lines)
    last = say_many(
        "last line at {time}",
        "last {count:,} lines at {time}",
        len(kept),
        time=time_of_day(now, zone),
    )
    return "\n".join([bold(titles.title(job)), last, fixed(kept)])


def fits(lines: Sequence[str]) -> bool:
    """Whether all lines have room in one message."""
    return len(_newest(lines)) == len(lines) and units(lines[-1]) <= LOG_LIMIT


def as_file(job: Job, count: int) -> str:
    """The words beside a file with the lines."""
    return say_many(
        "{title} · last {count} line",
        "{title} · last {count:,} lines",
        count,
        title=bold(titles.title(job)),
    )


def file_name(job: Job) -> str:
    """What the file is called."""
    return f"job-{job.id}-log.txt"


def refresh(job: Job, count: int) -> Button:
    """The button that shows the lines of now in the same place."""
    return Button(say(AGAIN_LABEL), AGAIN, {"job": job.id, "n": count})


def _newest(lines: Sequence[str]) -> list[str]:
    kept: list[str] = []
    room = LOG_LIMIT
    for line in reversed(lines):
        room -= units(line) + 1
        if room < 0:
            break
        kept.append(line)
    return kept[::-1] or [shortened(lines[-1], LOG_LIMIT)]
