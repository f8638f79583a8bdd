"""Running what a user wrote: /run."""

from pathlib import Path

from telegram import Update

from bot.button import Press
from bot.commands.buttons import Action, Actions, offer, pressed_by, show_instead
from bot.commands.context import Context, in_background, origin, reply, submitted, words
from bot.commands.own_programs import program_found
from bot.commands.words import run_spec, split_parameters
from bot.errors import ExtraWords
from bot.messages import buttons as button_messages
from bot.messages import files, programs
from bot.roles import Role

USAGE = "/run train.py lr=0.1"
MOST_LISTED = 20


async def run(update: Update, context: Context) -> None:
    """Run a program: /run [file] [name=value …]."""
    names, parameters = split_parameters(words(update))
    if len(names) > 1 or (parameters and not names):
        raise ExtraWords(tuple(names[1:] or parameters), USAGE)
    work = _run(update, context, names[0], parameters) if names else _list(update, context)
    in_background(update, context, work)


async def _list(update: Update, context: Context) -> None:
    lookup = context.services.data_lookup
    found = await lookup.programs(MOST_LISTED)
    rows = programs.run_buttons(found.found)
    text = programs.found(found.found, lookup.names, more=found.more, tapped=len(rows))
    await reply(update, context, text, offer(update, context, rows, to_all=True) if rows else None)


async def _run(update: Update, context: Context, name: str, parameters: dict[str, str]) -> None:
    services = context.services
    spec = run_spec(str(await program_found(services, name)), parameters)
    await submitted(update, context, services.jobs.submit(spec, origin(update)))


async def run_pressed(update: Update, context: Context, press: Press) -> str:
    """A tap on a program: run it as it is."""
    path = files.unpacked(press.arguments.get(files.AT))
    if path is None:
        return button_messages.gone()
    in_background(update, context, _run_pressed(update, context, press, path))
    return ""


async def _run_pressed(update: Update, context: Context, press: Press, path: Path) -> None:
    services = context.services
    program = await program_found(services, str(path))
    job = services.jobs.submit(run_spec(str(program), {}), pressed_by(update, press))
    await show_instead(update, context, programs.runs(program))
    await submitted(update, context, job)


ACTIONS: Actions = {programs.RUN: Action(run_pressed, Role.OPERATOR, stays=True)}
