"""Buttons under messages, as values: what a press does, and what Telegram is given."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from pydantic import JsonValue

DATA_LIMIT_BYTES = 64
# The largest number that the store can look for.
MOST = 2**63 - 1


class Unreadable(LookupError):
    """A press without what its action needs: of another version, or made up by hand."""


@dataclass(frozen=True, slots=True)
class Button:
    """What a press does.

    Attributes:
        action: its name in the table of actions, which also says who may press.
        arguments: what the action needs to know.
    """

    label: str
    action: str
    arguments: Mapping[str, JsonValue] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Key:
    """What Telegram is given: ``data`` comes back with a press, at most 64 bytes."""

    label: str
    data: str


@dataclass(frozen=True, slots=True)
class Press:
    """A press of a button.

    Attributes:
        question: the message's buttons as one: the first press that counts ends them
            all. None for buttons that may be pressed again and again.
        only_for: who alone may press; none where whoever has the action's role may.
    """

    action: str
    arguments: Mapping[str, JsonValue]
    question: int | None = None
    only_for: int | None = None

    def number(self, name: str) -> int:
        """An argument that is a whole number.

        Raises:
            Unreadable: there is none.
        """
        value = self.arguments.get(name)
        if isinstance(value, int) and -MOST <= value <= MOST:
            return value
        raise Unreadable(f"no number {name} in {self}")

    def word(self, name: str) -> str:
        """An argument that is text.

        Raises:
            Unreadable: there is none.
        """
        value = self.arguments.get(name)
        if isinstance(value, str):
            return value
        raise Unreadable(f"no word {name} in {self}")


Keyboard = tuple[tuple[Key, ...], ...]


def lasting(rows: Sequence[Sequence[Button]]) -> Keyboard:
    """Keys that may be pressed again and again; all they mean is in their data.

    Raises:
        ValueError: an action with its arguments does not fit.
    """
    return tuple(tuple(Key(button.label, _data(button)) for button in row) for row in rows)


def lasting_press(data: str) -> Press | None:
    """What a key from ``lasting`` means; none for other data."""
    action, bar, arguments = data.partition("|")
    if not bar:
        return None
    try:
        found = json.loads(arguments or "{}")
    except ValueError:
        return None
    return Press(action, found) if isinstance(found, dict) else None


def _data(button: Button) -> str:
    arguments = (
        json.dumps(dict(button.arguments), separators=(",", ":")) if button.arguments else ""
    )
    data = f"{button.action}|{arguments}"
    if len(data.encode()) > DATA_LIMIT_BYTES:
        raise ValueError(f"{data} has more than {DATA_LIMIT_BYTES} bytes")
    return data
