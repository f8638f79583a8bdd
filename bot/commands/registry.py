"""The tables of commands and of buttons: they feed handlers, roles, /help, menu, README's test."""

import difflib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from telegram import Update

from bot import deadline_watch
from bot import release as releases
from bot.button import Press, Unreadable
from bot.commands import (
    again,
    alerts,
    comparing,
    data,
    deadline,
    epochs,
    files,
    language,
    late,
    listing,
    logs,
    looking,
    noise,
    notes,
    plotting,
    predicting,
    preparation,
    quieting,
    releasing,
    resuming,
    running,
    steering,
    stopping,
    time_zone,
    training,
    users,
    welcome,
)
from bot.commands.buttons import Action, Actions, carry_out
from bot.commands.context import Context, origin, role_in
from bot.errors import NotACommand, NotAllowed, SlashMissing, UnknownCommand
from bot.messages import buttons as messages
from bot.messages import picking
from bot.roles import Role
from bot.typed import almost_a_command, command_of

Handler = Callable[[Update, Context], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Command:
    """A command: its name without the slash, what does it, and who may use it.

    What is ``shared`` changes something for a whole chat: in a group an operator's to do.

    What it says of itself is in ``bot.messages.help`` under the same name.
    """

    name: str
    handler: Handler
    role: Role
    shared: bool = False

    async def __call__(self, update: Update, context: Context) -> None:
        """Do it, if the user may; a stranger gets silence.

        Raises:
            NotAllowed: the user is known, and this takes a higher role.
        """
        user_id = origin(update).user_id
        role = context.services.access.role(user_id)
        if role is None:
            if self.handler is welcome.start:
                await welcome.join(update, context)
            return
        if self.handler not in ABOUT_THE_END:
            context.services.release.touched()
        needed = role_in(update, self.role, shared=self.shared)
        if role < needed:
            raise NotAllowed(self.name, needed.name.lower())
        if self.changes_work and late.is_late(update, context):
            await late.ask(update, context)
        else:
            await self.handler(update, context)

    @property
    def changes_work(self) -> bool:
        """Whether it starts or changes work: what only looks is for everybody."""
        return self.role > Role.VIEWER


async def help_(update: Update, context: Context) -> None:
    """List the commands that the user may use, or explain one: /help [command]."""
    role = context.services.access.role(origin(update).user_id) or Role.VIEWER
    await welcome.explain(update, context, [c.name for c in COMMANDS if c.role <= role])


# Whoever uses these knows that the machine is idle.
ABOUT_THE_END = (releasing.release, releasing.after)

PREDICT = Command("predict", predicting.predict, Role.VIEWER)
COMMANDS = (
    Command("train", training.train, Role.OPERATOR),
    Command("run", running.run, Role.OPERATOR),
    Command("check", training.check, Role.OPERATOR),
    Command("status", looking.status, Role.VIEWER),
    Command("stop", stopping.stop, Role.OPERATOR),
    Command("epochs", epochs.epochs, Role.OPERATOR),
    Command("lr", steering.lr, Role.OPERATOR),
    Command("note", notes.note, Role.OPERATOR),
    Command("alert", alerts.alert, Role.VIEWER),
    Command("resume", resuming.resume, Role.OPERATOR),
    Command("retry", resuming.retry, Role.OPERATOR),
    Command("again", again.again, Role.OPERATOR),
    Command("fork", again.fork, Role.OPERATOR),
    Command("jobs", listing.jobs, Role.VIEWER),
    Command("job", looking.job, Role.VIEWER),
    Command("logs", logs.logs, Role.VIEWER),
    Command("plot", plotting.plot, Role.VIEWER),
    Command("compare", comparing.compare, Role.VIEWER),
    Command("best", comparing.best, Role.VIEWER),
    PREDICT,
    Command("mistakes", predicting.mistakes, Role.VIEWER),
    Command("data", data.data, Role.VIEWER),
    Command("files", files.files, Role.VIEWER),
    Command("get", files.get, Role.VIEWER),
    Command("unzip", preparation.unzip, Role.OPERATOR),
    Command("install", preparation.install, Role.OPERATOR),
    Command("keepalive", noise.keepalive, Role.VIEWER, shared=True),
    Command("notify", noise.notify, Role.VIEWER, shared=True),
    Command("quiet", quieting.quiet, Role.VIEWER, shared=True),
    Command("mute", quieting.mute, Role.VIEWER, shared=True),
    Command("language", language.language, Role.VIEWER, shared=True),
    Command("timezone", time_zone.timezone, Role.VIEWER, shared=True),
    Command("release", releasing.release, Role.OWNER),
    Command("after", releasing.after, Role.OWNER),
    Command("invite", users.invite, Role.OWNER),
    Command("users", users.users, Role.OWNER),
    Command("audit", users.audit, Role.VIEWER),
    Command("help", help_, Role.VIEWER),
    Command("start", welcome.start, Role.VIEWER),
)
NAMES = tuple(command.name for command in COMMANDS)


async def late_run(update: Update, context: Context, press: Press) -> str:
    """Carry out a late command after all."""
    confirmed = await late.confirmed(update, context, press)
    if confirmed is None or confirmed.message is None:
        return messages.gone()
    name = command_of(confirmed.message.text or "")
    for command in COMMANDS:
        if command.name == name:
            await command.handler(confirmed, context)
    return ""


async def pick(update: Update, context: Context, press: Press) -> str:
    """A tap on a job, where a command was given without a number: the command with it."""
    name, behind = press.arguments.get("c"), press.arguments.get("b", "")
    found = next((c for c in COMMANDS if c.name == name and name in PICKED), None)
    query = update.callback_query
    if found is None or query is None or query.message is None:
        raise Unreadable(f"no command {name}")
    role = context.services.access.role(origin(update).user_id) or Role.VIEWER
    if role < found.role:
        return messages.not_yours(found.role.name.lower())
    message = {
        "message_id": query.message.message_id,
        "date": int(context.services.now().timestamp()),
        "chat": query.message.chat.to_dict(),
        "from": query.from_user.to_dict(),
        "text": f"/{name} {press.number('j')} {behind}".strip(),
    }
    meant = Update.de_json({"update_id": update.update_id, "message": message}, context.bot)
    await found.handler(meant, context)
    return ""


# Commands that a tap on a job may stand for.
PICKED = ("stop", "resume", "plot", "logs")

ACTIONS: Actions = {
    picking.PICK: Action(pick, Role.VIEWER, lasts=True),
    **comparing.ACTIONS,
    **data.ACTIONS,
    **listing.ACTIONS,
    **logs.ACTIONS,
    **looking.ACTIONS,
    **plotting.ACTIONS,
    **predicting.ACTIONS,
    **resuming.ACTIONS,
    **running.ACTIONS,
    **stopping.ACTIONS,
    **training.ACTIONS,
    **steering.ACTIONS,
    **notes.ACTIONS,
    **alerts.ACTIONS,
    **noise.ACTIONS,
    **quieting.ACTIONS,
    **files.ACTIONS,
    **language.ACTIONS,
    **preparation.ACTIONS,
    **users.ACTIONS,
    late.RUN: Action(late_run, Role.OPERATOR),
    late.FORGET: Action(late.forget, Role.OPERATOR),
    deadline_watch.STOP: Action(deadline.stop, Role.OPERATOR),
    deadline_watch.FEWER: Action(deadline.fewer, Role.OPERATOR),
    deadline_watch.GO_ON: Action(deadline.go_on, Role.OPERATOR),
    releases.HOLD: Action(releasing.hold, Role.OPERATOR),
    releases.KEEP: Action(releasing.keep, Role.OPERATOR),
    releases.NOW: Action(releasing.now, Role.OWNER),
    releases.ANYWAY: Action(releasing.anyway, Role.OWNER),
}


async def press(update: Update, context: Context) -> None:
    """A button was pressed."""
    await carry_out(update, context, ACTIONS)


async def anything_else(update: Update, context: Context) -> None:
    """Answer what is no command of ours, with the nearest one.

    Raises:
        SlashMissing: for a command that does not begin with a slash.
        UnknownCommand: always for another word with a slash.
        NotACommand: always for anything else.
    """
    if context.services.access.role(origin(update).user_id) is None:
        return
    message = update.effective_message
    text = (message.text or "") if message is not None else ""
    if (intended := almost_a_command(text, NAMES)) is not None:
        raise SlashMissing(intended)
    if not text.startswith("/"):
        raise NotACommand
    name = text.split()[0].removeprefix("/").partition("@")[0]
    nearest = difflib.get_close_matches(name.lower(), NAMES, n=1, cutoff=0.5)
    raise UnknownCommand(name, nearest[0] if nearest else None)
