"""Giving the machine back: /release, /after, and the buttons under the announcement."""

import contextlib

from telegram import Update

from bot.button import Button, Press
from bot.commands.buttons import offer, pressed_by, show_instead
from bot.commands.context import Context, origin, reply, words
from bot.errors import AlreadyStopping, ExtraWords, NotRunning, WrongValue
from bot.job import Origin
from bot.messages import buttons, parameters, replies
from bot.messages import release as messages
from bot.messages.translation import say
from bot.release import ANYWAY, KEEP, After
from training.protocol.control import StopMode


async def release(update: Update, context: Context) -> None:
    """Give the machine back when everything is saved: /release."""
    if given := words(update):
        raise ExtraWords(tuple(given), "/release")
    services = context.services
    with services.store.transaction() as tx:
        jobs = [*tx.jobs.active(), *tx.jobs.queued()]
    lent, saves = services.release.lent, services.release.saves
    if lent and saves and not jobs:
        first = services.release.go(origin(update))
        await reply(update, context, messages.goes_now() if first else replies.done_before())
        return
    label = messages.ANYWAY if lent else messages.STOP_BOT
    row = [Button(say(label), ANYWAY), Button(say(messages.KEEP), KEEP)]
    keyboard = offer(update, context, [row])
    await reply(update, context, messages.sure(jobs, lent=lent, saving=saves), keyboard)


async def after(update: Update, context: Context) -> None:
    """Choose what happens when the queue runs empty: /after [ask|release|keep]."""
    services, given = context.services, [word.lower() for word in words(update)]
    if len(given) > 1:
        raise ExtraWords(tuple(given[1:]), "/after release")
    if given and given[0] not in set(After):
        raise WrongValue("after", given[0], parameters.choice(*After))
    choice = services.release.after(After(given[0]) if given else None)
    able = services.release.lent and services.release.saves
    await reply(update, context, messages.after(choice) if able else messages.no_lent_machine())


async def hold(update: Update, context: Context, press: Press) -> str:
    """Keep it for half an hour."""
    if not context.services.release.hold(pressed_by(update, press)):
        return buttons.gone()
    await show_instead(update, context, messages.held())
    return ""


async def keep(update: Update, context: Context, press: Press) -> str:
    """Keep it until another job has ended."""
    if not context.services.release.keep(pressed_by(update, press)):
        return buttons.gone()
    await show_instead(update, context, messages.kept(lent=context.services.release.lent))
    return ""


async def now(update: Update, context: Context, press: Press) -> str:
    """Do not wait for the ten minutes to pass."""
    if not context.services.release.go(pressed_by(update, press)):
        return buttons.gone()
    await show_instead(update, context, messages.goes_now())
    return ""


async def anyway(update: Update, context: Context, press: Press) -> str:
    """Stop what runs on a lent machine, then release it."""
    services, asked = context.services, origin(update)
    with services.store.transaction() as tx:
        jobs = [*tx.jobs.queued(), *tx.jobs.active()] if services.release.lent else []
    for job in jobs:
        with contextlib.suppress(AlreadyStopping, NotRunning):
            # Not in this press's name: that is used up by the release, when all are told.
            services.jobs.stop(job.id, StopMode.NOW, Origin(asked.chat_id, asked.user_id))
            services.cards.changed(job.id)
    if not services.release.go(pressed_by(update, press), forced=True):
        return buttons.gone()
    await show_instead(update, context, messages.goes_now())
    return ""
