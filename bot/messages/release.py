"""Words about giving the machine back."""

from collections.abc import Sequence

from bot.home_copy import HomeTrouble
from bot.job import Job
from bot.messages import figures
from bot.messages.joining import list_of, paragraph
from bot.messages.markup import command
from bot.messages.translation import marked, say, say_many
from bot.messages.vault import CAUSES, REMEDIES

HOLD, KEEP, NOW = marked("Keep 30 min"), marked("Keep"), marked("Release now")
ANYWAY, STOP_BOT = marked("Release all the same"), marked("Stop the bot")
WHEN_IDLE = {
    "ask": marked(
        "When the queue runs empty, an idle machine is announced, and released ten minutes later."
    ),
    "release": marked(
        "When the queue runs empty, an idle machine is released a minute after it is announced."
    ),
    "keep": marked(
        "When the queue runs empty, an idle machine is kept, and costs as much as a busy one."
    ),
}
MOST_JOBS = 10


def announced(notice_s: float) -> str:
    """Nothing is to do: the machine goes unless somebody wants it."""
    return say(
        "Nothing is left to do. Releasing this machine in {duration}, when everything is saved."
        " Any command or job calls that off.",
        duration=figures.roughly(notice_s),
    )


def held() -> str:
    """The answer to keeping it for a while."""
    return say(
        "Kept for 30 minutes. {release} gives the machine back before.",
        release=command("/release"),
    )


def kept(*, lent: bool) -> str:
    """The answer to keeping it."""
    release = command("/release")
    if not lent:
        return say("The bot goes on. {release} stops it.", release=release)
    return say(
        "Kept until another job has ended; an idle machine costs as much as a busy one."
        " {release} gives it back.",
        release=release,
    )


def goes_now() -> str:
    """The answer to releasing it now."""
    return say("Releasing as soon as everything is saved.")


def leaving(*, lent: bool, saving: bool) -> str:
    """The last message before the end."""
    if not lent:
        return say("The bot stops now; jobs that run go on. Start it again on its machine.")
    if not saving:
        return say("The machine is released now. Run the notebook for a new one.")
    return say(
        "Saving everything, then the machine is released. Run the notebook again to go on: all"
        " jobs will be there."
    )


def called_off() -> str:
    """Something is to do again."""
    return say(
        "The release is called off. {release} gives the machine back.",
        release=command("/release"),
    )


def not_saved(trouble: HomeTrouble | None, job_ids: Sequence[int]) -> str:
    """The machine is kept because something would be lost with it."""
    if trouble is None:
        sentences = [say("⚠️ Not released: saving takes too long.")]
    else:
        sentences = [say("⚠️ Not released: {cause}.", cause=say(CAUSES[trouble]))]
    if jobs := _listed(job_ids):
        sentences.append(say("Not saved yet: job {ids}.", ids=jobs))
    if trouble in REMEDIES:
        sentences.append(say(REMEDIES[trouble]))
    release = command("/release")
    sentences.append(say("The machine is kept; {release} tries again.", release=release))
    return paragraph(*sentences)


def sure(jobs: Sequence[Job], *, lent: bool, saving: bool) -> str:
    """Asks before a release that would end work or lose something."""
    if not lent:
        return say(
            "This machine is your own: the bot would stop, and jobs that run would go on."
            " Nobody could start it again from here."
        )
    sentences = []
    if jobs:
        stopped = say_many(
            "{count} job not ended: {ids}. Releasing stops them;"
            " {resume} goes on with one on the next machine.",
            "{count:,} jobs not ended: {ids}. Releasing stops them;"
            " {resume} goes on with one on the next machine.",
            len(jobs),
            ids=_listed([job.id for job in jobs]),
            resume=command("/resume"),
        )
        sentences.append(stopped)
    if not saving:
        sentences.append(
            say("⚠️ Nothing is copied off this machine: all jobs and results will be lost.")
        )
    return paragraph(*sentences)


def after(choice: str) -> str:
    """The answer to /after."""
    others = say(
        "{release}, {keep} or {ask} changes that.",
        release=command("/after release"),
        keep=command("/after keep"),
        ask=command("/after ask"),
    )
    return paragraph(say(WHEN_IDLE[choice]), others)


def no_lent_machine() -> str:
    """The answer to /after where nothing is released by itself."""
    return say(
        "This machine is not released by itself. That takes COLTRAIN_RELEASE=yes, on a lent"
        " machine, and COLTRAIN_HOME, so that nothing is lost with it. {release} stops the bot.",
        release=command("/release"),
    )


def _listed(job_ids: Sequence[int]) -> str:
    return list_of(job_ids[:MOST_JOBS])
