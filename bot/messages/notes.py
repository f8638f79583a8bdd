"""Words about the note that a job can carry."""

from bot.button import Button
from bot.job import Job
from bot.messages import titles
from bot.messages.markup import bold, command, escaped, shortened
from bot.messages.translation import say

REMOVE = "note_remove"
MOST_UNITS, IN_A_LIST = 500, 40


def kept(job: Job) -> str:
    """The answer to /note with a text."""
    told = say(
        "Kept with {title}; {job} shows it.",
        title=bold(titles.title(job)),
        job=command(f"/job {job.id}"),
    )
    return f"{line(job)}\n{told}"


def shown(job: Job) -> str:
    """The answer to /note without a text."""
    title = bold(titles.title(job))
    example = command(say("/note {id} tried a smaller batch", id=job.id))
    if not job.note:
        return say("{title} has no note. {example} gives it one.", title=title, example=example)
    another = say("{example} puts another in its place.", example=example)
    return f"{title}\n{line(job)}\n{another}"


def removed(job: Job) -> str:
    """The note is gone."""
    return say("{title} has no note any more.", title=bold(titles.title(job)))


def buttons(job: Job) -> list[list[Button]]:
    """What can be done about a note."""
    return [[Button(say("Remove"), REMOVE, {"job": job.id})]]


def line(job: Job) -> str:
    """The note, whole."""
    return f"📝 {escaped(shortened(job.note or '', MOST_UNITS))}"


def beginning(job: Job) -> str:
    """As much of the note as fits behind a job in a list."""
    return f" · 📝 {escaped(shortened(' '.join(job.note.split()), IN_A_LIST))}" if job.note else ""
