"""Going on and doing again: /resume, /retry."""

from telegram import Update

from bot.commands.chosen_job import job_by_number, latest_job, latest_job_that_broke_off
from bot.commands.context import Context, origin, submitted, words
from bot.commands.words import checked, parameter_names, split_parameters
from bot.errors import CannotChange, ExtraWords
from bot.job import Job
from training.protocol.spec import Spec, TrainSpec


async def resume(update: Update, context: Context) -> None:
    """Go on with a job that broke off: /resume [job]."""
    services = context.services
    given = words(update)
    if len(given) > 1:
        raise ExtraWords(tuple(given[1:]), "/resume 7")
    store = services.store
    job = job_by_number(store, given[0]) if given else latest_job_that_broke_off(store)
    await submitted(update, context, services.jobs.resume(job.id, origin(update)))


async def retry(update: Update, context: Context) -> None:
    """Do a job again as a new one: /retry [job] [name=value …]."""
    services = context.services
    numbers, changes = split_parameters(words(update), parameter_names(TrainSpec))
    if len(numbers) > 1:
        raise ExtraWords(tuple(numbers[1:]), "/retry 7 epochs=20")
    job = job_by_number(services.store, numbers[0]) if numbers else latest_job(services.store)
    await submitted(update, context, services.jobs.submit(_changed(job, changes), origin(update)))


def _changed(job: Job, changes: dict[str, str]) -> Spec:
    if not changes:
        return job.spec
    if not isinstance(job.spec, TrainSpec):
        raise CannotChange(job.id)
    return checked(TrainSpec, job.spec.model_dump(exclude_unset=True) | changes)
