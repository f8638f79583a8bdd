"""The list of jobs, and the buttons that turn its pages."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.button import Button
from bot.job import Ending, Job
from bot.messages import cards, figures, notes, titles
from bot.messages.markup import bold, command, escaped
from bot.store.jobs import Wanted

TURN = "jobs_page"
NEWER, OLDER, REFRESH = "◀ Newer", "Older ▶", "🔄 Refresh"
# The filters that have a button; the others are words behind /jobs.
OFFERED = (Wanted.ALL, Wanted.OPEN, Wanted.FINISHED, Wanted.FAILED)
NAMES = {
    Wanted.ALL: "Jobs",
    Wanted.OPEN: "Jobs that run or wait",
    Wanted.FINISHED: "Jobs that finished",
    Wanted.STOPPED: "Jobs that were stopped",
    Wanted.FAILED: "Jobs that failed or were lost",
    Wanted.TRAIN: "Trainings",
    Wanted.UNZIP: "Archives unpacked",
    Wanted.INSTALL: "Packages installed",
}


@dataclass(frozen=True, slots=True)
class Page:
    """A part of the list.

    Attributes:
        wanted: which jobs are listed.
        jobs: those of this page, the newest first.
        number: of this page, from 0.
        skipped: how many jobs stand on the pages before.
        total: how many there are on all pages.
    """

    wanted: Wanted
    jobs: Sequence[Job]
    number: int = 0
    skipped: int = 0
    total: int = 0


def job_list(page: Page) -> str:
    """The answer to /jobs: the newest first."""
    name = NAMES[page.wanted]
    if not page.jobs:
        if page.wanted is Wanted.ALL:
            return f"No jobs yet. {command('/train')} starts the first."
        return f"{bold(name)}\nNone. {command('/jobs')} lists all."
    heading = bold(name)
    last = page.skipped + len(page.jobs)
    if page.total > len(page.jobs):
        heading += f" · {page.skipped + 1}–{last} of {page.total:,}"
    lines = [
        f"{escaped(titles.title(job))} · {_state(job)}{notes.beginning(job)}" for job in page.jobs
    ]
    return "\n".join([heading, *lines])


def turning(page: Page) -> list[list[Button]]:
    """Buttons to other pages and other jobs; of these the present one refreshes."""
    turns = []
    if page.number > 0:
        turns.append(_button(NEWER, page.wanted, page.number - 1))
    if page.skipped + len(page.jobs) < page.total:
        turns.append(_button(OLDER, page.wanted, page.number + 1))
    others = [
        _button(wanted.value.capitalize(), wanted, 0)
        for wanted in OFFERED
        if wanted is not page.wanted
    ]
    rows = [turns, others, [_button(REFRESH, page.wanted, page.number)]]
    return [row for row in rows if row]


def _button(label: str, wanted: Wanted, number: int) -> Button:
    return Button(label, TURN, {"w": wanted.value, "p": number})


def _state(job: Job) -> str:
    """How it stands; of a tested training that finished, its mark and its figure alone."""
    accuracy, state = job.outcome.result.get("test_accuracy"), cards.state(job)
    if not isinstance(accuracy, float):
        return state
    shown = figures.percent(accuracy)
    return f"✅ {shown}" if job.ending is Ending.SUCCEEDED else f"{state} · {shown}"
