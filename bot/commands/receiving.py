"""Files that are sent to the bot: each is kept, and what can be done with it is offered."""

import asyncio
from dataclasses import dataclass

from telegram import Animation, Audio, Document, Message, Update, Video
from telegram.error import BadRequest, TelegramError

from bot.backoff import Backoff
from bot.commands.buttons import offer
from bot.commands.context import Context, in_background, origin, reply
from bot.errors import FileNotReceived, FilesNotTaken, NotAFile, TooLargeToReceive
from bot.messages import figures
from bot.messages import files as messages
from bot.messages.errors.files import PART_MISSING
from bot.messages.translation import say
from bot.received_files import Kept
from bot.roles import Role
from bot.store.audit import Deed

# What Telegram hands on to a bot.
MOST_BYTES = 20 * 1000 * 1000
TRIES = 3
DOWNLOAD_TIMEOUT_S = 120.0


@dataclass(frozen=True, slots=True)
class _Sent:
    file_id: str
    name: str
    size_bytes: int | None


async def receive(update: Update, context: Context) -> None:
    """Keep a file that was sent; a stranger gets silence. An album comes as a message a file.

    Raises:
        FilesNotTaken: the user is known, and may only look.
        NotAFile: a picture or the like, which Telegram has made smaller.
        TooLargeToReceive: Telegram would not hand it on.
    """
    role = context.services.access.role(origin(update).user_id)
    message = update.effective_message
    if role is None or message is None:
        return
    context.services.release.touched()
    if role < Role.OPERATOR:
        raise FilesNotTaken(Role.OPERATOR.name.lower())
    sent = _sent(message)
    if sent is None:
        raise NotAFile
    if sent.size_bytes is not None and sent.size_bytes > MOST_BYTES:
        raise TooLargeToReceive(sent.name, figures.size(sent.size_bytes))
    in_background(update, context, _keep(update, context, sent))


async def _keep(update: Update, context: Context, sent: _Sent) -> None:
    services, asked = context.services, origin(update)
    async with services.received.turns:
        content = await _fetched(context, sent)
        try:
            kept = await asyncio.to_thread(
                services.received.keep, update.update_id, sent.name, content
            )
        except OSError as error:
            why = error.strerror or type(error).__name__
            raise FileNotReceived(sent.name, why) from error
    with services.store.transaction() as tx:
        if tx.first(asked):
            tx.audit.put(asked, Deed.SENT, services.now(), detail=kept.path.name)
    await _answer(update, context, sent.name, kept, len(content))


async def _answer(
    update: Update, context: Context, wanted: str, kept: Kept, size_bytes: int
) -> None:
    text = messages.kept(wanted, kept, size_bytes)
    if messages.is_archive(kept.path.name):
        keyboard = offer(update, context, [[messages.unzip_button(kept.path)]], to_all=True)
        await reply(update, context, text, keyboard)
    else:
        await reply(update, context, f"{text} {messages.kept_hint()}")


async def _fetched(context: Context, sent: _Sent) -> bytes:
    """The content of a file, whole.

    Raises:
        TooLargeToReceive: Telegram does not hand it on after all.
        FileNotReceived: it did not come, or not all of it.
    """
    backoff = Backoff()
    for left in reversed(range(TRIES)):
        try:
            file = await context.bot.get_file(sent.file_id)
            content = bytes(await file.download_as_bytearray(read_timeout=DOWNLOAD_TIMEOUT_S))
        except BadRequest as error:
            if "too big" in str(error):
                raise TooLargeToReceive(sent.name, _size(sent)) from error
            raise FileNotReceived(sent.name, str(error)) from error
        except TelegramError as error:
            why = str(error)
        else:
            if len(content) in (file.file_size, sent.size_bytes):
                return content
            why = say(PART_MISSING)
        if left:
            await asyncio.sleep(backoff.next_s())
    raise FileNotReceived(sent.name, why)


def _sent(message: Message) -> _Sent | None:
    """What was sent as it was; a film or a song without a name gets one."""
    found = message.effective_attachment
    if not isinstance(found, Document | Audio | Video | Animation):
        return None
    kind = (found.mime_type or "").rpartition("/")[2]
    name = found.file_name or f"{type(found).__name__.lower()}.{kind or 'bin'}"
    return _Sent(found.file_id, name, found.file_size)


def _size(sent: _Sent) -> str:
    if sent.size_bytes is None:
        return messages.too_large_anyhow()
    return figures.size(sent.size_bytes)
