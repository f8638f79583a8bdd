"""A note that is kept with a job: /note."""

from dataclasses import replace

from telegram import Update

from bot.button import Press
from bot.commands.buttons import Action, Actions, offer, pressed_by, show_instead
from bot.commands.chosen_job import job_by_number
from bot.commands.context import Context, origin, reply
from bot.errors import MissingWord, NoteTooLong
from bot.job import Job, Origin
from bot.messages import notes as messages
from bot.messages.markup import units
from bot.roles import Role
from bot.store.audit import Deed
from bot.typed import behind_command, number_first

USAGE = "/note 7 tried a smaller batch"


async def note(update: Update, context: Context) -> None:
    """Keep a note with a job, or show it: /note job [text]."""
    number, text = _number_and_text(update)
    if number is None:
        raise MissingWord(USAGE)
    job = job_by_number(context.services.store, number)
    if text is None:
        keyboard = offer(update, context, messages.buttons(job)) if job.note else None
        await reply(update, context, messages.shown(job), keyboard)
        return
    if units(text) > messages.MOST_UNITS:
        raise NoteTooLong(units(text), messages.MOST_UNITS)
    await reply(update, context, messages.kept(_noted(context, job.id, text, origin(update))))


async def remove(update: Update, context: Context, press: Press) -> str:
    """Take the note off a job."""
    job = _noted(context, press.number("job"), None, pressed_by(update, press))
    await show_instead(update, context, messages.removed(job))
    return ""


ACTIONS: Actions = {messages.REMOVE: Action(remove, Role.OPERATOR)}


def _noted(context: Context, job_id: int, text: str | None, by: Origin) -> Job:
    services = context.services
    with services.store.transaction() as tx:
        job = replace(tx.jobs.get(job_id), note=text)
        if tx.first(by):
            tx.jobs.save(job)
            tx.audit.put(by, Deed.NOTED, services.now(), job_id=job_id, detail=text or "")
    return job


def _number_and_text(update: Update) -> tuple[str | None, str | None]:
    """The text as it was written, its quotation marks and line breaks included."""
    message = update.effective_message
    behind = behind_command(message.text or "") if message is not None else ""
    number, text = number_first(behind)
    if number is None:
        number, text = [*behind.split(maxsplit=1), "", ""][:2]
    return number or None, text.strip() or None
