"""Marks on messages that may stand in the chat twice."""

from bot.language import Language, speaking
from bot.messages.translation import say


def maybe_a_repeat(text: str) -> str:
    """A message whose first sending was never confirmed."""
    return text if is_marked(text) else f"{_mark()}{text}"


def is_marked(text: str) -> bool:
    """Whether a message says of itself, in any language, that it may be a repeat."""
    return any(text.startswith(_mark_in(language)) for language in Language)


def _mark_in(language: Language) -> str:
    with speaking(language):
        return _mark()


def _mark() -> str:
    return say("<i>(perhaps a repeat)</i>") + "\n"
