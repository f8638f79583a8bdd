"""What people see happen in their chats, numbered, so that a page can pick up where it was."""

import itertools
import threading
from collections import deque
from dataclasses import dataclass

from emulator.bell import Bell
from emulator.objects import Json

KEPT_EVENTS = 20_000


@dataclass(frozen=True)
class Event:
    """One visible change; ``kind`` says which, ``data`` what (see chat_api)."""

    seq: int
    at: float
    chat_id: int
    kind: str
    data: Json

    def as_json(self) -> Json:
        """Return the event as the chat page reads it."""
        head = {"seq": self.seq, "at": self.at, "chat_id": self.chat_id, "kind": self.kind}
        return head | self.data


class Feed:
    """The latest events, and a bell that rings at each new one."""

    def __init__(self, bell: Bell) -> None:
        self._bell = bell
        self._lock = threading.Lock()
        self._events: deque[Event] = deque(maxlen=KEPT_EVENTS)
        self.last_seq = 0

    def tell(self, at: float, chat_id: int, kind: str, data: Json) -> Event:
        """Add an event; chat 0 means every chat."""
        with self._lock:
            self.last_seq += 1
            event = Event(self.last_seq, at, chat_id, kind, data)
            self._events.append(event)
        self._bell.ring()
        return event

    def since(self, seq: int, chat_id: int) -> list[Event]:
        """Return the events of a chat after number ``seq``."""
        with self._lock:
            newest_first = itertools.takewhile(lambda e: e.seq > seq, reversed(self._events))
            return [e for e in newest_first if e.chat_id in (0, chat_id)][::-1]

    def has_all_since(self, seq: int) -> bool:
        """Whether no event after number ``seq`` has been forgotten, or was never there."""
        with self._lock:
            oldest = self._events[0].seq if self._events else self.last_seq + 1
            return oldest - 1 <= seq <= self.last_seq
