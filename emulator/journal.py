"""What the bot called, when, and how it was answered: read by tests, free of the token."""

import threading
from collections import Counter, deque
from dataclasses import asdict, dataclass

from emulator.objects import Json

KEPT_CALLS = 50_000


@dataclass(frozen=True)
class Call:
    """One Bot API call.

    Attributes:
        at: Unix time when it was answered (or broken off), by the world's clock.
        outcome: ``ok``, ``refused`` (an error answer), ``fault`` (a fault on request struck) or
            ``gone`` (the caller hung up first).
        fault: the kind of the fault that struck.
        took_effect: whether the world changed, whatever the caller was told.
    """

    seq: int
    at: float
    method: str
    params: Json
    outcome: str
    status: int
    description: str = ""
    fault: str = ""
    took_effect: bool = False


class Journal:
    """Every call in order, the latest 50,000 of them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._calls: deque[Call] = deque(maxlen=KEPT_CALLS)
        self._counts: Counter[str] = Counter()
        self._seq = 0

    def write(self, at: float, method: str, params: Json, outcome: Json) -> None:
        """Add a call; ``outcome`` holds the fields of :class:`Call` from there on."""
        with self._lock:
            self._seq += 1
            self._calls.append(Call(self._seq, at, method, params, **outcome))
            self._counts[method] += 1

    def calls(self, method: str | None = None, since: int = 0) -> list[Call]:
        """Return the calls after number ``since``, of one method if named."""
        with self._lock:
            return [c for c in self._calls if c.seq > since and method in (None, c.method)]

    def counts(self) -> dict[str, int]:
        """Return how often each method was called."""
        with self._lock:
            return dict(self._counts)

    def as_json(self, method: str | None, since: int) -> Json:
        """Return what ``GET /emulator/journal`` answers."""
        calls = [asdict(call) for call in self.calls(method, since)]
        return {"calls": calls, "counts": self.counts()}
