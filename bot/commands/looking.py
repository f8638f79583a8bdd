"""Looking at what there is: /status, /job, and how much cards show."""

import asyncio
import shutil

from telegram import Update

from bot.button import Button, Keyboard, Press, lasting
from bot.commands.buttons import Action, Actions, show_instead
from bot.commands.chosen_job import job_by_number, latest_job
from bot.commands.context import Context, origin, reply, words
from bot.disk_use import largest_folders
from bot.errors import ExtraWords
from bot.machine import read_machine
from bot.messages import card_keys, end_keys, lookout
from bot.messages import deadline as deadlines
from bot.messages import status as messages
from bot.messages.translation import say
from bot.preferences import CARD_MORE
from bot.roles import Role

LARGEST = 8


async def status(update: Update, context: Context) -> None:
    """Say what runs, what waits and how the machine is: /status."""
    text = await _status(context, origin(update).chat_id)
    await reply(update, context, text, _refresh())


async def status_again(update: Update, context: Context, press: Press) -> str:
    """[Refresh]: the same message as things are now."""
    text = await _status(context, origin(update).chat_id)
    await show_instead(update, context, text, _refresh())
    return ""


def _refresh() -> Keyboard:
    return lasting([[Button(say(messages.AGAIN_LABEL), messages.AGAIN)]])


async def more(update: Update, context: Context, press: Press) -> str:
    """[More] under a card: this chat's cards show all there is."""
    return await _resize(update, context, press, more=True)


async def less(update: Update, context: Context, press: Press) -> str:
    """[Less] under a card."""
    return await _resize(update, context, press, more=False)


async def disk_use(update: Update, context: Context, press: Press) -> str:
    """[What takes room]: the largest folders, and what may go."""
    work = context.services.settings.work
    disk = shutil.disk_usage(work)
    largest = await asyncio.to_thread(largest_folders, work, LARGEST)
    await reply(update, context, lookout.disk_use(disk.free, disk.total, largest))
    return ""


ACTIONS: Actions = {
    end_keys.DISK: Action(disk_use, Role.VIEWER, lasts=True, remains=True),
    messages.AGAIN: Action(status_again, Role.VIEWER, lasts=True),
    card_keys.MORE: Action(more, Role.VIEWER, lasts=True),
    card_keys.LESS: Action(less, Role.VIEWER, lasts=True),
}


async def job(update: Update, context: Context) -> None:
    """Tell all about one job: /job [job]."""
    services = context.services
    given = words(update)
    if len(given) > 1:
        raise ExtraWords(tuple(given[1:]), "/job 7")
    store = services.store
    shown = job_by_number(store, given[0]) if given else latest_job(store)
    with services.store.transaction() as tx:
        epochs, artifacts = tx.jobs.epochs(shown.id), tx.jobs.artifacts(shown.id)
        zone = tx.preferences.zone(origin(update).chat_id)
    folder = str(services.jobs.folder(shown.id).path)
    text = messages.job_details(shown, epochs, artifacts, folder, services.now(), zone)
    await reply(update, context, text)


async def _status(context: Context, chat_id: int) -> str:
    services = context.services
    machine = await asyncio.to_thread(read_machine, services.settings.work)
    now, deadline = services.now(), services.deadline
    with services.store.transaction() as tx:
        running, waiting = tx.jobs.active(), len(tx.jobs.queued_ids())
        queue = messages.Queue(tx.jobs.queued(most=messages.QUEUE_SHOWN), waiting)
        zone = tx.preferences.zone(chat_id)
        found = [deadline.outlook(tx, job) for job in running]
    told = [deadlines.life(deadline.lifetime, zone, now)]
    told += [deadlines.outlook(forecast, zone, now) for forecast in found if forecast is not None]
    life = [line for line in told if line is not None]
    uptime_s = (now - services.started_at).total_seconds()
    if services.jobs.ready:
        life.append(messages.ready())
    return messages.status(running, queue, machine, uptime_s, now, life)


async def _resize(update: Update, context: Context, press: Press, *, more: bool) -> str:
    services = context.services
    job = job_by_number(services.store, str(press.number("job")))
    with services.store.transaction() as tx:
        tx.preferences.put(origin(update).chat_id, CARD_MORE, more)
    await services.cards.show(job.id)
    return ""
