"""How much the bot says by itself: /keepalive, /notify."""

import re

from telegram import Update

from bot.commands.context import Context, origin, reply, words
from bot.errors import ExtraWords, MissingWord, WrongValue
from bot.messages import replies
from bot.preferences import (
    KEEPALIVE_DEFAULT_MINUTES,
    KEEPALIVE_MINUTES,
    KEEPALIVE_OFF,
    NOTIFY_EPOCHS,
)

MOST_MINUTES = 24 * 60
_INTERVAL = re.compile(r"(\d{1,5})\s*(m|min|h)?", re.IGNORECASE)
_SWITCH = {"on": True, "yes": True, "off": False, "no": False}


async def keepalive(update: Update, context: Context) -> None:
    """Set how often a sign of life comes while a job runs: /keepalive [10m|off]."""
    services = context.services
    chat_id = origin(update).chat_id
    given = words(update)
    with services.store.transaction() as tx:
        if given:
            tx.preferences.put(chat_id, KEEPALIVE_MINUTES, _minutes("".join(given)))
        minutes = tx.preferences.get(chat_id, KEEPALIVE_MINUTES, KEEPALIVE_DEFAULT_MINUTES)
    services.timers.set_keepalive(chat_id, minutes)
    await reply(update, context, replies.keepalive(minutes))


async def notify(update: Update, context: Context) -> None:
    """Choose whether every epoch gets a message: /notify [epochs on|off]."""
    chat_id = origin(update).chat_id
    given = [word.lower() for word in words(update)]
    with context.services.store.transaction() as tx:
        if given:
            tx.preferences.put(chat_id, NOTIFY_EPOCHS, _switch(given))
        wanted = tx.preferences.get(chat_id, NOTIFY_EPOCHS, default=False)
    await reply(update, context, replies.notify_epochs(wanted))


def _minutes(word: str) -> int:
    if word.lower() == "off":
        return KEEPALIVE_OFF
    found = _INTERVAL.fullmatch(word)
    minutes = 0
    if found is not None:
        minutes = int(found[1]) * (60 if (found[2] or "m").lower() == "h" else 1)
    if not 1 <= minutes <= MOST_MINUTES:
        raise WrongValue("keepalive", word, "an interval from 1m to 24h, such as 10m or 2h, or off")
    return minutes


def _switch(given: list[str]) -> bool:
    usage = "/notify epochs on"
    if given[0] != "epochs":
        raise ExtraWords(tuple(given), usage)
    if len(given) == 1:
        raise MissingWord(usage)
    if len(given) > 2:  # noqa: PLR2004 - what, and on or off
        raise ExtraWords(tuple(given[2:]), usage)
    if given[1] not in _SWITCH:
        raise WrongValue("epochs", given[1], "on or off")
    return _SWITCH[given[1]]
