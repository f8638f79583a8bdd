"""Who may do what, and who did: /invite, /users, /audit."""

from io import BytesIO

import segno
from telegram import Update

from bot.button import Press, lasting
from bot.commands.access import OPEN_FOR
from bot.commands.buttons import Action, Actions, offer, pressed_by, show_instead
from bot.commands.chosen_job import job_by_number
from bot.commands.context import Context, origin, reply, reply_with_picture, words
from bot.commands.labels import labelled
from bot.errors import ExtraWords, MissingWord, WrongValue
from bot.messages import buttons, parameters, replies, roles
from bot.messages import users as messages
from bot.roles import Role
from bot.store.users import User

INVITED = {"operator": Role.OPERATOR, "viewer": Role.VIEWER}
TRAIL_LINES = 20
QR_SCALE = 12


async def invite(update: Update, context: Context) -> None:
    """Make a link that lets somebody in: /invite operator|viewer."""
    given = words(update)
    if not given:
        raise MissingWord("/invite viewer")
    if len(given) > 1:
        raise ExtraWords(tuple(given[1:]), "/invite viewer")
    name = labelled(given, {name: roles.NAMES[name] for name in INVITED})
    if name is None:
        raise WrongValue("invite", given[0], parameters.choice(*INVITED))
    role = INVITED[name]
    code = context.services.access.invite(role, origin(update))
    if code is None:
        await reply(update, context, replies.done_before())
        return
    link = f"https://t.me/{context.bot.username}?start={code}"
    picture = BytesIO()
    segno.make(link).save(picture, kind="png", scale=QR_SCALE)
    caption = messages.invitation(link, role, OPEN_FOR)
    await reply_with_picture(update, context, picture.getvalue(), caption)


async def users(update: Update, context: Context) -> None:
    """Show who may do what: /users."""
    if given := words(update):
        raise ExtraWords(tuple(given), "/users")
    found = _all(context)
    await reply(update, context, messages.everybody(found), lasting(messages.removals(found)))


async def audit(update: Update, context: Context) -> None:
    """Show who did what: /audit [job]."""
    given = words(update)
    if len(given) > 1:
        raise ExtraWords(tuple(given[1:]), "/audit 7")
    services = context.services
    job_id = job_by_number(services.store, given[0]).id if given else None
    names = {user.id: messages.called(user) for user in _all(context)}
    with services.store.transaction() as tx:
        entries = tx.audit.latest(TRAIL_LINES, job_id)
        zone = tx.preferences.zone(origin(update).chat_id)
    await reply(update, context, messages.trail(entries, names, zone))


async def ask(update: Update, context: Context, press: Press) -> str:
    """Ask before somebody is removed."""
    user = _chosen(context, press)
    if user is None:
        return buttons.gone()
    keyboard = offer(update, context, messages.sure_buttons(user))
    await show_instead(update, context, messages.sure(user), keyboard)
    return ""


async def remove(update: Update, context: Context, press: Press) -> str:
    """Remove somebody, and show who is left."""
    if not context.services.access.remove(press.number("u"), pressed_by(update, press)):
        return buttons.gone()
    return await back(update, context, press)


async def back(update: Update, context: Context, press: Press) -> str:
    """Show the list again."""
    found = _all(context)
    keyboard = lasting(messages.removals(found))
    await show_instead(update, context, messages.everybody(found), keyboard)
    return ""


ACTIONS: Actions = {
    messages.ASK_REMOVE: Action(ask, Role.OWNER, lasts=True),
    messages.REMOVE: Action(remove, Role.OWNER),
    messages.BACK: Action(back, Role.OWNER),
}


def _all(context: Context) -> list[User]:
    with context.services.store.transaction() as tx:
        return tx.users.all()


def _chosen(context: Context, press: Press) -> User | None:
    wanted = press.number("u")
    found = [user for user in _all(context) if user.id == wanted]
    return found[0] if found and found[0].role is not Role.OWNER else None
