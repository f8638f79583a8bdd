"""Saying hello, letting in and explaining: /start, and what /help says."""

import difflib

from telegram import Update

from bot.commands.context import Context, origin, reply, words
from bot.commands.words import parameters
from bot.errors import UnknownCommand
from bot.messages import help as help_messages
from bot.messages import replies
from bot.roles import Role
from training.protocol.spec import TrainSpec

PARAMETERS = {"train": TrainSpec, "check": TrainSpec}


async def start(update: Update, context: Context) -> None:
    """Say hello: /start; with a code behind it, join."""
    if words(update) and await join(update, context):
        return
    user_id = origin(update).user_id
    role = context.services.access.role(user_id) or Role.VIEWER
    with context.services.store.transaction() as tx:
        tx.users.call(user_id, _name(update))
    await reply(update, context, replies.welcome(_name(update), role))


async def join(update: Update, context: Context) -> bool:
    """Become a user by a code, or by a better one; whether it was worth something."""
    code = "".join(words(update)[:1])
    role = context.services.access.join(origin(update), code, _name(update))
    if role is None:
        return False
    await reply(update, context, replies.joined(role))
    return True


def _name(update: Update) -> str:
    return update.effective_user.full_name if update.effective_user else ""


async def explain(update: Update, context: Context, allowed: list[str]) -> None:
    """List the commands that are allowed, or explain any one."""
    names = list(help_messages.HELP)
    wanted = words(update)
    if not wanted:
        await reply(update, context, help_messages.overview(allowed))
        return
    name = wanted[0].lstrip("/").lower()
    if name not in names:
        nearest = difflib.get_close_matches(name, names, n=1)
        raise UnknownCommand(name, nearest[0] if nearest else None)
    explained = parameters(PARAMETERS[name]) if name in PARAMETERS else []
    await reply(update, context, help_messages.explanation(name, explained))
