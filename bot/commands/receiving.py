"""Files that are sent to the bot: each is kept, and what can be done with it is offered."""

import asyncio

from telegram import Animation, Audio, Document, Message, Update, Video

from bot.button import Button
from bot.commands.buttons import offer
from bot.commands.chosen_job import latest_job_with_model, taking_pictures
from bot.commands.context import Context, in_background, origin, reply
from bot.commands.telegram_files import MOST_BYTES, Sent, fetched, picture_of
from bot.errors import FileNotReceived, FilesNotTaken, NotAFile, TooLargeToReceive
from bot.messages import figures, predictions
from bot.messages import files as messages
from bot.received_files import Kept
from bot.roles import Role
from bot.store.audit import Deed


async def receive(update: Update, context: Context) -> None:
    """Keep a file that was sent; a stranger gets silence. An album comes as a message a file.

    Raises:
        FilesNotTaken: the user is known, and may only look.
        NotAFile: a film or the like, which Telegram has changed.
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


async def _keep(update: Update, context: Context, sent: Sent) -> None:
    services, asked = context.services, origin(update)
    async with services.received.turns:
        content = await fetched(context, sent)
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
    await _answer(update, context, sent, kept, len(content))


async def _answer(
    update: Update, context: Context, sent: Sent, kept: Kept, size_bytes: int
) -> None:
    text = messages.kept(sent.name, kept, size_bytes)
    buttons = _uses(update, context, sent, kept)
    if buttons:
        await reply(update, context, text, offer(update, context, [buttons], to_all=True))
    else:
        await reply(update, context, f"{text} {messages.kept_hint()}")


def _uses(update: Update, context: Context, sent: Sent, kept: Kept) -> list[Button]:
    if messages.is_archive(kept.path.name):
        return [messages.unzip_button(kept.path)]
    message = update.effective_message
    if message is None or picture_of(message) is None:
        return []
    services = context.services
    asked = latest_job_with_model(services.store, taking_pictures(services.jobs.folder))
    return [] if asked is None else [predictions.predict_button(sent.file_id, asked)]


def _sent(message: Message) -> Sent | None:
    """What was sent as it was; a film or a song without a name gets one."""
    found = message.effective_attachment
    if not isinstance(found, Document | Audio | Video | Animation):
        return None
    kind = (found.mime_type or "").rpartition("/")[2]
    name = found.file_name or f"{type(found).__name__.lower()}.{kind or 'bin'}"
    return Sent(found.file_id, name, found.file_size)
