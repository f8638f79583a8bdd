"""When a chat is to be quiet: /quiet, /mute."""

from datetime import timedelta

from telegram import Update

from bot.button import Keyboard, Press, lasting
from bot.commands.buttons import Action, Actions, show_instead
from bot.commands.context import Context, origin, reply, words
from bot.commands.labels import is_off
from bot.commands.words import minutes_of
from bot.errors import WrongValue
from bot.messages import noise as messages
from bot.messages import parameters
from bot.noise import parse_hours
from bot.preferences import MUTED_UNTIL, QUIET_HOURS, TIME_ZONE
from bot.roles import Role
from bot.zones import DEFAULT_ZONE

MOST_MINUTES = 7 * 24 * 60


async def quiet(update: Update, context: Context) -> None:
    """Set the hours in which nothing rings: /quiet [23:00-07:30|off]."""
    services, chat_id = context.services, origin(update).chat_id
    given = " ".join(words(update))
    now, hours = services.now(), parse_hours(given)
    if given and not is_off(given) and hours is None:
        raise WrongValue("quiet", given, parameters.quiet_hours())
    with services.store.transaction() as tx:
        if given:
            tx.preferences.put(chat_id, QUIET_HOURS, "" if hours is None else str(hours))
        muted_until, zone = tx.preferences.muted_until(chat_id, now), tx.preferences.zone(chat_id)
        zone_name = tx.preferences.get(chat_id, TIME_ZONE, DEFAULT_ZONE)
        chosen = tx.preferences.quiet_hours(chat_id)
    if hours is not None:
        text = messages.quiet_set(hours, zone_name)
    elif given:
        text = messages.quiet_off()
    else:
        text = messages.quiet_state(chosen, muted_until, zone, now)
    await reply(update, context, text)


async def mute(update: Update, context: Context) -> None:
    """Have nothing ring for a while: /mute [2h|off]."""
    given = "".join(words(update))
    if given:
        off = is_off(given)
        minutes = 0 if off else minutes_of(given)
        if minutes is None or minutes > MOST_MINUTES or (not minutes and not off):
            raise WrongValue("mute", given, parameters.muted_time())
        _mute(update, context, minutes)
    await reply(update, context, *_state(update, context))


async def tapped(update: Update, context: Context, press: Press) -> str:
    """A tap on how long."""
    _mute(update, context, min(max(0, press.number("m")), MOST_MINUTES))
    await show_instead(update, context, *_state(update, context))
    return ""


ACTIONS: Actions = {messages.MUTE: Action(tapped, Role.VIEWER, lasts=True, shared=True)}


def _mute(update: Update, context: Context, minutes: int) -> None:
    services = context.services
    until = services.now() + timedelta(minutes=minutes)
    with services.store.transaction() as tx:
        value = until.isoformat() if minutes else ""
        tx.preferences.put(origin(update).chat_id, MUTED_UNTIL, value)


def _state(update: Update, context: Context) -> tuple[str, Keyboard]:
    services, chat_id = context.services, origin(update).chat_id
    now = services.now()
    with services.store.transaction() as tx:
        until, zone = tx.preferences.muted_until(chat_id, now), tx.preferences.zone(chat_id)
    text = messages.not_muted() if until is None else messages.muted(until, zone, now)
    return text, lasting(messages.mute_keys(muted_now=until is not None))
