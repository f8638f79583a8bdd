"""Curves as pictures: /plot."""

from telegram import Update

from bot.button import Keyboard, Press, lasting
from bot.commands.buttons import Action, Actions
from bot.commands.chosen_job import (
    job_by_number,
    jobs_by_numbers,
    latest_job_with_epochs,
    other_jobs,
)
from bot.commands.context import Context, in_background, origin, reply_with_picture, words
from bot.errand import NoAnswer
from bot.errors import NothingToPlot, PlotFailed
from bot.job import EpochRecord, Job
from bot.messages import captions, card_keys, curves, picking
from bot.messages.translation import say
from bot.preferences import PLOT_DARK
from bot.roles import Role
from bot.store import Transaction
from training.protocol.spec import TrainSpec

MOST_JOBS = 6
LOOKED_AT = 50
MOST_FORKS = 10  # of forks
THEMES = {"dark": True, "light": False}


async def plot(update: Update, context: Context) -> None:
    """Show the curves of one job, or of some together: /plot [job …] [dark|light]."""
    services, chat_id = context.services, origin(update).chat_id
    given = words(update)
    numbers = [word for word in given if word.lower() not in THEMES]
    themes = [THEMES[word.lower()] for word in given if word.lower() in THEMES]
    store = services.store
    jobs = jobs_by_numbers(store, numbers, MOST_JOBS, "/plot 7 8")
    with store.transaction() as tx:
        if themes:
            tx.preferences.put(chat_id, PLOT_DARK, themes[-1])
        dark = tx.preferences.get(chat_id, PLOT_DARK, default=False)
    if jobs:
        in_background(update, context, show(update, context, jobs, dark=dark))
        return
    latest = latest_job_with_epochs(store)
    keyboard = lasting(picking.others("plot", other_jobs(store, latest, with_epochs=True)))
    work = show(update, context, [latest], dark=dark, keyboard=keyboard)
    in_background(update, context, work)


async def of_card(update: Update, context: Context, press: Press) -> str:
    """[Plot] under a card."""
    store, chat_id = context.services.store, origin(update).chat_id
    job = job_by_number(store, str(press.number("job")))
    with store.transaction() as tx:
        dark = tx.preferences.get(chat_id, PLOT_DARK, default=False)
    in_background(update, context, show(update, context, [job], dark=dark))
    return say(card_keys.DRAWING)


ACTIONS: Actions = {card_keys.PLOT: Action(of_card, Role.VIEWER, lasts=True)}


async def show(
    update: Update,
    context: Context,
    jobs: list[Job],
    *,
    dark: bool,
    keyboard: Keyboard | None = None,
) -> None:
    """Draw and send.

    Raises:
        NothingToPlot: a job has no epoch yet.
        PlotFailed: the picture could not be drawn.
    """
    with context.services.store.transaction() as tx:
        runs = [(job, _epochs(tx, job)) for job in jobs]
        shown = {job.id for job in jobs}
        others = (job.id for job in tx.jobs.latest(LOOKED_AT) if job.id not in shown)
        other = next((job_id for job_id in others if tx.jobs.epochs(job_id, 1)), None)
    for job, records in runs:
        if not records:
            raise NothingToPlot(job.id)
    try:
        picture = await context.services.plots.draw(curves.plot(runs, dark=dark))
    except NoAnswer as error:
        raise PlotFailed(str(error)) from error
    await reply_with_picture(update, context, picture, captions.caption(runs, other), keyboard)


def _epochs(tx: Transaction, job: Job) -> list[EpochRecord]:
    """A job's epochs; of a fork those before it as well, as far back as they are known."""
    records = list(tx.jobs.epochs(job.id))
    for _ in range(MOST_FORKS):
        parent = job.spec.parent if isinstance(job.spec, TrainSpec) else None
        found = None if parent is None or parent.epoch is None else tx.jobs.find(parent.job)
        if parent is None or parent.epoch is None or found is None:
            break
        first = records[0].epoch if records else parent.epoch + 1
        before = tx.jobs.epochs(found.id)
        records = [one for one in before if one.epoch < min(first, parent.epoch + 1)] + records
        job = found
    return records
