"""The list of jobs, and the buttons that turn its pages."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.button import Button
from bot.job import Ending, Job
from bot.messages import cards, figures, notes, titles
from bot.messages.markup import bold, command, escaped
from bot.messages.translation import marked, say
from bot.store.jobs import Wanted

TURN = "jobs_page"
NEWER, OLDER, REFRESH = marked("◀ Newer"), marked("Older ▶"), marked("🔄 Refresh")
# The filters that have a button; the others are words behind /jobs.
OFFERED = {
    Wanted.ALL: marked("All"),
    Wanted.OPEN: marked("Open"),
    Wanted.FINISHED: marked("Finished"),
    Wanted.FAILED: marked("Failed"),
}
NAMES = {
    Wanted.ALL: marked("Jobs"),
    Wanted.OPEN: marked("Jobs that run or wait"),
    Wanted.FINISHED: marked("Jobs that finished"),
    Wanted.STOPPED: marked("Jobs that were stopped"),
    Wanted.FAILED: marked("Jobs that failed or were lost"),
    Wanted.TRAIN: marked("Trainings"),
    Wanted.UNZIP: marked("Archives unpacked"),
    Wanted.INSTALL: marked("Packages installed"),
    Wanted.RUN: marked("Scripts and notebooks"),
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
    heading = bold(say(NAMES[page.wanted]))
    if not page.jobs:
        if page.wanted is Wanted.ALL:
            return say("No jobs yet. {train} starts the first.", train=command("/train"))
        return "\n".join([heading, say("None. {jobs} lists all.", jobs=command("/jobs"))])
    if page.total > len(page.jobs):
        heading = say(
            "{heading} · {first}–{last} of {total:,}",
            heading=heading,
            first=page.skipped + 1,
            last=page.skipped + len(page.jobs),
            total=page.total,
        )
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
        _button(label, wanted, 0) for wanted, label in OFFERED.items() if wanted is not page.wanted
    ]
    rows = [turns, others, [_button(REFRESH, page.wanted, page.number)]]
    return [row for row in rows if row]


def _button(label: str, wanted: Wanted, number: int) -> Button:
    return Button(say(label), TURN, {"w": wanted.value, "p": number})


def _state(job: Job) -> str:
    """How it stands; of a tested training that finished, its mark and its figure alone."""
    accuracy, state = job.outcome.result.get("test_accuracy"), cards.state(job)
    if not isinstance(accuracy, float):
        return state
    shown = figures.percent(accuracy)
    return f"✅ {shown}" if job.ending is Ending.SUCCEEDED else f"{state} · {shown}"
