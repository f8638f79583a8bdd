"""One call about a chat at a time, but for files; none while Telegram wants it left alone."""

from collections.abc import Awaitable, Callable

from telegram import Message

from bot.delivery import Delivery, NotNow, delivered
from bot.messages.delivery import left_alone
from bot.pace import Pace


async def in_turn(
    pace: Pace,
    chat_id: int,
    call: Callable[[], Awaitable[Message | bool]],
    *,
    edits: bool = False,
) -> Delivery:
    """Make a call for which somebody waits, as soon as no other about its chat is on its way.

    Args:
        call: is not made where the chat must be left alone.
        edits: whether it changes a message that is there.

    Returns:
        What became of it; ``NotNow`` where it was not made.
    """
    async with pace.turn(chat_id):
        if pace.blocked(chat_id):
            return NotNow(None, left_alone())
        (pace.edited if edits else pace.sent)(chat_id)
        delivery = await delivered(call())
        if isinstance(delivery, NotNow) and delivery.after_s is not None:
            pace.block(chat_id, delivery.after_s)
        return delivery


async def beside(
    pace: Pace, chat_id: int, call: Callable[[], Awaitable[Message | bool]]
) -> Delivery:
    """Make a call that may take minutes, as a file's does: others about the chat go on meanwhile.

    Args:
        call: is not made where the chat must be left alone.
    """
    async with pace.turn(chat_id):
        if pace.blocked(chat_id):
            return NotNow(None, left_alone())
        pace.sent(chat_id)
    delivery = await delivered(call())
    if isinstance(delivery, NotNow) and delivery.after_s is not None:
        pace.block(chat_id, delivery.after_s)
    return delivery
