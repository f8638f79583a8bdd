"""Ending a job early: /stop."""

import contextlib

from telegram import Update

from bot.button import Press
from bot.commands.buttons import Action, Actions, pressed_by
from bot.commands.chosen_job import job_by_number, only_open_job
from bot.commands.context import Context, origin, reply, words
from bot.commands.words import whole_number
from bot.errors import AlreadyStopping, Contradiction, ExtraWords, MissingWord, NotRunning
from bot.job import Job, JobState
from bot.messages import card_keys, replies, wishes
from bot.roles import Role
from training.protocol.control import StopMode

USAGE = "/stop 7 after"
USAGE_AT = "/stop 7 at 35"
MODES = {
    "now": StopMode.NOW,
    "after": StopMode.AFTER_EPOCH,
    "epoch": StopMode.AFTER_EPOCH,
}


async def stop(update: Update, context: Context) -> None:
    """Stop a job: /stop [job] [now|after|at epoch]."""
    given = words(update)
    ways = [word for word in given if word.lower() in (*MODES, "at")]
    if len({MODES.get(word.lower()) for word in ways}) > 1:
        raise Contradiction(tuple(ways), USAGE)
    at = [word.lower() for word in given].index("at") if "at" in map(str.lower, given) else None
    if at is not None:
        await _stop_at(update, context, given[:at], given[at + 1 :])
        return
    numbers = [word for word in given if word.lower() not in MODES]
    modes = [MODES[word.lower()] for word in given if word.lower() in MODES]
    job = _chosen(context, numbers, USAGE, " ".join(w for w in given if w not in numbers))
    mode = modes[-1] if modes else StopMode.NOW
    job = context.services.jobs.stop(job.id, mode, origin(update))
    context.services.cards.changed(job.id)
    await reply(update, context, replies.stopping(job))


async def ask(update: Update, context: Context, press: Press) -> str:
    """[Stop] under a card: the card asks how."""
    return await _turn(context, press, asking=True)


async def back(update: Update, context: Context, press: Press) -> str:
    """[Back]: the card goes on as it was."""
    return await _turn(context, press, asking=False)


async def after_epoch(update: Update, context: Context, press: Press) -> str:
    """[After this epoch]."""
    return await _pressed_stop(update, context, press, StopMode.AFTER_EPOCH)


async def now(update: Update, context: Context, press: Press) -> str:
    """[Now]."""
    return await _pressed_stop(update, context, press, StopMode.NOW)


ACTIONS: Actions = {
    card_keys.ASK: Action(ask, Role.OPERATOR, lasts=True),
    card_keys.BACK: Action(back, Role.OPERATOR, lasts=True),
    card_keys.AFTER: Action(after_epoch, Role.OPERATOR, lasts=True),
    card_keys.NOW: Action(now, Role.OPERATOR, lasts=True),
}


async def _turn(context: Context, press: Press, *, asking: bool) -> str:
    services = context.services
    job = job_by_number(services.store, str(press.number("job")))
    await services.cards.ask(job.id, asking=asking)
    return card_keys.over(job) if job.state is JobState.ENDED else ""


async def _pressed_stop(update: Update, context: Context, press: Press, mode: StopMode) -> str:
    services = context.services
    job = job_by_number(services.store, str(press.number("job")))
    with contextlib.suppress(AlreadyStopping, NotRunning):
        job = services.jobs.stop(job.id, mode, pressed_by(update, press))
    await services.cards.ask(job.id, asking=False)
    return card_keys.stops(job)


async def _stop_at(update: Update, context: Context, numbers: list[str], behind: list[str]) -> None:
    if not behind:
        raise MissingWord(USAGE_AT)
    if behind[1:]:
        raise ExtraWords(tuple(behind[1:]), USAGE_AT)
    job, epoch = (
        _chosen(context, numbers, USAGE_AT, f"at {behind[0]}"),
        whole_number("at", behind[0]),
    )
    job = context.services.jobs.stop_after(job.id, epoch, origin(update))
    context.services.cards.changed(job.id)
    await reply(update, context, wishes.stops_at(job))


def _chosen(context: Context, numbers: list[str], usage: str, behind: str) -> Job:
    if len(numbers) > 1:
        raise ExtraWords(tuple(numbers[1:]), usage)
    store = context.services.store
    return job_by_number(store, numbers[0]) if numbers else only_open_job(store, "stop", behind)
