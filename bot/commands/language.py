"""Which language a chat speaks: /language."""

import logging

from telegram import BotCommand, BotCommandScopeChat, Chat, Update
from telegram.error import TelegramError

from bot.button import Keyboard, Press, lasting
from bot.commands.buttons import Action, Actions, show_instead
from bot.commands.context import Context, Services, origin, reply, words
from bot.commands.labels import labelled
from bot.errors import ExtraWords, WrongValue
from bot.language import Language, language_named, language_of, speak
from bot.messages import buttons as button_messages
from bot.messages import language as messages
from bot.messages import parameters
from bot.messages.help import HELP
from bot.messages.translation import say
from bot.preferences import LANGUAGE, TELEGRAM_LANGUAGE
from bot.roles import Role
from bot.store import StoreError

log = logging.getLogger(__name__)

AUTO = "auto"


async def language(update: Update, context: Context) -> None:
    """Choose the language of a chat, or look at it: /language [zh|en|auto]."""
    given = words(update)
    if given:
        chosen = language_named("".join(given))
        if chosen is None and labelled(given, {AUTO: messages.AS_TELEGRAM}) is None:
            if given[1:] and language_named(given[0]) is not None:
                raise ExtraWords(tuple(given[1:]), "/language zh")
            raise WrongValue("language", " ".join(given), parameters.one_of(("en", "zh", AUTO)))
        await _choose(update, context, chosen)
    await reply(update, context, *_choice(update, context))


async def tapped(update: Update, context: Context, press: Press) -> str:
    """A language was tapped."""
    word = press.word("l")
    if word != AUTO and language_of(word) is None:
        return button_messages.gone()
    await _choose(update, context, language_of(word))
    await show_instead(update, context, *_choice(update, context))
    return ""


ACTIONS: Actions = {messages.CHOOSE: Action(tapped, Role.VIEWER, lasts=True, shared=True)}


def heard(update: Update, services: Services) -> Language:
    """The language in which to answer; that of a user's Telegram is remembered for their chat.

    A group keeps the one it heard first, so that it does not change with every speaker.
    """
    chat, user = update.effective_chat, update.effective_user
    if chat is None or user is None:
        return Language.ENGLISH
    told = language_of(user.language_code) or Language.ENGLISH
    try:
        known = services.access.role(user.id) is not None
        with services.store.transaction() as tx:
            before = tx.preferences.get(chat.id, TELEGRAM_LANGUAGE, "")
            follows = chat.type == Chat.PRIVATE or not before
            if known and user.language_code and follows and before != told.value:
                tx.preferences.put(chat.id, TELEGRAM_LANGUAGE, told.value)
            return tx.preferences.language(chat.id) if known else told
    except StoreError:
        return told  # what needs the store says so


async def _choose(update: Update, context: Context, chosen: Language | None) -> None:
    """Keep a choice; none follows Telegram. Cards that live are put into it."""
    services, chat_id = context.services, origin(update).chat_id
    with services.store.transaction() as tx:
        tx.preferences.put(chat_id, LANGUAGE, "" if chosen is None else chosen.value)
        speak(tx.preferences.language(chat_id))
        jobs = [*tx.jobs.active(), *tx.jobs.queued()]
    for job in jobs:
        if job.origin.chat_id == chat_id:
            services.cards.changed(job.id)
    await _put_menu(context, chat_id, follows=chosen is None)


async def _put_menu(context: Context, chat_id: int, *, follows: bool) -> None:
    """Have the chat's menu of commands in its language; where it cannot be, it stays as it is."""
    bot, scope = context.bot, BotCommandScopeChat(chat_id)
    try:
        if follows:
            await bot.delete_my_commands(scope)
            return
        names = [known.command for known in await bot.get_my_commands()]
        menu = [BotCommand(name, say(HELP[name].summary)) for name in names if name in HELP]
        await bot.set_my_commands(menu, scope)
    except TelegramError as error:
        log.warning("the menu of chat %d could not be set: %s", chat_id, error)


def _choice(update: Update, context: Context) -> tuple[str, Keyboard]:
    with context.services.store.transaction() as tx:
        chosen = language_of(tx.preferences.get(origin(update).chat_id, LANGUAGE, ""))
    return messages.choice(chosen), lasting(messages.keys(chosen))
