"""The jobs, a page at a time: /jobs."""

from telegram import Update

from bot.button import Keyboard, Press, Unreadable, lasting
from bot.commands.buttons import Action, Actions, show_instead
from bot.commands.context import Context, reply, words
from bot.commands.labels import labelled
from bot.errors import ExtraWords, WrongValue
from bot.messages import listing as messages
from bot.messages import parameters
from bot.messages.listing import Page
from bot.roles import Role
from bot.store.jobs import Wanted

A_PAGE = 10


async def jobs(update: Update, context: Context) -> None:
    """List the latest jobs: /jobs [what]."""
    given = words(update)
    wanted = labelled(given, messages.NAMES) or labelled(given, messages.OFFERED)
    if given and wanted is None:
        if given[1:] and labelled(given[:1], messages.OFFERED):
            raise ExtraWords(tuple(given[1:]), "/jobs failed")
        raise WrongValue("jobs", " ".join(given), parameters.one_of(Wanted))
    text, keyboard = _shown(context, wanted or Wanted.ALL, 0)
    await reply(update, context, text, keyboard)


async def turn(update: Update, context: Context, press: Press) -> str:
    """Another page, other jobs, or the same as they are now."""
    wanted = press.word("w")
    if wanted not in set(Wanted):
        raise Unreadable(f"no jobs that are {wanted}")
    text, keyboard = _shown(context, Wanted(wanted), max(0, press.number("p")))
    await show_instead(update, context, text, keyboard)
    return ""


ACTIONS: Actions = {messages.TURN: Action(turn, Role.VIEWER, lasts=True)}


def _shown(context: Context, wanted: Wanted, number: int) -> tuple[str, Keyboard]:
    with context.services.store.transaction() as tx:
        total = tx.jobs.count(wanted)
        number = min(number, max(0, total - 1) // A_PAGE)
        found = tx.jobs.listed(wanted, A_PAGE, number * A_PAGE)
    page = Page(wanted, found, number, number * A_PAGE, total)
    return messages.job_list(page), lasting(messages.turning(page))
