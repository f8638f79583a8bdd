"""How fast a bot may send: token buckets per chat, per group and overall, as Telegram enforces.

Telegram publishes 1 message/s per chat with short bursts, 20/min per group and about 30/s
overall; edits are counted with the sends. Who passes the limit is locked out for a while.
"""

import math
import threading
from dataclasses import dataclass, field

from emulator.errors import too_many_requests
from emulator.objects import Chat


@dataclass(frozen=True)
class Limits:
    """The published rates; ``enforced=False`` lets a test send as fast as it likes."""

    enforced: bool = True
    chat_per_s: float = 1.0
    chat_burst: int = 10
    group_per_minute: int = 20
    overall_per_s: float = 30.0
    penalty_s: int = 3


@dataclass
class _Bucket:
    """Allows ``burst`` messages at once and ``per_s`` a second after that."""

    per_s: float
    burst: float
    level: float = field(init=False)
    at: float | None = None
    locked_until: float = 0.0

    def __post_init__(self) -> None:
        self.level = self.burst

    def wait_s(self, now: float, cost: float) -> float:
        """Return how long until ``cost`` messages may go; 0 means now."""
        if now < self.locked_until:
            return self.locked_until - now
        if self.at is not None:
            self.level = min(self.burst, self.level + max(0.0, now - self.at) * self.per_s)
        self.at = now
        # An album larger than the burst may go when the bucket is full.
        return max(0.0, (min(cost, self.burst) - self.level) / self.per_s)


class Pacer:
    """Refuses what comes too fast."""

    def __init__(self, limits: Limits) -> None:
        self._lock = threading.Lock()
        self.limits = limits
        self.early_calls = 0
        self._buckets: dict[int | str, _Bucket] = {}

    def reset(self, limits: Limits) -> None:
        """Start over with other limits."""
        with self._lock:
            self.limits = limits
            self.early_calls = 0
            self._buckets.clear()

    def spend(self, chat: Chat, now: float, cost: int = 1) -> None:
        """Count messages or edits to a chat.

        ``early_calls`` counts the calls made before an earlier refusal's time was over: a bot
        that obeys ``retry_after`` leaves it at 0.

        Raises:
            ApiError: 429, with the whole seconds to wait.
        """
        if not self.limits.enforced:
            return
        with self._lock:
            buckets = self._of(chat)
            if any(now < bucket.locked_until for bucket in buckets):
                self.early_calls += 1
            wait_s = max(bucket.wait_s(now, cost) for bucket in buckets)
            if wait_s > 0:
                # Telegram's lock-out is longer than the bare deficit.
                slowest = max(buckets, key=lambda bucket: bucket.wait_s(now, cost))
                if now >= slowest.locked_until:
                    wait_s = max(wait_s, float(self.limits.penalty_s))
                    slowest.locked_until = now + math.ceil(wait_s)
                raise too_many_requests(math.ceil(slowest.locked_until - now))
            for bucket in buckets:
                bucket.level -= cost

    def _of(self, chat: Chat) -> list[_Bucket]:
        limits = self.limits
        overall = _Bucket(limits.overall_per_s, limits.overall_per_s)
        if chat.is_private:
            own = _Bucket(limits.chat_per_s, limits.chat_burst)
        else:
            own = _Bucket(limits.group_per_minute / 60, limits.group_per_minute)
        return [
            self._buckets.setdefault("overall", overall),
            self._buckets.setdefault(chat.id, own),
        ]
