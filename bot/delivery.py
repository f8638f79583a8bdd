"""What became of a call to Telegram, in five words instead of twenty exceptions."""

from collections.abc import Awaitable
from dataclasses import dataclass

import httpx
from telegram import Message
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
)


@dataclass(frozen=True, slots=True)
class Arrived:
    """Telegram has it. The number is none where Telegram only said yes."""

    message_id: int | None


@dataclass(frozen=True, slots=True)
class NotNow:
    """It did not arrive; it may go again after some seconds (none: back off)."""

    after_s: float | None
    error: str


@dataclass(frozen=True, slots=True)
class Uncertain:
    """It may have arrived: the answer never came."""

    error: str


@dataclass(frozen=True, slots=True)
class Refused:
    """It will never arrive as it is.

    Attributes:
        shut: not this message but the chat or the token is the reason.
    """

    error: str
    shut: bool = False


@dataclass(frozen=True, slots=True)
class Moved:
    """It did not arrive: the group became a supergroup, which has this number."""

    chat_id: int


Delivery = Arrived | NotNow | Uncertain | Refused | Moved

# Raised by httpx before a byte of the request was on its way.
_BEFORE_SENDING = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)


async def delivered(call: Awaitable[Message | bool]) -> Delivery:
    """Await a call to Telegram and say what became of it."""
    try:
        message = await call
    except RetryAfter as error:
        return NotNow(retry_after_s(error), str(error))
    except ChatMigrated as error:
        return Moved(error.new_chat_id)
    except BadRequest as error:  # before NetworkError, its parent
        return Refused(str(error))
    except (Forbidden, InvalidToken) as error:
        return Refused(str(error), shut=True)
    except TelegramError as error:
        return NotNow(None, str(error)) if _known_not_taken(error) else Uncertain(str(error))
    return Arrived(message.message_id if isinstance(message, Message) else None)


def retry_after_s(error: RetryAfter) -> float:
    """How long Telegram wants to be left alone; PTB has it as a number or a timedelta."""
    wait = error.retry_after
    return float(wait if isinstance(wait, int | float) else wait.total_seconds())


def _known_not_taken(error: TelegramError) -> bool:
    """Whether the request never left, or Telegram itself said no.

    A gateway's page (an error of its own, or half an answer) is not Telegram's word, and
    one that gave up waiting may have passed the message on.
    """
    if isinstance(error.__cause__, _BEFORE_SENDING):
        return True
    said_no = isinstance(error, NetworkError | Conflict) and error.__cause__ is None
    return said_no and "gateway time" not in str(error).lower()
