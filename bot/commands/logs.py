"""What a job printed: /logs, [Logs] under a card, [Refresh] in place."""

import asyncio

from telegram import Update

from bot.button import Keyboard, Press, lasting
from bot.commands.buttons import Action, Actions, show_instead
from bot.commands.chosen_job import job_by_number, latest_job, other_jobs
from bot.commands.context import (
    Context,
    in_background,
    origin,
    reply,
    reply_with_file,
    words,
)
from bot.errors import ExtraWords, NoLog, NotFetched, WrongValue
from bot.job import Job
from bot.log_tail import log_tail
from bot.messages import card_keys, parameters, picking
from bot.messages import logs as messages
from bot.roles import Role

LOG_LINES = 30
MOST_LOG_LINES = 10_000
MOST_BYTES = 8 * 1024 * 1024
USAGE = "/logs 7 100"


async def logs(update: Update, context: Context) -> None:
    """Show the last lines that a job printed: /logs [job] [lines]; many come as a file."""
    given = words(update)
    if len(given) > 2:  # noqa: PLR2004 - the job, and how many
        raise ExtraWords(tuple(given[2:]), USAGE)
    store = context.services.store
    job = job_by_number(store, given[0]) if given else latest_job(store)
    count = given[1] if given[1:] else str(LOG_LINES)
    if not count.isascii() or not count.isdigit() or not 1 <= int(count) <= MOST_LOG_LINES:
        raise WrongValue("lines", count, parameters.whole_number(1, MOST_LOG_LINES))
    lines = await _lines(context, job, int(count))
    if given[1:] and not messages.fits(lines):
        in_background(update, context, _send_file(update, context, job, lines))
        return
    others = [] if given else picking.others("logs", other_jobs(store, job))
    keyboard = (*_keys(job, int(count)), *lasting(others))
    await reply(update, context, _text(update, context, job, lines), keyboard)


async def of_card(update: Update, context: Context, press: Press) -> str:
    """[Logs] under a card."""
    job = job_by_number(context.services.store, str(press.number("job")))
    lines = await _lines(context, job, LOG_LINES)
    await reply(update, context, _text(update, context, job, lines), _keys(job, LOG_LINES))
    return ""


async def again(update: Update, context: Context, press: Press) -> str:
    """[Refresh]: the same message with the lines of now."""
    job = job_by_number(context.services.store, str(press.number("job")))
    count = min(max(1, press.number("n")), MOST_LOG_LINES)
    lines = await _lines(context, job, count)
    await show_instead(update, context, _text(update, context, job, lines), _keys(job, count))
    return ""


ACTIONS: Actions = {
    card_keys.LOGS: Action(of_card, Role.VIEWER, lasts=True, remains=True),
    messages.AGAIN: Action(again, Role.VIEWER, lasts=True),
}


def _text(update: Update, context: Context, job: Job, lines: tuple[str, ...]) -> str:
    services = context.services
    with services.store.transaction() as tx:
        zone = tx.preferences.zone(origin(update).chat_id)
    return messages.last_lines(job, lines, services.now(), zone)


def _keys(job: Job, count: int) -> Keyboard:
    return lasting([[messages.refresh(job, count)]])


async def _lines(context: Context, job: Job, count: int) -> tuple[str, ...]:
    """The last lines of a job.

    Raises:
        NoLog: there is none.
        NotFetched: it is on its way from the home folder.
    """
    services = context.services
    folder = services.jobs.folder(job.id)
    lines = await asyncio.to_thread(log_tail, folder, count, MOST_BYTES)
    if lines:
        return lines
    with services.store.transaction() as tx:
        if services.jobs.on_its_way(tx, job.id):
            raise NotFetched(job.id)
    raise NoLog(job.id)


async def _send_file(update: Update, context: Context, job: Job, lines: tuple[str, ...]) -> None:
    content = ("\n".join(lines) + "\n").encode(errors="replace")
    caption = messages.as_file(job, len(lines))
    await reply_with_file(update, context, messages.file_name(job), content, caption)
