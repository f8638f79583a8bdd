"""Starting a training: /train, and the form that it opens without parameters."""

from dataclasses import replace

from telegram import Update

from bot.button import Keyboard, Press, Unreadable, lasting
from bot.commands.buttons import Action, Actions, offer, pressed_by, show_instead
from bot.commands.chosen_job import job_by_number
from bot.commands.context import Context, in_background, origin, reply, submitted, words
from bot.commands.own_data import names_model_file, start_training
from bot.commands.own_programs import names_program, program_found
from bot.commands.words import (
    checked_training,
    only_parameters,
    own_parameters,
    run_spec,
    split_parameters,
)
from bot.errors import CannotChange, ExtraWords
from bot.form import Step, TrainForm, at_its_longest, on_base, unpacked
from bot.messages import buttons as button_messages
from bot.messages import data_sets, end_keys, files, forms
from bot.roles import Role
from training.protocol.spec import CheckSpec, TrainSpec

USAGE = "/train epochs=12 batch_size=128"
CHECK_USAGE = "/check epochs=12 batch_size=128"
CHECK_PROGRAM_USAGE = "/check train.py lr=0.1"


async def train(update: Update, context: Context) -> None:
    """Train the convnet: /train [name=value …]; without parameters a form."""
    given = words(update)
    if given:
        parameters, spec = _asked(given, USAGE)
        await start_training(update, context, parameters, spec)
        return
    form = TrainForm(TrainSpec(), origin(update).user_id)
    await reply(update, context, forms.text(form), _keyboard(update, context, form))


async def check(update: Update, context: Context) -> None:
    """Find out what a training or a program would take: /check [file] [name=value …]."""
    given, ends_at = words(update), context.services.deadline.lifetime.ends_at
    if any(names_program(word) for word in given):
        in_background(update, context, _check_program(update, context, given))
        return
    parameters, spec = _asked(given, CHECK_USAGE)
    await start_training(
        update,
        context,
        parameters,
        spec,
        lambda training: CheckSpec(training=training, ends_at=ends_at),
    )


async def _check_program(update: Update, context: Context, given: list[str]) -> None:
    services = context.services
    names, parameters = split_parameters(given)
    if len(names) > 1:
        raise ExtraWords(tuple(names[1:]), CHECK_PROGRAM_USAGE)
    program = run_spec(str(await program_found(services, names[0])), parameters)
    spec = CheckSpec(training=program, ends_at=services.deadline.lifetime.ends_at)
    await submitted(update, context, services.jobs.submit(spec, origin(update)))


async def train_checked(update: Update, context: Context, press: Press) -> str:
    """[Train], or [Run], under a check's last message."""
    job = job_by_number(context.services.store, str(press.number("job")))
    if not isinstance(job.spec, CheckSpec):
        raise Unreadable(f"job {job.id} is no check")
    started = context.services.jobs.submit(job.spec.training, pressed_by(update, press))
    await submitted(update, context, started)
    return "" if started is None else end_keys.begun(started)


async def again(update: Update, context: Context, press: Press) -> str:
    """[Again with changes] under a training's last message: the form, as that job was."""
    job = job_by_number(context.services.store, str(press.number("job")))
    if not isinstance(job.spec, TrainSpec):
        raise CannotChange(job.id)
    form = TrainForm(job.spec, origin(update).user_id, job.id)
    try:
        if not form.spec.own_data:
            lasting(forms.steppers(at_its_longest(form)))
    except ValueError:  # no room for the job's number: what has no button is as usual
        form = replace(form, base=None)
    await reply(update, context, forms.text(form), _keyboard(update, context, form))
    return ""


async def with_data(update: Update, context: Context, press: Press) -> str:
    """[Train …] under data of one's own: the form with it."""
    path = files.unpacked(press.arguments.get(files.AT))
    if path is None:
        return button_messages.gone()
    form = TrainForm(TrainSpec(data=str(path)), origin(update).user_id)
    await reply(update, context, forms.text(form), _keyboard(update, context, form))
    return ""


async def change(update: Update, context: Context, press: Press) -> str:
    """A tap on − or +: the same form with another value."""
    form, step = _form_of(press), press.word("s")
    if form is None or step not in set(Step):
        return button_messages.gone()
    if form.user_id != origin(update).user_id:
        return forms.not_yours()
    changed = form.after(Step(step))
    if changed == form:
        return forms.note()
    await show_instead(update, context, forms.text(changed), _keyboard(update, context, changed))
    return ""


async def explain(update: Update, context: Context, press: Press) -> str:
    """A tap on a value itself."""
    return forms.note()


async def start(update: Update, context: Context, press: Press) -> str:
    """Start what the form says."""
    form = _form_of(press)
    if form is None:
        return button_messages.gone()
    spec = form.spec
    if form.base is not None:
        base = job_by_number(context.services.store, str(form.base)).spec
        spec = on_base(form, base) if isinstance(base, TrainSpec) else spec
        checked_training(spec.model_dump())
    job = context.services.jobs.submit(spec, pressed_by(update, press))
    await show_instead(update, context, forms.started(form))
    await submitted(update, context, job)
    return ""


async def cancel(update: Update, context: Context, press: Press) -> str:
    """Close the form."""
    await show_instead(update, context, forms.cancelled())
    return ""


ACTIONS: Actions = {
    end_keys.TRAIN: Action(train_checked, Role.OPERATOR, tidies=True),
    end_keys.CHANGES: Action(again, Role.OPERATOR, lasts=True, remains=True),
    forms.CHANGE: Action(change, Role.OPERATOR, lasts=True),
    forms.NOTE: Action(explain, Role.OPERATOR, lasts=True),
    forms.CHANGE_OWN: Action(change, Role.OPERATOR, stays=True),
    forms.NOTE_OWN: Action(explain, Role.OPERATOR, stays=True),
    data_sets.TRAIN: Action(with_data, Role.OPERATOR, stays=True),
    forms.START: Action(start, Role.OPERATOR),
    forms.CANCEL: Action(cancel, Role.OPERATOR),
}


def _asked(given: list[str], usage: str) -> tuple[dict[str, str], TrainSpec]:
    """The parameters of a command and what they ask for; a model file has some of its own."""
    own: dict[str, str] = {}
    if any(names_model_file(word) for word in given):
        given, own = own_parameters(TrainSpec, given)
    parameters = only_parameters(TrainSpec, given, usage)
    return parameters, checked_training(parameters).model_copy(update={"own_parameters": own})


def _form_of(press: Press) -> TrainForm | None:
    return unpacked(press.arguments.get("f"), press.arguments.get("d"))


def _keyboard(update: Update, context: Context, form: TrainForm) -> Keyboard:
    """Keys to change values, which may be tapped fast, and one-shot keys to end the form."""
    if form.spec.own_data:
        return offer(update, context, [*forms.steppers(form), forms.ends(form)])
    return (*lasting(forms.steppers(form)), *offer(update, context, [forms.ends(form)]))
