"""More or fewer epochs for a training that is there: /epochs."""

from telegram import Update

from bot.commands.chosen_job import job_by_number, only_open_job
from bot.commands.context import Context, origin, reply, words
from bot.commands.words import whole_number
from bot.errors import ExtraWords, MissingWord
from bot.messages import wishes as messages

USAGE = "/epochs 7 20"


async def epochs(update: Update, context: Context) -> None:
    """Change how many epochs a training does in all: /epochs [job] number."""
    services = context.services
    given = words(update)
    if not given:
        raise MissingWord(USAGE)
    if len(given) > 2:  # noqa: PLR2004 - the job, and how many
        raise ExtraWords(tuple(given[2:]), USAGE)
    store = services.store
    job = job_by_number(store, given[0]) if given[1:] else only_open_job(store, "epochs")
    wished = whole_number("epochs", given[-1])
    job = services.jobs.set_epochs(job.id, wished, origin(update))
    services.cards.changed(job.id)
    await reply(update, context, messages.epochs_set(job))
