"""Parts put together as the language that is spoken does: not all have blanks between them."""

from collections.abc import Iterable
from functools import reduce

from bot.messages.translation import say


def list_of(parts: Iterable[object]) -> str:
    """Things of one kind, one after the other; nothing where there are none."""
    names = [str(part) for part in parts]
    return reduce(_next_in_list, names) if names else ""


def paragraph(*sentences: str) -> str:
    """Whole sentences, one after the other."""
    return reduce(_next_sentence, sentences)


def _next_in_list(first: str, second: str) -> str:
    return say("{first}, {second}", first=first, second=second)


def _next_sentence(first: str, second: str) -> str:
    return say("{first} {second}", first=first, second=second)
