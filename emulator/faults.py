"""Faults on request: which calls go wrong, how, and how often.

A test puts rules into the :class:`FaultBook`; the Bot API asks it before each call. A rule with
``accepted=True`` strikes after the call took effect: the message *is* in the chat, only the
answer is lost. That is the fault that makes a bot send twice.
"""

import itertools
import random
import threading
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

from emulator.bell import Bell

FaultKind = Literal["http", "error", "flood", "reset", "hang", "malformed"]
HTML_BODY = (
    "<html>\r\n<head><title>{0}</title></head>\r\n"
    "<body>\r\n<center><h1>{0}</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"
)


@dataclass(frozen=True)
class Fault:
    """One rule.

    Attributes:
        kind: ``http`` a status with an HTML (or empty) body, as a gateway sends; ``error`` a
            Telegram envelope with ``status`` and ``description``; ``flood`` 429 with
            ``retry_after_s``; ``reset`` the connection breaks; ``hang`` no answer for
            ``seconds``, then the connection breaks; ``malformed`` cut-off JSON.
        methods: the methods meant (any case); none means every method, downloads included
            (their name is ``file``).
        chat_id: only calls to this chat.
        times: how many calls it strikes; None means until it is cleared.
        skip: how many matching calls pass first.
        chance: the share of the matching calls it strikes.
        accepted: the call takes effect before the fault strikes.
    """

    kind: FaultKind
    methods: tuple[str, ...] = ()
    chat_id: int | None = None
    times: int | None = 1
    skip: int = 0
    chance: float = 1.0
    accepted: bool = False
    status: int = 502
    description: str = ""
    retry_after_s: int = 1
    seconds: float = 30.0
    empty_body: bool = False

    def matches(self, method: str, chat_id: int | None) -> bool:
        """Whether a call is one that this rule is about."""
        named = not self.methods or method.lower() in {name.lower() for name in self.methods}
        return named and self.chat_id in (None, chat_id)


def outage(kind: FaultKind = "reset", **more: object) -> Fault:
    """Return the rule under which nothing at all gets through."""
    return replace(Fault(kind, times=None), **more)  # type: ignore[arg-type]


class FaultBook:
    """The rules in force, in the order they came; the first that strikes counts."""

    def __init__(self, bell: Bell, seed: int = 0) -> None:
        self._bell = bell
        self._lock = threading.Lock()
        # Reproducible, not secret: a failing run must fail again with the same seed.
        self._random = random.Random(seed)  # noqa: S311
        self._ids = itertools.count(1)
        self._rules: dict[int, Fault] = {}

    def add(self, fault: Fault) -> int:
        """Put a rule in force and return its id."""
        with self._lock:
            number = next(self._ids)
            self._rules[number] = fault
        self._bell.ring()
        return number

    def clear(self, numbers: Iterable[int] | None = None) -> None:
        """Take rules out of force; all of them when none is named."""
        with self._lock:
            for number in list(self._rules) if numbers is None else numbers:
                self._rules.pop(number, None)

    def rules(self) -> dict[int, Fault]:
        """Return what is in force; ``times`` is how often each may still strike."""
        with self._lock:
            return dict(self._rules)

    def cuts_off(self, method: str) -> bool:
        """Whether no call of a method gets through: a poll that waits must break now."""
        return any(
            rule.times is None and not rule.skip and rule.chance >= 1 and rule.matches(method, None)
            for rule in self.rules().values()
        )

    def strike(self, method: str, chat_id: int | None) -> Fault | None:
        """Return the fault that this call meets, and count it."""
        with self._lock:
            for number, rule in self._rules.items():
                if not rule.matches(method, chat_id):
                    continue
                if rule.skip:
                    self._rules[number] = replace(rule, skip=rule.skip - 1)
                elif rule.chance >= 1 or self._random.random() < rule.chance:
                    self._count(number, rule)
                    return rule
        return None

    def _count(self, number: int, rule: Fault) -> None:
        if rule.times is None:
            return
        if rule.times <= 1:
            del self._rules[number]
        else:
            self._rules[number] = replace(rule, times=rule.times - 1)
