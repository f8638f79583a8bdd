"""A calm sentence for each UserError: what was wrong, and what to do."""

from functools import singledispatch

from bot import errors
from bot.messages.joining import list_of
from bot.messages.markup import code, shortened
from bot.messages.translation import say

SHOWN = 60
NAME_LIMIT, MOST_NAMES = 255, 6


def quoted(text: str) -> str:
    """What somebody wrote, or the beginning of it."""
    return code(shortened(text, SHOWN))


def listed(names: tuple[str, ...]) -> str:
    """The first few names."""
    return list_of(code(shortened(name, NAME_LIMIT)) for name in names[:MOST_NAMES])


def meant(near: str) -> str:
    """A question that stands behind another sentence; nothing where nothing is near."""
    return say(" Did you mean {near}?", near=near) if near else ""


@singledispatch
def sentence(error: errors.UserError) -> str:
    """The sentence for the chat."""
    raise NotImplementedError(type(error).__name__)
