"""Files that lie at Telegram: brought whole, or not at all."""

import asyncio
from dataclasses import dataclass

from telegram import Document, Message, PhotoSize
from telegram.error import BadRequest, TelegramError

from bot.backoff import Backoff
from bot.commands.context import Context
from bot.errors import FileNotReceived, TooLargeToReceive
from bot.messages import figures
from bot.messages import files as messages
from bot.messages.errors.files import PART_MISSING
from bot.messages.translation import say

# What Telegram hands on to a bot.
MOST_BYTES = 20 * 1000 * 1000
TRIES = 3
DOWNLOAD_TIMEOUT_S = 120.0


@dataclass(frozen=True, slots=True)
class Sent:
    """A file that somebody sent; its size where Telegram says it."""

    file_id: str
    name: str
    size_bytes: int | None


async def fetched(context: Context, sent: Sent) -> bytes:
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


def picture_of(message: Message) -> Sent | None:
    """The picture in a message, in its largest size; also one that was sent as a file."""
    found = message.effective_attachment
    if isinstance(found, tuple | list) and found and isinstance(found[-1], PhotoSize):
        return Sent(found[-1].file_id, "picture", found[-1].file_size)
    if isinstance(found, Document) and (found.mime_type or "").startswith("image/"):
        return Sent(found.file_id, found.file_name or "picture", found.file_size)
    return None


def _size(sent: Sent) -> str:
    if sent.size_bytes is None:
        return messages.too_large_anyhow()
    return figures.size(sent.size_bytes)
