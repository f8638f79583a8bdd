"""Being told when a metric gets somewhere: /alert."""

import difflib

from telegram import Update

from bot.alerts import Condition, parse_condition
from bot.button import Keyboard, Press, lasting
from bot.commands.buttons import Action, Actions, show_instead
from bot.commands.chosen_job import job_by_number, only_open_job
from bot.commands.context import Context, origin, reply, words
from bot.errors import (
    AlreadySo,
    NoEpochs,
    NotRunning,
    ShareTooLarge,
    TooManyAlerts,
    UnknownMetric,
    WrongValue,
)
from bot.job import EpochRecord, Job, JobState
from bot.messages import alerts as messages
from bot.messages import buttons as button_messages
from bot.messages import figures, parameters
from bot.roles import Role
from bot.store import Transaction
from bot.store.audit import Deed
from bot.typed import number_first

MOST_ALERTS = 20
LOOKED_AT = 3
LEAST_PERCENT = 10
# What a training logs, for those that have not ended an epoch yet.
USUAL = ("loss", "accuracy", "val_loss", "val_accuracy")


async def alert(update: Update, context: Context) -> None:
    """Wait for a metric to get somewhere: /alert [job] [condition]; alone, what is waited for."""
    given = words(update)
    if not given:
        await reply(update, context, *_list(update, context))
        return
    services, asked = context.services, origin(update)
    number, text = number_first(" ".join(given))
    if number is not None and not text:
        job = job_by_number(services.store, number)
        await reply(update, context, *_list(update, context, job))
        return
    job, condition = _wished(context, number, text)
    with services.store.transaction() as tx:
        _check(tx, job, condition, asked.chat_id)
        if tx.first(asked):
            tx.alerts.add(job.id, condition, asked, services.now())
            detail = str(condition)
            tx.audit.put(asked, Deed.SET_ALERT, services.now(), job_id=job.id, detail=detail)
    await reply(update, context, messages.added(job, condition))


async def remove(update: Update, context: Context, press: Press) -> str:
    """Take an alert back, and show the others; another user's takes an operator."""
    asked, services = origin(update), context.services
    with services.store.transaction() as tx:
        theirs = {alert.id: alert.user_id for alert in tx.alerts.of_chat(asked.chat_id)}
        mine = theirs.get(press.number("a"), asked.user_id) == asked.user_id
        if not mine and (services.access.role(asked.user_id) or Role.VIEWER) < Role.OPERATOR:
            return button_messages.somebody_elses()
        tx.alerts.remove(press.number("a"), asked.chat_id)
    await show_instead(update, context, *_list(update, context))
    return ""


ACTIONS: Actions = {messages.REMOVE: Action(remove, Role.VIEWER, lasts=True)}


def _list(update: Update, context: Context, job: Job | None = None) -> tuple[str, Keyboard | None]:
    """What the chat waits for, of one job or of all."""
    with context.services.store.transaction() as tx:
        found = [
            alert
            for alert in tx.alerts.of_chat(origin(update).chat_id)
            if job is None or alert.job_id == job.id
        ]
        jobs = {item.job_id: tx.jobs.find(item.job_id) for item in found}
    known = {number: job for number, job in jobs.items() if job is not None}
    return messages.waiting(found, known, job), lasting(messages.removals(found)) or None


def _wished(context: Context, number: str | None, text: str) -> tuple[Job, Condition]:
    """The job that is named, or the one that runs, and the condition, with or without blanks."""
    store = context.services.store
    condition = parse_condition(text)
    if condition is None:
        raise WrongValue("alert", text, parameters.condition())
    return job_by_number(store, number) if number else only_open_job(store, "alert"), condition


def _check(tx: Transaction, job: Job, condition: Condition, chat_id: int) -> None:
    """See that the condition can come true.

    Raises:
        UserError: it cannot, or is so already.
    """
    if not job.spec.trains:
        raise NoEpochs(job.id)
    if job.state is JobState.ENDED:
        raise NotRunning(job.id)
    latest = tx.jobs.epochs(job.id, LOOKED_AT)
    names = _names(latest)
    if condition.metric not in names:
        near = difflib.get_close_matches(condition.metric.lower(), names, n=1, cutoff=0.5)
        raise UnknownMetric(job.id, condition.metric, names, near[0] if near else None)
    if figures.is_fraction(condition.metric) and condition.bound > 1:
        raise ShareTooLarge(job.id, condition.metric, str(condition), _as_percent(condition))
    if latest and condition.met_by(latest[-1].metrics):
        raise AlreadySo(job.id, str(condition), latest[-1].epoch)
    if len(tx.alerts.of_chat(chat_id)) >= MOST_ALERTS:
        raise TooManyAlerts(MOST_ALERTS)


def _as_percent(condition: Condition) -> str | None:
    """``accuracy>99`` as it was probably meant."""
    likely = LEAST_PERCENT <= condition.bound <= 100  # noqa: PLR2004 - all of it
    return f"{condition}%" if likely else None


def _names(records: list[EpochRecord]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for record in records for name in record.metrics)) or USUAL
