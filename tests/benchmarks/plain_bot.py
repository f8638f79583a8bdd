"""The least that a bot on python-telegram-bot can be, to compare with: it repeats what it hears."""

import os

from telegram import Update
from telegram.ext import Application, ContextTypes, MessageHandler, filters


async def repeat(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    """Say the same."""
    if update.effective_message is not None:
        await update.effective_message.reply_text(update.effective_message.text or "")


def main() -> None:
    """Serve until SIGTERM."""
    application = (
        Application.builder()
        .token(os.environ["TELEGRAM_BOT_TOKEN"])
        .base_url(os.environ["TELEGRAM_BASE_URL"])
        .build()
    )
    application.add_handler(MessageHandler(filters.TEXT, repeat))
    application.run_polling()


if __name__ == "__main__":
    main()
