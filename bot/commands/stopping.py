"""Ending a job early: /stop."""

from telegram import Update

from bot.commands.chosen_job import job_by_number, only_open_job
from bot.commands.context import Context, origin, reply, words
from bot.errors import ExtraWords
from bot.messages import replies
from training.protocol.control import StopMode

USAGE = "/stop 7 after"
MODES = {
    "now": StopMode.NOW,
    "after": StopMode.AFTER_EPOCH,
    "epoch": StopMode.AFTER_EPOCH,
}


async def stop(update: Update, context: Context) -> None:
    """Stop a job: /stop [job] [now|after]."""
    services = context.services
    numbers = [word for word in words(update) if word.lower() not in MODES]
    modes = [MODES[word.lower()] for word in words(update) if word.lower() in MODES]
    if len(numbers) > 1:
        raise ExtraWords(tuple(numbers[1:]), USAGE)
    store = services.store
    job = job_by_number(store, numbers[0]) if numbers else only_open_job(store, "stop")
    job = services.jobs.stop(job.id, modes[-1] if modes else StopMode.NOW, origin(update))
    services.cards.changed(job.id)
    await reply(update, context, replies.stopping(job))
