"""Looking at files and taking them: /files, /get."""

from pathlib import Path

from telegram import Update

from bot.button import Keyboard, Press
from bot.commands.buttons import Action, Actions, offer, show_instead
from bot.commands.chosen_job import job_by_number, latest_job
from bot.commands.context import (
    Context,
    Services,
    in_background,
    origin,
    reply,
    reply_with_file,
    words,
)
from bot.data_lookup import FileRead
from bot.errors import (
    EmptyFile,
    ExtraWords,
    FileNotFound,
    NoResults,
    NoSuchResult,
    NotFetched,
    NotKeptInHome,
    TooLargeToSend,
)
from bot.folder_view import FileView, FolderView
from bot.job import Job
from bot.messages import buttons as button_messages
from bot.messages import figures
from bot.messages import files as messages
from bot.messages.translation import say
from bot.messages.vault import CAUSES
from bot.received_files import safe_name
from bot.roles import Role
from bot.store.audit import Deed
from bot.vault.large_files import HomeRefused

# What Telegram takes from a bot.
MOST_BYTES = 50 * 1000 * 1000
FILES_USAGE, GET_USAGE = '/files "My Drive/photos"', "/get 7 model.keras"
JOB_AND_NAME = 2


async def files(update: Update, context: Context) -> None:
    """Browse the folders: /files [folder]."""
    given = words(update)
    if len(given) > 1:
        raise ExtraWords(tuple(given[1:]), FILES_USAGE)
    if given:
        in_background(update, context, _show_named(update, context, given[0]))
        return
    roots = context.services.data_lookup.all_roots
    keyboard = offer(update, context, messages.root_buttons(roots), to_all=True)
    await reply(update, context, messages.root_list(), keyboard)


async def get(update: Update, context: Context) -> None:
    """Have a file sent: /get [job] [name], /get path."""
    given = words(update)
    if len(given) > JOB_AND_NAME:
        raise ExtraWords(tuple(given[JOB_AND_NAME:]), GET_USAGE)
    store = context.services.store
    if not given:
        await _list_results(update, context, latest_job(store))
    elif _is_number(given[0]):
        job = job_by_number(store, given[0])
        if len(given) == JOB_AND_NAME:
            in_background(update, context, _send_result(update, context, job, given[1]))
        else:
            await _list_results(update, context, job)
    elif len(given) == JOB_AND_NAME:
        raise ExtraWords((given[1],), GET_USAGE)
    else:
        in_background(update, context, _send(update, context, given[0]))


async def look(update: Update, context: Context, press: Press) -> str:
    """A tap on a folder or a file: it takes the place of the folder around it."""
    path, came_from = (
        messages.unpacked(press.arguments.get(messages.AT)),
        press.number(messages.FROM),
    )
    if path is None:
        return button_messages.gone()
    in_background(update, context, _show_instead(update, context, path, came_from))
    return ""


async def top(update: Update, context: Context, press: Press) -> str:
    """Back to the list of the folders."""
    roots = context.services.data_lookup.all_roots
    keyboard = offer(update, context, messages.root_buttons(roots), to_all=True)
    await show_instead(update, context, messages.root_list(), keyboard)
    return ""


async def take(update: Update, context: Context, press: Press) -> str:
    """A tap on [Get]."""
    path, job = messages.unpacked(press.arguments.get(messages.AT)), None
    if path is None:
        return button_messages.gone()
    if "job" in press.arguments:
        job = job_by_number(context.services.store, str(press.number("job")))
    in_background(update, context, _send(update, context, str(path), job))
    return messages.sending(path.name)


async def result(update: Update, context: Context, press: Press) -> str:
    """A tap on a button under another message: one file of a job, or all to choose from."""
    job = job_by_number(context.services.store, str(press.number("job")))
    name = press.arguments.get("name")
    if isinstance(name, str):
        in_background(update, context, _send_result(update, context, job, name))
        return messages.sending(name)
    await _list_results(update, context, job)
    return ""


ACTIONS: Actions = {
    messages.LOOK: Action(look, Role.VIEWER, stays=True),
    messages.ROOTS: Action(top, Role.VIEWER, stays=True),
    messages.GET: Action(take, Role.VIEWER, stays=True),
    messages.RESULT: Action(result, Role.VIEWER, lasts=True, remains=True),
}


async def _show_named(update: Update, context: Context, name: str) -> None:
    view = await context.services.data_lookup.named(name, messages.PAGE)
    await reply(update, context, *_shown(update, context, view, 0))


async def _show_instead(update: Update, context: Context, path: Path, came_from: int) -> None:
    services = context.services
    view = await services.data_lookup.look(
        path, came_from, messages.PAGE, backwards=path == services.settings.jobs
    )
    await show_instead(update, context, *_shown(update, context, view, came_from))


def _shown(
    update: Update, context: Context, view: FolderView | FileView, came_from: int
) -> tuple[str, Keyboard]:
    services, asked = context.services, origin(update)
    roots = services.data_lookup.all_roots
    if isinstance(view, FolderView):
        rows, text = messages.folder_buttons(view, roots), messages.folder(view, roots)
    else:
        role = services.access.role(asked.user_id) or Role.VIEWER
        with services.store.transaction() as tx:
            zone = tx.preferences.zone(asked.chat_id)
        may_unzip = role >= Role.OPERATOR
        rows = messages.file_buttons(view, came_from, may_unzip=may_unzip)
        text = messages.file(view, roots, zone)
    return text, offer(update, context, rows, to_all=True)


async def _list_results(update: Update, context: Context, job: Job) -> None:
    services = context.services
    with services.store.transaction() as tx:
        found = tx.jobs.artifacts(job.id)
    if not found:
        raise NoResults(job.id)
    rows = messages.result_buttons(job, services.jobs.folder(job.id).artifacts, found)
    await reply(
        update, context, messages.results(job, found), offer(update, context, rows, to_all=True)
    )


async def _send_result(update: Update, context: Context, job: Job, name: str) -> None:
    services = context.services
    with services.store.transaction() as tx:
        names = tuple(found for found, _ in tx.jobs.artifacts(job.id))
    meant = [one for one in names if one == name] or [one for one in names if one.startswith(name)]
    if not names:
        raise NoResults(job.id)
    if len(meant) != 1:
        raise NoSuchResult(job.id, name, names)
    path = services.jobs.folder(job.id).artifacts / meant[0]
    await _send(update, context, str(path), job)


async def _send(update: Update, context: Context, name: str, job: Job | None = None) -> None:
    """Read and send; a file of a job that was restored from home may still be on its way."""
    services = context.services
    async with services.data_lookup.turns:
        read = await _read(services, name, job)
        shown = safe_name(read.path.name)
        if read.content == b"":
            raise EmptyFile(shown)
        if read.content is not None:
            await reply_with_file(update, context, shown, read.content, messages.caption(job))
    if read.content is None:
        await _hand_over(update, context, read)
    _note(update, context, shown, job)


async def _read(services: Services, name: str, job: Job | None) -> FileRead:
    try:
        return await services.data_lookup.read(name, MOST_BYTES)
    except FileNotFound:
        if job is not None:
            with services.store.transaction() as tx:
                if services.jobs.on_its_way(tx, job.id):
                    raise NotFetched(job.id) from None
        raise


async def _hand_over(update: Update, context: Context, read: FileRead) -> None:
    """Bring a file to Drive that is too large for Telegram."""
    services, size = context.services, figures.size(read.size_bytes)
    settings = services.settings
    mine = (root for root in settings.data_roots if root != settings.data)
    on_drive = any(read.path.is_relative_to(root.resolve()) for root in mine)
    if on_drive or services.large_files.home is None:
        raise TooLargeToSend(size, str(read.path), on_drive)
    await reply(update, context, messages.copying_to_drive(read.path.name, read.size_bytes))
    try:
        copy = await services.large_files.put(read.path)
    except HomeRefused as refused:
        raise NotKeptInHome(str(read.path), say(CAUSES[refused.trouble])) from refused
    await reply(update, context, messages.on_drive(copy))


def _note(update: Update, context: Context, name: str, job: Job | None) -> None:
    services, asked = context.services, origin(update)
    with services.store.transaction() as tx:
        if tx.first(asked):
            job_id = job.id if job is not None else None
            tx.audit.put(asked, Deed.TOOK, services.now(), job_id=job_id, detail=name)


def _is_number(word: str) -> bool:
    digits = word.removeprefix("#")
    return digits.isascii() and digits.isdigit()
