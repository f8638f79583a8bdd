"""Preparing the machine: /unzip, /install."""

import re
from pathlib import Path

from telegram import Update

from bot.button import Press
from bot.commands.buttons import Action, Actions, offer, pressed_by, show_instead
from bot.commands.context import Context, Services, in_background, origin, reply, submitted, words
from bot.commands.words import checked, split_parameters
from bot.data_folders import ARCHIVE_ENDINGS
from bot.errors import ExtraWords, FolderClaimed, FolderExists, MissingWord, WrongFolderName
from bot.messages import buttons as button_messages
from bot.messages import files, replies
from bot.roles import Role
from training.protocol.spec import InstallSpec, UnzipSpec

UNZIP_USAGE = '/unzip "My Drive/seg label.zip" into=labels'
INSTALL_USAGE = "/install pandas 'scikit-learn>=1.5'"
MOST_LISTED = 20
NAME_BYTES = 200
# One folder name: nothing that leads elsewhere, hides or breaks a line.
_FOLDER_NAME = re.compile(r"[^./\\\x00-\x1f\x7f-\x9f][^/\\\x00-\x1f\x7f-\x9f]*")


async def unzip(update: Update, context: Context) -> None:
    """Unpack an archive: /unzip [archive] [into=name]."""
    names, options = split_parameters(words(update), ("into",))
    if len(names) > 1:
        raise ExtraWords(tuple(names[1:]), UNZIP_USAGE)
    work = _unpack(update, context, names[0], options) if names else _list(update, context)
    in_background(update, context, work)


async def _list(update: Update, context: Context) -> None:
    lookup = context.services.data_lookup
    found = await lookup.archives(MOST_LISTED)
    rows = files.archive_buttons(found.found)
    text = replies.archives(found.found, lookup.names, found.more, found.crowded, len(rows))
    await reply(update, context, text, offer(update, context, rows, to_all=True) if rows else None)


async def _unpack(update: Update, context: Context, name: str, options: dict[str, str]) -> None:
    services = context.services
    archive = await services.data_lookup.find(name)
    destination = _destination(services, options.get("into", _without_ending(archive.name)))
    spec = UnzipSpec(archive=str(archive), destination=str(destination))
    await submitted(update, context, services.jobs.submit(spec, origin(update)))


async def install(update: Update, context: Context) -> None:
    """Install packages: /install package … [force=yes]."""
    packages, options = split_parameters(words(update), ("force",))
    if not packages:
        raise MissingWord(INSTALL_USAGE)
    spec = checked(InstallSpec, {"packages": packages, **options})
    await submitted(update, context, context.services.jobs.submit(spec, origin(update)))


async def unzip_pressed(update: Update, context: Context, press: Press) -> str:
    """A tap on [Unzip]: unpack into a folder of the archive's name."""
    path = files.unpacked(press.arguments.get(files.AT))
    if path is None:
        return button_messages.gone()
    in_background(update, context, _unpack_pressed(update, context, press, path))
    return ""


async def _unpack_pressed(update: Update, context: Context, press: Press, path: Path) -> None:
    services = context.services
    archive = await services.data_lookup.find(str(path))
    destination = _destination(services, _without_ending(archive.name))
    spec = UnzipSpec(archive=str(archive), destination=str(destination))
    job = services.jobs.submit(spec, pressed_by(update, press))
    await show_instead(update, context, files.unpacking(archive, destination.name))
    await submitted(update, context, job)


ACTIONS: Actions = {files.UNZIP: Action(unzip_pressed, Role.OPERATOR, stays=True)}


def _destination(services: Services, name: str) -> Path:
    if not _FOLDER_NAME.fullmatch(name) or len(name.encode()) > NAME_BYTES:
        raise WrongFolderName(name)
    destination = services.settings.data / name
    if destination.exists():
        raise FolderExists(name)
    with services.store.transaction() as tx:
        for job in (*tx.jobs.active(), *tx.jobs.queued()):
            if isinstance(job.spec, UnzipSpec) and job.spec.destination == str(destination):
                raise FolderClaimed(name, job.id)
    return destination


def _without_ending(name: str) -> str:
    endings = [ending for ending in ARCHIVE_ENDINGS if name.lower().endswith(ending)]
    return name[: -len(max(endings, key=len))] if endings else Path(name).stem
