"""Commands that arrive late: what would change work asks first."""

import json
from datetime import timedelta

from telegram import Update

from bot.button import Button, Press
from bot.commands.buttons import show_instead
from bot.commands.context import QUESTION, Context, origin, reply
from bot.messages import late as messages
from bot.messages.translation import say

# Telegram keeps updates for a day: a command may come long after it was meant.
LATE_AFTER = timedelta(minutes=10)
RUN, FORGET = "late_run", "late_forget"


def is_late(update: Update, context: Context) -> bool:
    """Whether a command was written too long ago to be acted upon unasked."""
    message = update.effective_message
    return message is not None and context.services.now() - message.date > LATE_AFTER


async def ask(update: Update, context: Context) -> None:
    """Ask whether a late command should still be carried out."""
    services, message, asked = context.services, update.effective_message, origin(update)
    if message is None:
        return
    now, held_id = services.now(), {"update_id": update.update_id}
    row = [
        Button(say(messages.DO_IT), RUN, held_id),
        Button(say(messages.FORGET_IT), FORGET, held_id),
    ]
    with services.store.transaction() as tx:
        if not tx.inbox.hold(update.update_id):
            return
        keyboard = tx.buttons.offer(asked.chat_id, [row], now, user_id=asked.user_id)
    text = messages.still_wanted(message.text or "", (now - message.date).total_seconds())
    await reply(update, context, text, keyboard)


async def confirmed(update: Update, context: Context, press: Press) -> Update | None:
    """The command to carry out now, in the name of this press.

    Returns:
        None where the command is so old that it is not kept any more.
    """
    with context.services.store.transaction() as tx:
        content = tx.inbox.held(press.number("update_id"), origin(update).user_id)
    if content is None:
        return None
    await show_instead(update, context, messages.carried_out())
    now_meant = {"update_id": update.update_id, QUESTION: press.question}
    return Update.de_json({**json.loads(content), **now_meant}, context.bot)


async def forget(update: Update, context: Context, press: Press) -> str:
    """Let a late command rest."""
    await show_instead(update, context, messages.dismissed())
    return ""
