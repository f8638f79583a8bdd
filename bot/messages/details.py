"""The details of a failure or a warning, as parts of its sentence."""

from collections.abc import Mapping

from bot.messages import figures
from bot.messages.joining import list_of
from bot.messages.markup import code, escaped, shortened
from training.protocol.failure import Detail

Details = Mapping[str, Detail]
DETAIL_LIMIT = 600


def text_of(details: Details, name: str) -> str:
    """A detail as a part of the sentence."""
    return escaped(_raw(details, name))


def shown(details: Details, name: str) -> str:
    """A detail set apart from the sentence around it."""
    return code(_raw(details, name))


def size_of(details: Details, name: str) -> str:
    """A detail that is a number of bytes."""
    value = details.get(name)
    return figures.size(value) if isinstance(value, int | float) else "?"


def _raw(details: Details, name: str) -> str:
    value = details.get(name, "?")
    text = list_of(value) if isinstance(value, list) else str(value)
    return shortened(text, DETAIL_LIMIT)
