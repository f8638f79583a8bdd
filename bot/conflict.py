"""Two bots that poll with one token: noticed once, and once when it is over."""

from collections.abc import Callable
from datetime import datetime, timedelta

# Two bots end each other's polls, and wait up to a minute after each: a poll that was
# answered does not mean that the other one is gone.
OVER_AFTER = timedelta(minutes=3)


class ConflictWatch:
    """What the polls say about another bot with this token."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._last: datetime | None = None

    def struck(self) -> bool:
        """A poll was ended by another bot's; whether that is news."""
        news = self._last is None
        self._last = self._now()
        return news

    def passed(self) -> bool:
        """A poll was answered; whether that ends a conflict."""
        if self._last is None or self._now() - self._last < OVER_AFTER:
            return False
        self._last = None
        return True
