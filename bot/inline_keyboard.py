"""A keyboard as python-telegram-bot wants it."""

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.button import Keyboard


def inline_keyboard(keyboard: Keyboard | None) -> InlineKeyboardMarkup | None:
    """The buttons under a message; none where there are none."""
    if not keyboard:
        return None
    return InlineKeyboardMarkup(
        [
            [InlineKeyboardButton(key.label, callback_data=key.data) for key in row]
            for row in keyboard
        ]
    )
