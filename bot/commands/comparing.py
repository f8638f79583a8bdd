"""Trainings side by side: /compare, /best."""

import math

from telegram import Update

from bot.button import Press
from bot.commands.buttons import Action, Actions
from bot.commands.chosen_job import job_by_number, jobs_by_numbers
from bot.commands.context import Context, reply, words
from bot.commands.words import whole_number
from bot.errors import ExtraWords, MissingWord, NothingToPlot
from bot.job import Job
from bot.messages import comparing as messages
from bot.messages import end_keys
from bot.messages.comparing import Training
from bot.roles import Role

USAGE = "/compare 7 8"
MOST_JOBS = 3
RANKED, MOST_RANKED, LOOKED_AT = 5, 20, 1_000
MOST_GROUPS = 4  # of the latest: what they have learned is not alike


async def compare(update: Update, context: Context) -> None:
    """Show trainings side by side: /compare job job [job]."""
    jobs = jobs_by_numbers(context.services.store, words(update), MOST_JOBS, "/compare 7 8 9")
    if len(jobs) < 2:  # noqa: PLR2004 - one alone is not compared
        raise MissingWord(USAGE)
    for job in jobs:
        if not job.spec.trains:
            raise NothingToPlot(job.id)
    await reply(update, context, messages.comparison(_trainings(context, jobs)))


async def with_best(update: Update, context: Context, press: Press) -> str:
    """[Compare] under a training's last message: with the best one before it."""
    numbers = (press.number("job"), press.number("with"))
    jobs = [job_by_number(context.services.store, str(number)) for number in numbers]
    await reply(update, context, messages.comparison(_trainings(context, jobs)))
    return ""


ACTIONS: Actions = {end_keys.COMPARE: Action(with_best, Role.VIEWER, lasts=True, remains=True)}


async def best(update: Update, context: Context) -> None:
    """Show the best trainings: /best [how many]."""
    given = words(update)
    if len(given) > 1:
        raise ExtraWords(tuple(given[1:]), "/best 10")
    count = min(whole_number("best", given[0]), MOST_RANKED) if given else RANKED
    with context.services.store.transaction() as tx:
        latest = tx.jobs.latest(LOOKED_AT)
    # Those that were tested at their end: that needs no look at their epochs.
    trainings = [Training(job, ()) for job in latest if job.spec.trains]
    tested = [t for t in trainings if t.accuracy is not None and math.isfinite(t.accuracy)]
    groups: dict[tuple[object, ...], list[Training]] = {}
    for training in tested:
        groups.setdefault(training.job.spec.learns_from, []).append(training)
    for group in groups.values():
        group.sort(key=lambda training: -(training.accuracy or 0))
    ranked = [group[: max(1, count)] for group in groups.values()]
    await reply(update, context, messages.ranking(ranked[:MOST_GROUPS]))


def _trainings(context: Context, jobs: list[Job]) -> list[Training]:
    with context.services.store.transaction() as tx:
        return [Training(job, tx.jobs.epochs(job.id)) for job in jobs]
