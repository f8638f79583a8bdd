"""Going on and doing again: /resume, /retry."""

from typing import TypeVar

from telegram import Update

from bot.button import Press, Unreadable
from bot.commands.buttons import Action, Actions, pressed_by
from bot.commands.chosen_job import job_by_number, latest_job, only_job_that_broke_off
from bot.commands.context import Context, origin, submitted, words
from bot.commands.own_data import (
    ABOUT_DATA,
    has_model_file,
    start_training,
    training_as_changed,
)
from bot.commands.words import changed_program, split_parameters
from bot.errors import CannotChange, ExtraWords
from bot.job import Ending, Job
from bot.messages import end_keys
from bot.roles import Role
from training.protocol.spec import InstallSpec, Parent, RunSpec, Spec, TrainSpec

Code = TypeVar("Code", bound=Spec)


async def resume(update: Update, context: Context) -> None:
    """Go on with a job that broke off: /resume [job]."""
    services = context.services
    given = words(update)
    if len(given) > 1:
        raise ExtraWords(tuple(given[1:]), "/resume 7")
    store = services.store
    job = job_by_number(store, given[0]) if given else only_job_that_broke_off(store)
    await submitted(update, context, services.jobs.resume(job.id, origin(update)))


async def retry(update: Update, context: Context) -> None:
    """Do a job again as a new one: /retry [job] [name=value …]."""
    services = context.services
    numbers, changes = split_parameters(words(update))
    if len(numbers) > 1:
        raise ExtraWords(tuple(numbers[1:]), "/retry 7 epochs=20")
    job = job_by_number(services.store, numbers[0]) if numbers else latest_job(services.store)
    if isinstance(job.spec, TrainSpec) and changes:
        changes, training = training_as_changed(job.spec, words(update))
        training = _with_code_as_it_is(training)
        if training.own_parameters != job.spec.own_parameters:
            changes = {"model": training.model or "", **changes}
        if (ABOUT_DATA | {"model"}) & changes.keys():
            await start_training(update, context, changes, training)
            return
        await submitted(update, context, services.jobs.submit(training, origin(update)))
        return
    spec = _changed(job, changes)
    await submitted(update, context, services.jobs.submit(spec, origin(update)))


async def go_on(update: Update, context: Context, press: Press) -> str:
    """[Go on] under a job's last message."""
    job_id = press.number("job")
    await submitted(
        update, context, context.services.jobs.resume(job_id, pressed_by(update, press))
    )
    return ""


async def again(update: Update, context: Context, press: Press) -> str:
    """[Again], with the code that it had; [Try again], with the code as it is by now."""
    job = job_by_number(context.services.store, str(press.number("job")))
    failed = job.ending in (Ending.FAILED, Ending.LOST)
    spec = _with_code_as_it_is(job.spec) if failed else _with_code_it_had(job)
    return await _submit(update, context, press, spec)


async def half(update: Update, context: Context, press: Press) -> str:
    """[Half the batch], where the memory was not enough."""
    job = job_by_number(context.services.store, str(press.number("job")))
    if not isinstance(job.spec, TrainSpec):
        raise CannotChange(job.id)
    halved = max(1, job.spec.batch_size // 2)
    spec = job.spec.model_copy(update={"batch_size": halved})
    return await _submit(update, context, press, spec)


async def slower(update: Update, context: Context, press: Press) -> str:
    """[Go on with rate …], where a training came apart: from its last good checkpoint."""
    services = context.services
    job = job_by_number(services.store, str(press.number("job")))
    rate = end_keys.slower_rate(job)
    resumed = services.jobs.resume(job.id, pressed_by(update, press), rate)
    await submitted(update, context, resumed)
    return ""


async def install(update: Update, context: Context, press: Press) -> str:
    """[Install …, then go on], where a module was missing."""
    services = context.services
    job = job_by_number(services.store, str(press.number("job")))
    package = end_keys.missing_package(job)
    if package is None:
        raise Unreadable(f"job {job.id} misses no package")
    by, spec = pressed_by(update, press), InstallSpec(packages=(package,))
    installing = services.jobs.submit(spec, by, then_resume=job.id)
    await submitted(update, context, installing)
    return "" if installing is None else end_keys.begun(installing)


ACTIONS: Actions = {
    end_keys.SLOWER: Action(slower, Role.OPERATOR, tidies=True),
    end_keys.INSTALL: Action(install, Role.OPERATOR, tidies=True),
    end_keys.GO_ON: Action(go_on, Role.OPERATOR, tidies=True),
    end_keys.AGAIN: Action(again, Role.OPERATOR, tidies=True),
    end_keys.HALF: Action(half, Role.OPERATOR, tidies=True),
}


async def _submit(update: Update, context: Context, press: Press, spec: Spec) -> str:
    job = context.services.jobs.submit(spec, pressed_by(update, press))
    await submitted(update, context, job)
    return "" if job is None else end_keys.begun(job)


def _changed(job: Job, changes: dict[str, str]) -> Spec:
    if not changes:
        return _with_code_as_it_is(job.spec)
    if isinstance(job.spec, RunSpec):
        return changed_program(job.spec, changes)
    raise CannotChange(job.id)


def _with_code_as_it_is(spec: Code) -> Code:
    """Not what an earlier job kept; but a fork begins where it did."""
    match spec:
        case RunSpec():
            return spec.model_copy(update={"parent": None})
        case TrainSpec(parent=Parent(epoch=None)) if has_model_file(spec):
            return spec.model_copy(update={"parent": None})
    return spec


def _with_code_it_had(job: Job) -> Spec:
    """What that job kept, where the code is of the user's own."""
    parent = {"parent": Parent(job=job.id)}
    match job.spec:
        case RunSpec() as spec:
            return spec.model_copy(update=parent)
        case TrainSpec(born_at=None) as training if has_model_file(training):
            return training.model_copy(update=parent)
    return job.spec
