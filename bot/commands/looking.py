"""Looking at what there is: /status, /jobs, /job, /logs."""

import asyncio

from telegram import Update

from bot.commands.chosen_job import job_by_number, latest_job
from bot.commands.context import Context, origin, reply, words
from bot.errors import ExtraWords, NoLog, NotFetched, WrongValue
from bot.job import Job
from bot.log_tail import log_tail
from bot.machine import read_machine
from bot.messages import deadline as deadlines
from bot.messages import replies
from bot.messages import status as messages

LISTED_JOBS = 10
LOG_LINES = 30
MOST_LOG_LINES = 500


async def status(update: Update, context: Context) -> None:
    """Say what runs, what waits and how the machine is: /status."""
    services = context.services
    machine = await asyncio.to_thread(read_machine, services.settings.work)
    now, deadline = services.now(), services.deadline
    with services.store.transaction() as tx:
        running, queued = tx.jobs.active(), tx.jobs.queued()
        zone = tx.preferences.zone(origin(update).chat_id)
        found = [deadline.outlook(tx, job) for job in running]
    told = [deadlines.life(deadline.lifetime, zone, now)]
    told += [deadlines.outlook(forecast, zone, now) for forecast in found if forecast is not None]
    life = [line for line in told if line is not None]
    uptime_s = (now - services.started_at).total_seconds()
    text = messages.status(running, queued, machine, uptime_s, now, life)
    await reply(update, context, text)


async def jobs(update: Update, context: Context) -> None:
    """List the latest jobs: /jobs."""
    with context.services.store.transaction() as tx:
        latest, total = tx.jobs.latest(LISTED_JOBS), tx.jobs.count()
    await reply(update, context, messages.job_list(latest, total))


async def job(update: Update, context: Context) -> None:
    """Tell all about one job: /job [job]."""
    services = context.services
    shown, _ = _job_and_rest(update, context, most=1, usage="/job 7")
    with services.store.transaction() as tx:
        epochs, artifacts = tx.jobs.epochs(shown.id), tx.jobs.artifacts(shown.id)
        zone = tx.preferences.zone(origin(update).chat_id)
    folder = str(services.jobs.folder(shown.id).path)
    text = messages.job_details(shown, epochs, artifacts, folder, services.now(), zone)
    await reply(update, context, text)


async def logs(update: Update, context: Context) -> None:
    """Show the last lines that a job printed: /logs [job] [lines]."""
    services = context.services
    shown, rest = _job_and_rest(update, context, most=2, usage="/logs 7 100")
    count = rest[0] if rest else str(LOG_LINES)
    if not count.isascii() or not count.isdigit() or not 1 <= int(count) <= MOST_LOG_LINES:
        raise WrongValue("lines", count, f"a whole number from 1 to {MOST_LOG_LINES}")
    lines = await asyncio.to_thread(log_tail, services.jobs.folder(shown.id), int(count))
    if not lines:
        with services.store.transaction() as tx:
            if services.jobs.on_its_way(tx, shown.id):
                raise NotFetched(shown.id)
        raise NoLog(shown.id)
    await reply(update, context, replies.log_lines(shown, lines))


def _job_and_rest(update: Update, context: Context, most: int, usage: str) -> tuple[Job, list[str]]:
    given = words(update)
    if len(given) > most:
        raise ExtraWords(tuple(given[most:]), usage)
    store = context.services.store
    return (job_by_number(store, given[0]) if given else latest_job(store)), given[1:]
