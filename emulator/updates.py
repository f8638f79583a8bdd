"""The queue of updates that a bot polls: confirmed by offset, kept for 24 hours."""

import itertools
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from emulator.objects import Json

KEPT_S = 24 * 3600
MAX_BATCH = 100
# Telegram leaves these out unless a bot asks for them by name.
ON_REQUEST = frozenset({"chat_member", "message_reaction", "message_reaction_count"})


@dataclass(frozen=True)
class Update:
    """Something that happened in a chat and that the bot has not confirmed yet."""

    update_id: int
    at: float
    kind: str
    payload: Json

    def as_json(self) -> Json:
        """Return Telegram's ``Update``."""
        return {"update_id": self.update_id, self.kind: self.payload}


class UpdateQueue:
    """Updates in order of their ids; a poll with a higher offset confirms the lower ones."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        # A bot remembers ids it has seen: a new emulator must not begin with the same ones.
        self._ids = itertools.count(1 + int(clock()))
        self._waiting: list[Update] = []
        self._poller = 0
        self.allowed: frozenset[str] = frozenset()

    def put(self, kind: str, payload: Json) -> None:
        """Queue an update, unless the bot asked not to hear of its kind."""
        with self._lock:
            if kind in self.allowed or (not self.allowed and kind not in ON_REQUEST):
                self._waiting.append(Update(next(self._ids), self._clock(), kind, payload))

    def confirm(self, offset: int) -> None:
        """Forget what the bot has taken; a negative offset keeps only that many of the last."""
        with self._lock:
            if offset < 0:
                self._waiting = self._waiting[offset:]
            elif offset > 0:
                self._waiting = [u for u in self._waiting if u.update_id >= offset]

    def drop(self) -> None:
        """Forget everything (``drop_pending_updates``)."""
        with self._lock:
            self._waiting.clear()

    def waiting(self, limit: int = MAX_BATCH) -> Sequence[Update]:
        """Return the oldest unconfirmed updates of the last 24 hours."""
        with self._lock:
            oldest = self._clock() - KEPT_S
            self._waiting = [update for update in self._waiting if update.at >= oldest]
            return self._waiting[:limit]

    def count(self) -> int:
        """Return how many updates wait for the bot."""
        return len(self.waiting(limit=1 << 30))

    def take_over(self) -> int:
        """Become the one poller; whoever polled before is told so with 409."""
        with self._lock:
            self._poller += 1
            return self._poller

    def is_polled_by(self, poller: int) -> bool:
        """Whether nobody else has polled since."""
        return self._poller == poller
