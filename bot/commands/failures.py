"""What the chat gets when a handler raises: one calm sentence."""

import logging
import secrets
import shutil

from telegram import Update

from bot.commands.context import Context, reply
from bot.delivery import delivered
from bot.errors import UserError
from bot.messages import replies
from bot.messages.errors import sentence
from bot.store import StoreError

log = logging.getLogger(__name__)


async def on_error(update: object, context: Context) -> None:
    """Answer a user's slip with its sentence, a bug with an incident number."""
    error = context.error
    if isinstance(error, UserError):
        context.services.refused(error)
        text = sentence(error)
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
        await reply(update, context, text)
