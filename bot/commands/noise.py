"""How much the bot says by itself: /keepalive, /notify."""

from telegram import Update

from bot.button import Keyboard, Press, lasting
from bot.commands.buttons import Action, Actions, show_instead
from bot.commands.context import Context, origin, reply, words
from bot.commands.labels import is_off, labelled
from bot.commands.words import minutes_of
from bot.errors import ExtraWords, MissingWord, WrongValue
from bot.messages import buttons as button_messages
from bot.messages import noise as messages
from bot.messages import parameters, replies
from bot.noise import DEFAULTS, Kind, Level
from bot.preferences import KEEPALIVE_DEFAULT_MINUTES, KEEPALIVE_MINUTES, KEEPALIVE_OFF, NOTIFY
from bot.roles import Role
from bot.store import Transaction

MOST_MINUTES = 24 * 60
USAGE = "/notify epochs silent"


async def keepalive(update: Update, context: Context) -> None:
    """Set how often a sign of life comes while a job runs: /keepalive [10m|off]."""
    services = context.services
    chat_id = origin(update).chat_id
    given = words(update)
    with services.store.transaction() as tx:
        if given:
            minutes = _interval("".join(given))
            tx.preferences.put(chat_id, KEEPALIVE_MINUTES, minutes)
            if minutes != KEEPALIVE_OFF and tx.preferences.level(chat_id, Kind.PINGS) is Level.OFF:
                tx.preferences.put(chat_id, NOTIFY + Kind.PINGS, DEFAULTS[Kind.PINGS].value)
        minutes = tx.preferences.get(chat_id, KEEPALIVE_MINUTES, KEEPALIVE_DEFAULT_MINUTES)
    services.timers.set_keepalive(chat_id, minutes)
    await reply(update, context, replies.keepalive(minutes))


async def notify(update: Update, context: Context) -> None:
    """Choose what is told, and how: /notify [kind on|silent|off]."""
    given = words(update)
    if given:
        _choose(update, context, *_kind_and_level(given))
    await reply(update, context, *_matrix(update, context))


async def choose(update: Update, context: Context, press: Press) -> str:
    """A tap in the matrix; it stays, with the new choice."""
    kind, level = press.word("k"), press.word("l")
    if kind not in set(Kind) or level not in set(Level):
        return button_messages.gone()
    _choose(update, context, Kind(kind), Level(level))
    await show_instead(update, context, *_matrix(update, context))
    return ""


ACTIONS: Actions = {messages.SET: Action(choose, Role.VIEWER, lasts=True, shared=True)}


def _choose(update: Update, context: Context, kind: Kind, level: Level) -> None:
    services, chat_id = context.services, origin(update).chat_id
    with services.store.transaction() as tx:
        wakes = kind is Kind.PINGS and _level(tx, chat_id, kind) is Level.OFF
        tx.preferences.put(chat_id, NOTIFY + kind.value, level.value)
        minutes = tx.preferences.get(chat_id, KEEPALIVE_MINUTES, KEEPALIVE_DEFAULT_MINUTES)
        if wakes and level is not Level.OFF and minutes == KEEPALIVE_OFF:
            minutes = KEEPALIVE_DEFAULT_MINUTES
            tx.preferences.put(chat_id, KEEPALIVE_MINUTES, minutes)
    if wakes:
        services.timers.set_keepalive(chat_id, minutes)


def _matrix(update: Update, context: Context) -> tuple[str, Keyboard]:
    chat_id, now = origin(update).chat_id, context.services.now()
    with context.services.store.transaction() as tx:
        chosen = {kind: _level(tx, chat_id, kind) for kind in Kind}
        quiet = messages.quiet_state(
            tx.preferences.quiet_hours(chat_id),
            tx.preferences.muted_until(chat_id, now),
            tx.preferences.zone(chat_id),
            now,
        )
    return messages.levels(chosen, quiet), lasting(messages.level_keys(chosen))


def _level(tx: Transaction, chat_id: int, kind: Kind) -> Level:
    """A chat's level; of pings also where their interval says that there are none."""
    minutes = tx.preferences.get(chat_id, KEEPALIVE_MINUTES, KEEPALIVE_DEFAULT_MINUTES)
    if kind is Kind.PINGS and minutes == KEEPALIVE_OFF:
        return Level.OFF
    return tx.preferences.level(chat_id, kind)


def _interval(word: str) -> int:
    if is_off(word):
        return KEEPALIVE_OFF
    minutes = minutes_of(word) or 0
    if not 1 <= minutes <= MOST_MINUTES:
        raise WrongValue("keepalive", word, parameters.keepalive_interval())
    return minutes


def _kind_and_level(given: list[str]) -> tuple[Kind, Level]:
    kind = labelled(given[:1], messages.LABELS)
    if kind is None:
        raise WrongValue("notify", given[0], parameters.one_of(Kind))
    if len(given) == 1:
        raise MissingWord(USAGE)
    if len(given) > 2:  # noqa: PLR2004 - what, and how
        raise ExtraWords(tuple(given[2:]), USAGE)
    level = labelled(given[1:], messages.LEVELS)
    if level is None:
        raise WrongValue(given[0], given[1], parameters.choice(*Level))
    return kind, level
