"""Keyboards as the store keeps them."""

from typing import Any

from bot.button import Key, Keyboard


def to_json(keyboard: Keyboard | None) -> list[list[list[str]]] | None:
    """Label and data of each key, row by row."""
    if keyboard is None:
        return None
    return [[[key.label, key.data] for key in keys] for keys in keyboard]


def from_json(stored: Any) -> Keyboard | None:
    """The keyboard that was stored; none where there was none."""
    if stored is None:
        return None
    return tuple(tuple(Key(*key) for key in keys) for keys in stored)
