"""Presses of buttons: who may press, what it does, and that it counts once."""

import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from telegram import CallbackQuery, InlineKeyboardMarkup, Message, Update
from telegram.constants import ParseMode

from bot.button import Button, Keyboard, Press, Unreadable, lasting_press
from bot.commands.context import Context, origin, reply, role_in
from bot.delivery import NotNow, delivered
from bot.inline_keyboard import inline_keyboard
from bot.job import Origin
from bot.messages import buttons as messages
from bot.roles import Role
from bot.turns import in_turn

log = logging.getLogger(__name__)

Act = Callable[[Update, Context, Press], Awaitable[str]]
Edited = Message | bool


@dataclass(frozen=True, slots=True)
class Action:
    """What a button does and who may press it.

    Attributes:
        act: does it; returns a word for the user's screen, which may be empty.
        lasts: it may be pressed again and again; what anybody can send by hand is
            no press of any other.
        stays: the same, for what does not fit into a key: a press leaves it in the store.
        remains: a key that lasts stays under its message when the one-shot ones beside it go.
        tidies: after its press the message keeps its words, and only keys that remain.
        shared: in a group it changes something for everybody there.
    """

    act: Act
    role: Role
    lasts: bool = False
    stays: bool = False
    remains: bool = False
    tidies: bool = False
    shared: bool = False

    def needed(self, update: Update) -> Role:
        """The role that a press takes in the chat that it comes from."""
        return role_in(update, self.role, shared=self.shared)


Actions = Mapping[str, Action]


async def carry_out(update: Update, context: Context, actions: Actions) -> None:
    """Take a press: silence for strangers, a kind word where it comes too late."""
    query, services = update.callback_query, context.services
    role = services.access.role(origin(update).user_id)
    if query is None or role is None:
        return
    press = _read(update, context, query.data or "")
    action = actions.get(press.action) if press is not None else None
    if press is None or action is None or action.lasts is not (press.question is None):
        await _gone(update, context, query, actions)
    elif role < (needed := action.needed(update)):
        await _answer(query, messages.not_yours(needed.name.lower()))
    elif press.only_for not in (None, origin(update).user_id):
        await _answer(query, messages.somebody_elses())
    else:
        try:
            word = await action.act(update, context, press)
        except Unreadable as error:
            log.warning("a press means nothing here: %s", error)
            await _gone(update, context, query, actions)
            return
        if press.question is not None and not action.stays:
            with services.store.transaction() as tx:
                tx.buttons.close(press.question)
            if action.tidies:
                await take_away(update, context, actions)
        await _answer(query, word)


async def _gone(update: Update, context: Context, query: CallbackQuery, actions: Actions) -> None:
    await _answer(query, messages.gone())
    # Where the chat must be left alone they stay: another press is told the same.
    await take_away(update, context, actions)


async def take_away(update: Update, context: Context, actions: Actions) -> None:
    """Leave only those keys under the message pressed that remain."""
    query = update.callback_query
    message = None if query is None else query.message
    if query is None or not isinstance(message, Message) or message.reply_markup is None:
        return

    def stays(data: object) -> bool:
        press = lasting_press(data) if isinstance(data, str) and data != query.data else None
        return press is not None and press.action in actions and actions[press.action].remains

    rows = [
        [key for key in row if stays(key.callback_data)]
        for row in message.reply_markup.inline_keyboard
    ]
    left = [row for row in rows if row]
    markup = InlineKeyboardMarkup(left) if left else None
    await _edited(update, context, lambda: query.edit_message_reply_markup(markup))


def pressed_by(update: Update, press: Press) -> Origin:
    """Who pressed: what is done in this name is done once, whatever dies in between."""
    return replace(origin(update), question=press.question)


def offer(
    update: Update, context: Context, rows: Sequence[Sequence[Button]], *, to_all: bool = False
) -> Keyboard:
    """Buttons for the answer to an update; for its sender alone unless ``to_all``."""
    asked, services = origin(update), context.services
    with services.store.transaction() as tx:
        user_id = None if to_all else asked.user_id
        return tx.buttons.offer(asked.chat_id, rows, services.now(), user_id=user_id)


async def show_instead(
    update: Update, context: Context, text: str, keyboard: Keyboard | None = None
) -> None:
    """Put other words, and other buttons or none, in place of the message pressed."""
    query = update.callback_query
    if query is None:
        return

    def edit() -> Awaitable[Edited]:
        markup = inline_keyboard(keyboard)
        return query.edit_message_text(text, parse_mode=ParseMode.HTML, reply_markup=markup)

    if not await _edited(update, context, edit):
        await reply(update, context, text, keyboard)


async def _edited(update: Update, context: Context, edit: Callable[[], Awaitable[Edited]]) -> bool:
    """Edit the message pressed, in its chat's turn; whether Telegram may be asked for that now.

    An edit that fails for good, say because the message is gone, is not worth a word.
    """
    delivery = await in_turn(context.services.pace, origin(update).chat_id, edit, edits=True)
    return not isinstance(delivery, NotNow)


def _read(update: Update, context: Context, data: str) -> Press | None:
    lasts = lasting_press(data)
    if lasts is not None:
        return lasts
    asked = origin(update)
    with context.services.store.transaction() as tx:
        return tx.buttons.pressed(data, asked.chat_id)


async def _answer(query: CallbackQuery, word: str) -> None:
    await delivered(query.answer(word or None))
