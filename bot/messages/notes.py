"""Words about the note that a job can carry."""

from bot.button import Button
from bot.job import Job
from bot.messages import titles
from bot.messages.markup import bold, command, escaped, shortened

REMOVE = "note_remove"
MOST_UNITS, IN_A_LIST = 500, 40


def kept(job: Job) -> str:
    """The answer to /note with a text."""
    return (
        f"{line(job)}\nKept with {bold(titles.title(job))}; {command(f'/job {job.id}')} shows it."
    )


def shown(job: Job) -> str:
    """The answer to /note without a text."""
    example = command(f"/note {job.id} tried a smaller batch")
    if not job.note:
        return f"{bold(titles.title(job))} has no note. {example} gives it one."
    return f"{bold(titles.title(job))}\n{line(job)}\n{example} puts another in its place."


def removed(job: Job) -> str:
    """The note is gone."""
    return f"{bold(titles.title(job))} has no note any more."


def buttons(job: Job) -> list[list[Button]]:
    """What can be done about a note."""
    return [[Button("Remove", REMOVE, {"job": job.id})]]


def line(job: Job) -> str:
    """The note, whole."""
    return f"📝 {escaped(shortened(job.note or '', MOST_UNITS))}"


def beginning(job: Job) -> str:
    """As much of the note as fits behind a job in a list."""
    return f" · 📝 {escaped(shortened(' '.join(job.note.split()), IN_A_LIST))}" if job.note else ""
