"""Messages about a job on its way, for chats that asked for them with /notify."""

from bot.job import Job
from bot.messages import titles
from bot.messages.markup import bold, command


def started(job: Job) -> str:
    """Its process has begun."""
    goes_on = "goes on" if job.run > 1 else "has begun"
    return (
        f"{bold(titles.title(job))}\n▶️ {goes_on}. {command(f'/job {job.id}')} shows how far it is."
    )


def saved(job: Job) -> str:
    """All of an ended job is in the home folder."""
    return (
        f"{bold(titles.title(job))}\n💾 All it made is saved in the home folder and outlives this"
        f" machine. {command(f'/job {job.id}')} lists it."
    )
