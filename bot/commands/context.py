"""What a handler is given: the words of the command, the services, a way to answer."""

from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from telegram import Chat, LinkPreviewOptions, Message, Update
from telegram.constants import ParseMode
from telegram.ext import CallbackContext, ExtBot

from bot.button import Keyboard
from bot.cards import Cards
from bot.commands.access import Access
from bot.data_look import DataLook
from bot.data_lookup import DataLookup
from bot.deadline_watch import DeadlineWatch
from bot.delivery import Arrived, Moved, NotNow, Refused, Uncertain
from bot.errors import FileNotSent, PictureNotSent, UserError
from bot.inbox import Inbox
from bot.inline_keyboard import inline_keyboard
from bot.inspection import Inspection
from bot.job import Job, Origin
from bot.job_manager import JobManager
from bot.messages.errors.files import GROUP_MOVED
from bot.messages.repeats import maybe_a_repeat
from bot.messages.translation import say
from bot.model_check import ModelCheck
from bot.pace import Pace
from bot.plots import Plots
from bot.received_files import ReceivedFiles
from bot.release import Release
from bot.roles import Role
from bot.sender import Sender
from bot.settings import Settings
from bot.store import Store
from bot.timers import Timers
from bot.turns import beside, in_turn
from bot.typed import words_of
from bot.vault.large_files import LargeFiles

# Telegram knows no such field: it marks a command that a press has called for.
QUESTION = "coltrain_question"
# Fifty megabytes over a slow line, and Telegram's time to look at them.
UPLOAD_TIMEOUT_S = 180.0


@dataclass(frozen=True, slots=True)
class Services:
    """The rooms that commands may call; ``refused`` hears of commands that were not carried out."""

    settings: Settings
    store: Store
    access: Access
    jobs: JobManager
    cards: Cards
    sender: Sender
    pace: Pace
    timers: Timers
    deadline: DeadlineWatch
    release: Release
    data_lookup: DataLookup
    received: ReceivedFiles
    large_files: LargeFiles
    inbox: Inbox
    plots: Plots
    inspection: Inspection
    data_look: DataLook
    model_check: ModelCheck
    now: Callable[[], datetime]
    started_at: datetime
    refused: Callable[[UserError], None]


class Context(
    CallbackContext[ExtBot[None], dict[str, object], dict[str, object], dict[str, object]]
):
    """PTB's context with our services in reach."""

    @property
    def services(self) -> Services:
        """The rooms that commands may call."""
        services = self.bot_data["services"]
        if not isinstance(services, Services):
            raise TypeError("bot_data has no services")
        return services


def words(update: Update) -> list[str]:
    """The words behind the command.

    Raises:
        UnreadableWords: a quotation mark is not closed.
    """
    message = update.effective_message
    return words_of(message.text or message.caption or "") if message is not None else []


def origin(update: Update) -> Origin:
    """Who asked, where, in which update."""
    if update.effective_chat is None or update.effective_user is None:
        raise LookupError("an update without a chat or a user")
    return Origin(
        update.effective_chat.id,
        update.effective_user.id,
        update.update_id,
        update.api_kwargs.get(QUESTION),
    )


def role_in(update: Update, role: Role, *, shared: bool) -> Role:
    """The role that something takes where an update comes from.

    Args:
        shared: it changes something for a whole chat: in a group that is work, which takes
            more than looking.
    """
    chat = update.effective_chat
    private = chat is not None and chat.type == Chat.PRIVATE
    return max(role, Role.OPERATOR) if shared and not private else role


async def reply(
    update: Update, context: Context, text: str, buttons: Keyboard | None = None
) -> None:
    """Answer at once; where Telegram does not take it now, through the outbox."""
    services, chat_id = context.services, origin(update).chat_id

    def send() -> Awaitable[Message]:
        return context.bot.send_message(
            chat_id,
            text,
            parse_mode=ParseMode.HTML,
            link_preview_options=LinkPreviewOptions(is_disabled=True),
            reply_markup=inline_keyboard(buttons),
        )

    match await in_turn(services.pace, chat_id, send):
        case Arrived() | Refused(shut=True):
            return
        case Uncertain():
            _owe(services, chat_id, maybe_a_repeat(text), buttons)
        case Moved(new_id):
            with services.store.transaction() as tx:
                tx.moving.move(chat_id, new_id)
            _owe(services, new_id, text, buttons)
        case _:
            _owe(services, chat_id, text, buttons)


def _owe(services: Services, chat_id: int, text: str, buttons: Keyboard | None) -> None:
    with services.store.transaction() as tx:
        tx.outbox.put(chat_id, text, services.now(), keyboard=buttons)
    services.sender.wake()


def in_background(update: Update, context: Context, work: Coroutine[Any, Any, None]) -> None:
    """Go on with an update while others are handled: for what waits for a slow Drive.

    Its errors are answered like a handler's; after a death it is begun anew.
    """
    context.services.inbox.in_hand(update, context.application.create_task(work, update=update))


async def reply_with_picture(
    update: Update,
    context: Context,
    picture: bytes,
    caption: str,
    buttons: Keyboard | None = None,
) -> None:
    """Answer with a picture.

    Raises:
        PictureNotSent: Telegram does not take it now.
    """
    chat_id = origin(update).chat_id

    def send() -> Awaitable[Message]:
        return context.bot.send_photo(
            chat_id,
            picture,
            caption,
            parse_mode=ParseMode.HTML,
            reply_markup=inline_keyboard(buttons),
        )

    match await in_turn(context.services.pace, chat_id, send):
        case NotNow(_, error) | Refused(error):
            raise PictureNotSent(error)
        case Moved():  # the words about it follow the group
            raise PictureNotSent(say(GROUP_MOVED))


async def reply_with_file(
    update: Update, context: Context, name: str, content: bytes, caption: str
) -> None:
    """Answer with a file.

    Raises:
        FileNotSent: Telegram does not take it now, or did not say so in time.
    """
    chat_id = origin(update).chat_id

    def send() -> Awaitable[Message]:
        return context.bot.send_document(
            chat_id,
            content,
            caption,
            parse_mode=ParseMode.HTML,
            filename=name,
            disable_content_type_detection=True,
            read_timeout=UPLOAD_TIMEOUT_S,
            write_timeout=UPLOAD_TIMEOUT_S,
        )

    match await beside(context.services.pace, chat_id, send):
        case NotNow(_, error) | Refused(error) | Uncertain(error):
            raise FileNotSent(name, error)
        case Moved():  # the words about it follow the group
            raise FileNotSent(name, say(GROUP_MOVED))


async def submitted(update: Update, context: Context, job: Job | None) -> None:
    """Show a new job's card as the answer; nothing where the update came a second time."""
    if job is not None:
        context.services.timers.ensure_keepalive(job.origin.chat_id)
        await context.services.cards.show(job.id)
        context.services.cards.changed(job.id)
