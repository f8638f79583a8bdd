"""The buttons under a forecast: stop at an epoch, do fewer, or go on."""

from telegram import Update

from bot.button import Press
from bot.commands.buttons import pressed_by, show_instead
from bot.commands.context import Context
from bot.messages import deadline as messages
from bot.messages import wishes


async def stop(update: Update, context: Context, press: Press) -> str:
    """Stop and save after an epoch; the job can go on later."""
    jobs, by = context.services.jobs, pressed_by(update, press)
    job = jobs.stop_after(press.number("job"), press.number("epoch"), by)
    context.services.cards.changed(job.id)
    await show_instead(update, context, wishes.stops_at(job))
    return ""


async def fewer(update: Update, context: Context, press: Press) -> str:
    """Do only so many epochs."""
    jobs, by = context.services.jobs, pressed_by(update, press)
    job = jobs.set_epochs(press.number("job"), press.number("epoch"), by)
    context.services.cards.changed(job.id)
    await show_instead(update, context, wishes.epochs_set(job))
    return ""


async def go_on(update: Update, context: Context, press: Press) -> str:
    """Leave it as it is, and say no more about it."""
    job = context.services.jobs.accept_deadline(press.number("job"), pressed_by(update, press))
    await show_instead(update, context, messages.goes_on(job))
    return ""
