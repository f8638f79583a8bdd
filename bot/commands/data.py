"""Data to learn from: /data."""

from telegram import Update

from bot.button import Press
from bot.commands.buttons import Action, Actions, offer
from bot.commands.context import Context, in_background, origin, reply, reply_with_picture, words
from bot.commands.own_data import is_archive
from bot.errors import ExtraWords, PackedData, PictureNotSent
from bot.messages import buttons as button_messages
from bot.messages import data_sets as messages
from bot.messages.files import AT, unpacked
from bot.messages.markup import CAPTION_LIMIT, length
from bot.roles import Role

USAGE = '/data "My Drive/flowers"'
MOST_LISTED = 12


async def data(update: Update, context: Context) -> None:
    """List what can be learned from, or look into it: /data [name]."""
    given = words(update)
    if len(given) > 1:
        raise ExtraWords(tuple(given[1:]), USAGE)
    in_background(
        update, context, _look_named(update, context, given[0]) if given else _list(update, context)
    )


async def look(update: Update, context: Context, press: Press) -> str:
    """A tap on data in the list."""
    path = unpacked(press.arguments.get(AT))
    if path is None:
        return button_messages.gone()
    in_background(update, context, _look_named(update, context, str(path)))
    return messages.looking(path.name)


ACTIONS: Actions = {messages.LOOK: Action(look, Role.VIEWER, stays=True)}


async def _list(update: Update, context: Context) -> None:
    services = context.services
    found = await services.data_look.list(services.data_lookup.roots, MOST_LISTED)
    keyboard = offer(update, context, messages.list_buttons(found), to_all=True)
    await reply(update, context, messages.data_list(found), keyboard)


async def _look_named(update: Update, context: Context, name: str) -> None:
    services = context.services
    path, is_folder = await services.data_lookup.place(name)
    if not is_folder and is_archive(path):
        raise PackedData(str(path))
    seen, picture = await services.data_look.look(path)
    text = messages.seen(seen, path, services.data_lookup.roots)
    may_train = (services.access.role(origin(update).user_id) or Role.VIEWER) >= Role.OPERATOR
    rows = messages.seen_buttons(seen, path) if may_train else []
    keyboard = offer(update, context, rows, to_all=True) if rows else None
    if picture and length(text) <= CAPTION_LIMIT:
        try:
            await reply_with_picture(update, context, picture, text, keyboard)
        except PictureNotSent:
            pass  # its words matter more
        else:
            return
    await reply(update, context, text, keyboard)
