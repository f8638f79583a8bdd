"""Words about giving the machine back."""

from collections.abc import Sequence

from bot.home_copy import HomeTrouble
from bot.job import Job
from bot.messages import figures
from bot.messages.markup import command
from bot.messages.vault import CAUSES, REMEDIES

HOLD, KEEP, NOW, ANYWAY = "Keep 30 min", "Keep", "Release now", "Release all the same"
STOP_BOT = "Stop the bot"
MOST_JOBS = 10


def announced(notice_s: float) -> str:
    """Nothing is to do: the machine goes unless somebody wants it."""
    return (
        f"Nothing is left to do. Releasing this machine in {figures.roughly(notice_s)}, when"
        " everything is saved. Any command or job calls that off."
    )


def held() -> str:
    """The answer to keeping it for a while."""
    return f"Kept for 30 minutes. {command('/release')} gives the machine back before."


def kept(*, lent: bool) -> str:
    """The answer to keeping it."""
    if not lent:
        return f"The bot goes on. {command('/release')} stops it."
    return (
        "Kept until another job has ended; an idle machine costs as much as a busy one."
        f" {command('/release')} gives it back."
    )


def goes_now() -> str:
    """The answer to releasing it now."""
    return "Releasing as soon as everything is saved."


def leaving(*, lent: bool, saving: bool) -> str:
    """The last message before the end."""
    if not lent:
        return "The bot stops now; jobs that run go on. Start it again on its machine."
    if not saving:
        return "The machine is released now. Run the notebook for a new one."
    return (
        "Saving everything, then the machine is released. Run the notebook again to go on: all"
        " jobs will be there."
    )


def called_off() -> str:
    """Something is to do again."""
    return f"The release is called off. {command('/release')} gives the machine back."


def not_saved(trouble: HomeTrouble | None, job_ids: Sequence[int]) -> str:
    """The machine is kept because something would be lost with it."""
    why = CAUSES[trouble] if trouble is not None else "saving takes too long"
    remedy = f" {REMEDIES[trouble]}" if trouble in REMEDIES else ""
    jobs = ", ".join(str(job_id) for job_id in job_ids[:MOST_JOBS])
    what = f" Not saved yet: job {jobs}." if jobs else ""
    return (
        f"⚠️ Not released: {why}.{what}{remedy} The machine is kept; {command('/release')} tries"
        " again."
    )


def sure(jobs: Sequence[Job], *, lent: bool, saving: bool) -> str:
    """Asks before a release that would end work or lose something."""
    lines = []
    if not lent:
        lines.append("This machine is your own: the bot would stop, and jobs that run would go on.")
        lines.append("Nobody could start it again from here.")
        return " ".join(lines)
    if jobs:
        ids = ", ".join(str(job.id) for job in jobs[:MOST_JOBS])
        lines.append(
            f"{figures.counted(len(jobs), 'job')} not ended: {ids}. Releasing stops them;"
            f" {command('/resume')} goes on with one on the next machine."
        )
    if not saving:
        lines.append("⚠️ Nothing is copied off this machine: all jobs and results will be lost.")
    return " ".join(lines)


def after(choice: str) -> str:
    """The answer to /after."""
    meaning = {
        "ask": "an idle machine is announced, and released ten minutes later",
        "release": "an idle machine is released a minute after it is announced",
        "keep": "an idle machine is kept, and costs as much as a busy one",
    }[choice]
    return (
        f"When the queue runs empty, {meaning}. {command('/after release')},"
        f" {command('/after keep')} or {command('/after ask')} changes that."
    )


def no_lent_machine() -> str:
    """The answer to /after where nothing is released by itself."""
    return (
        "This machine is not released by itself. That takes COLTRAIN_RELEASE=yes, on a lent"
        " machine, and COLTRAIN_HOME, so that nothing is lost with it."
        f" {command('/release')} stops the bot."
    )
