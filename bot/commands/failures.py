"""What the chat gets when a handler raises: one calm sentence."""

import logging
import secrets
import shutil

from telegram import Update

from bot.button import Keyboard, lasting
from bot.commands.context import Context, reply
from bot.delivery import delivered
from bot.errors import UserError, WhichJob
from bot.messages import picking, replies
from bot.messages.errors import sentence
from bot.store import StoreError

log = logging.getLogger(__name__)

# Commands that take a job and nothing that a key has no room for.
TAPPED = ("stop", "resume")
MOST_BEHIND = 12


async def on_error(update: object, context: Context) -> None:
    """Answer a user's slip with its sentence, a bug with an incident number."""
    error, keyboard = context.error, None
    if isinstance(error, UserError):
        context.services.refused(error)
        text = sentence(error)
        if isinstance(error, WhichJob):
            keyboard = _jobs(context, error)
    elif isinstance(error, StoreError):
        log.warning("a command could not be written down: %s", error)
        disk = shutil.disk_usage(context.services.settings.work)
        text = replies.store_trouble(disk.free, disk.total)
    else:
        incident = secrets.token_hex(3)
        log.error("incident %s", incident, exc_info=error)
        text = replies.incident(incident)
    if isinstance(update, Update) and update.effective_chat is not None:
        if update.callback_query is not None:
            await delivered(update.callback_query.answer())  # the button stops waiting
        await reply(update, context, text, keyboard)


def _jobs(context: Context, error: WhichJob) -> Keyboard | None:
    """Buttons with the jobs that fit, where a tap says all that was said."""
    if error.command not in TAPPED or len(error.behind) > MOST_BEHIND:
        return None
    with context.services.store.transaction() as tx:
        found = [tx.jobs.get(job_id) for job_id in error.job_ids]
    return lasting(picking.jobs(error.command, found, error.behind))
