"""The talk with Telegram, from connecting to hanging up, and what handles an update."""

import asyncio
import contextlib
import logging
from collections.abc import Callable
from typing import Any

from telegram import BotCommand, Update
from telegram.error import InvalidToken, TelegramError
from telegram.ext import (
    Application,
    ApplicationBuilder,
    CallbackQueryHandler,
    CommandHandler,
    ContextTypes,
    MessageHandler,
    TypeHandler,
    filters,
)

from bot.backoff import Backoff
from bot.commands import language
from bot.commands.context import Context, Services
from bot.commands.failures import on_error
from bot.commands.predicting import photo
from bot.commands.receiving import receive
from bot.commands.registry import COMMANDS, PREDICT, anything_else, press
from bot.language import Language, speak, speaking
from bot.line import Line
from bot.messages.help import HELP
from bot.messages.translation import say

log = logging.getLogger(__name__)

POLL_TIMEOUT_S = 25
# Those that Telegram passes on as they are, and those that it makes smaller.
SENT_FILES = filters.Document.ALL | filters.AUDIO | filters.VIDEO | filters.ANIMATION
SENT_FILES |= filters.PHOTO | filters.VOICE | filters.VIDEO_NOTE
# The words that stand under a picture when it is sent.
CALLED_PREDICT = filters.CaptionRegex(r"^/predict(@\w+)?(\s|$)")

PtbApplication = Application[Any, Any, Any, Any, Any, Any]


class TokenRefused(Exception):
    """Telegram does not know the token."""


class Conversation:
    """Takes in what people send, and has it handled.

    Args:
        connected: is set once there is a line to Telegram.
    """

    def __init__(self, line: Line, services: Services, connected: asyncio.Event) -> None:
        self._inbox = services.inbox
        self._timers = services.timers
        self._connected = connected
        builder = ApplicationBuilder().bot(line).update_queue(services.inbox)
        self.application: PtbApplication = builder.context_types(
            ContextTypes(context=Context)
        ).build()
        self.application.bot_data["services"] = services
        self._add_handlers()

    async def run(self, ready: Callable[[str], None]) -> None:
        """Talk until cancelled.

        Args:
            ready: called with the bot's user name when commands are answered.

        Raises:
            TokenRefused: Telegram does not know the token.
        """
        try:
            await self._connect()
            await self._begin()
            self._connected.set()
            ready(self.application.bot.username)
            await asyncio.Event().wait()
        finally:
            await self._hang_up()

    def _add_handlers(self) -> None:
        application = self.application
        ours = filters.UpdateType.MESSAGE & ~filters.FORWARDED
        for command in COMMANDS:
            application.add_handler(CommandHandler(command.name, command, ours))
        application.add_handler(CallbackQueryHandler(press))
        private = ours & filters.ChatType.PRIVATE & ~filters.StatusUpdate.ALL
        application.add_handler(MessageHandler(ours & SENT_FILES & CALLED_PREDICT, PREDICT))
        files = filters.UpdateType.MESSAGE & filters.ChatType.PRIVATE & SENT_FILES
        application.add_handler(MessageHandler(files & filters.PHOTO, photo))
        application.add_handler(MessageHandler(files, receive))
        application.add_handler(MessageHandler(private, anything_else))
        application.add_handler(TypeHandler(Update, self._heard), group=-1)
        application.add_handler(TypeHandler(Update, self._taken), group=1)
        application.add_error_handler(on_error)

    async def _heard(self, update: Update, context: Context) -> None:
        """Before the handlers: a chat takes messages again, in the language of who writes there."""
        speak(language.heard(update, context.services))
        if update.effective_chat is not None:
            services = context.services
            services.pace.heard(update.effective_chat.id)
            services.sender.wake()
            services.cards.wake()

    async def _taken(self, update: Update, context: Context) -> None:
        """After the handlers: the update needs no second look after a restart."""
        self._inbox.taken(update)

    async def _connect(self) -> None:
        backoff = Backoff()
        while True:
            try:
                await self.application.initialize()
            except InvalidToken as error:
                raise TokenRefused from error
            except TelegramError as error:
                wait_s = backoff.next_s()
                log.warning("Telegram does not answer (%s); again in %.0f s", error, wait_s)
                await asyncio.sleep(wait_s)
            else:
                return

    async def _begin(self) -> None:
        application = self.application
        await application.start()
        await self._inbox.restore(application.bot)
        await self._publish_commands()
        if application.job_queue is not None:
            self._timers.start(application.job_queue)
        if application.updater is not None:
            try:
                await application.updater.start_polling(
                    timeout=POLL_TIMEOUT_S,
                    bootstrap_retries=-1,
                    allowed_updates=[Update.MESSAGE, Update.CALLBACK_QUERY],
                )
            except InvalidToken as error:
                raise TokenRefused from error  # it was known when the line was opened

    async def _publish_commands(self) -> None:
        """Set the menu in each language; the English one is for all others too."""
        try:
            for language in Language:
                with speaking(language):
                    menu = [BotCommand(c.name, say(HELP[c.name].summary)) for c in COMMANDS]
                code = None if language is Language.ENGLISH else language.telegram_code
                await self.application.bot.set_my_commands(menu, language_code=code)
        except TelegramError as error:
            log.warning("the command menu could not be set: %s", error)

    async def _hang_up(self) -> None:
        application = self.application
        self._inbox.leave()
        with contextlib.suppress(TelegramError):
            if application.updater is not None and application.updater.running:
                await application.updater.stop()
            if application.running:
                await application.stop()
            await application.shutdown()
            await application.bot.shutdown()  # where it got no further than to connect
