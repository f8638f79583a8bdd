"""Commands that arrive late: what would change work asks first."""

import json
from datetime import timedelta

from telegram import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.constants import ParseMode

from bot.commands.context import Context, origin, reply
from bot.messages import late as messages

# Telegram keeps updates for a day: a command may come long after it was meant.
LATE_AFTER = timedelta(minutes=10)
PATTERN = r"late:(\d+):(run|forget)"


def is_late(update: Update, context: Context) -> bool:
    """Whether a command was written too long ago to be acted upon unasked."""
    message = update.effective_message
    return message is not None and context.services.now() - message.date > LATE_AFTER


async def ask(update: Update, context: Context) -> None:
    """Ask whether a late command should still be carried out."""
    services, message = context.services, update.effective_message
    if message is None:
        return
    with services.store.transaction() as tx:
        held = tx.inbox.hold(update.update_id)
    if held:
        age_s = (services.now() - message.date).total_seconds()
        buttons = [
            InlineKeyboardButton(label, callback_data=f"late:{update.update_id}:{choice}")
            for choice, label in messages.BUTTONS.items()
        ]
        text = messages.still_wanted(message.text or "", age_s)
        await reply(update, context, text, InlineKeyboardMarkup([buttons]))


async def confirmed(update: Update, context: Context) -> Update | None:
    """Take a press of one of the buttons.

    Returns:
        The command to carry out now, in the name of this press; none where it was
        dismissed, pressed before, or is somebody else's.
    """
    query = update.callback_query
    if query is None or context.match is None:
        return None
    held_id, choice = int(context.match[1]), context.match[2]
    with context.services.store.transaction() as tx:
        content = tx.inbox.release(held_id, by_user_id=origin(update).user_id)
    if content is None:
        await query.answer(messages.GONE)
        return None
    run = choice == "run"
    await _close(query, messages.carried_out() if run else messages.dismissed())
    command = {**json.loads(content), "update_id": update.update_id}
    return Update.de_json(command, context.bot) if run else None


async def _close(query: CallbackQuery, text: str) -> None:
    await query.answer()
    await query.edit_message_text(text, parse_mode=ParseMode.HTML)
