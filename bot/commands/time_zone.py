"""Where the user's clock is: /timezone."""

from telegram import Update

from bot.commands.context import Context, origin, reply, words
from bot.errors import UnknownZone
from bot.messages import replies
from bot.preferences import TIME_ZONE
from bot.zones import DEFAULT_ZONE, nearest_zones, zone_name, zone_of


async def timezone(update: Update, context: Context) -> None:
    """Choose the time zone of a chat, or look at it: /timezone [name]."""
    services = context.services
    chat_id = origin(update).chat_id
    given = " ".join(words(update))
    with services.store.transaction() as tx:
        if given:
            tx.preferences.put(chat_id, TIME_ZONE, _known(given))
        name = tx.preferences.get(chat_id, TIME_ZONE, DEFAULT_ZONE)
    await reply(update, context, replies.time_zone(name, services.now(), zone_of(name)))


def _known(word: str) -> str:
    name = zone_name(word)
    if name is None:
        raise UnknownZone(word, nearest_zones(word))
    return name
