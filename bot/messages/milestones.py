"""Messages about a job on its way, for chats that asked for them with /notify."""

from bot.job import Job
from bot.messages import titles
from bot.messages.markup import bold, command
from bot.messages.translation import say


def started(job: Job) -> str:
    """Its process has begun."""
    shows = command(f"/job {job.id}")
    said = (
        say("▶️ goes on. {job} shows how far it is.", job=shows)
        if job.run > 1
        else say("▶️ has begun. {job} shows how far it is.", job=shows)
    )
    return f"{bold(titles.title(job))}\n{said}"


def saved(job: Job) -> str:
    """All of an ended job is in the home folder."""
    said = say(
        "💾 All it made is saved in the home folder and outlives this machine. {job} lists it.",
        job=command(f"/job {job.id}"),
    )
    return f"{bold(titles.title(job))}\n{said}"
