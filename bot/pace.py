"""How fast one may talk to a chat: Telegram's limits, kept on our side."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

# Telegram: 1 message a second in a chat (short bursts pass), 20 a minute in a
# group. Edits count as messages, and quick edits have drawn bans of minutes.
PRIVATE_INTERVAL_S = 1.0
PRIVATE_BURST = 3
GROUP_INTERVAL_S = 4.0  # with the burst, 20 in the busiest minute
GROUP_BURST = 5
EDIT_INTERVAL_S = 4.0  # three would do; one more for what a network adds and takes


@dataclass(slots=True)
class _Chat:
    allowance: float
    interval_s: float
    burst: int
    at: float
    blocked_until: float = 0.0
    shut_until: float = 0.0
    edit_at: float = float("-inf")
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def left_alone_until(self) -> float:
        return max(self.blocked_until, self.shut_until)


def _loop_time() -> float:
    """The clock by which whoever waits for a turn sleeps."""
    return asyncio.get_running_loop().time()


class Pace:
    """Remembers when each chat was last talked to. Groups have negative ids."""

    def __init__(self, clock: Callable[[], float] = _loop_time) -> None:
        self._clock = clock
        self._chats: dict[int, _Chat] = {}

    def send_wait_s(self, chat_id: int) -> float:
        """Seconds until a message may be sent."""
        chat = self._refilled(chat_id)
        missing = max(0.0, 1.0 - chat.allowance) * chat.interval_s
        return max(missing, chat.left_alone_until - self._clock(), 0.0)

    def blocked(self, chat_id: int) -> bool:
        """Whether Telegram wants nothing for this chat now, not even an answer."""
        return self._refilled(chat_id).left_alone_until > self._clock()

    def turn(self, chat_id: int) -> asyncio.Lock:
        """Held during every call about a chat, so that there is one at a time.

        So none is on its way when another hears that the chat must be left alone: look
        at ``blocked`` once the turn is there. And a death of the bot leaves one message
        in doubt, not two.
        """
        return self._refilled(chat_id).turn

    def edit_wait_s(self, chat_id: int) -> float:
        """Seconds until a message may be edited."""
        since = self._clock() - self._refilled(chat_id).edit_at
        return max(self.send_wait_s(chat_id), EDIT_INTERVAL_S - since)

    def sent(self, chat_id: int) -> None:
        """A message was sent, or tried.

        Replies do not wait for their turn; many at once must not hold back what does
        for longer than a burst's worth.
        """
        chat = self._refilled(chat_id)
        chat.allowance = max(chat.allowance - 1.0, -float(chat.burst))

    def edited(self, chat_id: int) -> None:
        """A message was edited, or tried."""
        self.sent(chat_id)
        self._chats[chat_id].edit_at = self._clock()

    def block(self, chat_id: int, seconds: float) -> None:
        """Leave a chat alone for a while: Telegram said so, or does not answer."""
        chat = self._refilled(chat_id)
        chat.blocked_until = max(chat.blocked_until, self._clock() + seconds)

    def shut(self, chat_id: int, seconds: float) -> None:
        """Leave a chat alone that refuses the bot, for a while or until somebody writes there."""
        chat = self._refilled(chat_id)
        chat.shut_until = max(chat.shut_until, self._clock() + seconds)

    def heard(self, chat_id: int) -> None:
        """Somebody wrote there: the chat does not refuse the bot any more."""
        self._refilled(chat_id).shut_until = 0.0

    def _refilled(self, chat_id: int) -> _Chat:
        now = self._clock()
        chat = self._chats.get(chat_id)
        if chat is None:
            group = chat_id < 0
            interval_s = GROUP_INTERVAL_S if group else PRIVATE_INTERVAL_S
            burst = GROUP_BURST if group else PRIVATE_BURST
            chat = self._chats[chat_id] = _Chat(burst, interval_s, burst, now)
        chat.allowance = min(chat.burst, chat.allowance + (now - chat.at) / chat.interval_s)
        chat.at = now
        return chat
