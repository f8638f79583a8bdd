"""Another learning rate for a training that is there: /lr."""

import re

from telegram import Update

from bot.button import Button, Press
from bot.commands.buttons import Action, Actions, offer, pressed_by, show_instead
from bot.commands.chosen_job import job_by_number, only_open_job
from bot.commands.context import Context, origin, reply, words
from bot.errors import ExtraWords, WrongValue
from bot.job import Job
from bot.messages import buttons as button_messages
from bot.messages import parameters
from bot.messages import steering as messages
from bot.roles import Role
from bot.typed import number_first
from bot.wishes import learning_rate_of, need_epoch_left

USAGE = "/lr 7 0.1"
# Below, a 32-bit float may be nothing; above, as in the spec, no training comes to anything.
LEAST, MOST = 1e-30, 100.0
_RATE = re.compile(
    r"(?P<factor>[x×*])?(?P<number>([0-9]+([.,][0-9]*)?|[.,][0-9]+)(e[+-]?[0-9]{1,3})?)",
    re.IGNORECASE,
)


async def lr(update: Update, context: Context) -> None:
    """Change the learning rate of a training: /lr [job] [rate|×factor]."""
    services = context.services
    given = words(update)
    job, rate = _job_and_rate(context, given)
    if rate is None:
        need_epoch_left(job)
        await reply(update, context, messages.offered(job), offer(update, context, _choices(job)))
        return
    wished = services.jobs.set_learning_rate(job.id, _wished(job, rate), origin(update))
    services.cards.changed(job.id)
    await reply(update, context, messages.rate_wished(wished))


async def set_rate(update: Update, context: Context, press: Press) -> str:
    """A tap on one of the rates that /lr offers."""
    rate, services = press.arguments.get("rate"), context.services
    if not isinstance(rate, int | float):
        return button_messages.gone()
    by = pressed_by(update, press)
    job = services.jobs.set_learning_rate(press.number("job"), float(rate), by)
    services.cards.changed(job.id)
    await show_instead(update, context, messages.rate_wished(job))
    return ""


ACTIONS: Actions = {messages.SET: Action(set_rate, Role.OPERATOR)}


def _job_and_rate(context: Context, given: list[str]) -> tuple[Job, str | None]:
    """A whole number alone is a job's; anything else alone is a rate for the one that runs."""
    store = context.services.store
    # A factor may stand by itself: "x 0.5".
    if len(given) > 1 and given[-2].lower() in ("x", "×", "*"):
        given = [*given[:-2], given[-2] + given[-1]]
    number, behind = number_first(" ".join(given))
    rates = behind.split()
    if number is None and rates and (rates[1:] or not _RATE.fullmatch(rates[0])):
        number, *rates = rates
    if rates[1:]:
        raise ExtraWords(tuple(rates[1:]), USAGE)
    job = only_open_job(store, "lr") if number is None else job_by_number(store, number)
    return job, rates[0] if rates else None


def _wished(job: Job, word: str) -> float:
    """The rate itself, or so many times the one that is wished for or in effect.

    Raises:
        WrongValue: it is none that a training could have.
    """
    found = _RATE.fullmatch(word)
    rate = float(found["number"].replace(",", ".")) if found is not None else 0.0
    if found is not None and found["factor"]:
        rate = _rounded(rate * _base(job))
    if not LEAST <= rate <= MOST:
        raise WrongValue("lr", word, parameters.learning_rate(MOST))
    return rate


def _choices(job: Job) -> list[list[Button]]:
    rates = [(factor, _rounded(factor * _base(job))) for factor in messages.FACTORS]
    return messages.buttons(job, [(f, rate) for f, rate in rates if LEAST <= rate <= MOST])


def _base(job: Job) -> float:
    return learning_rate_of(job) if job.learning_rate is None else job.learning_rate


def _rounded(rate: float) -> float:
    """0.1 times 0.1 is 0.01, not 0.010000000000000002."""
    return float(f"{rate:.6g}")
