"""Words that stand on buttons, written behind a command instead of tapped."""

from collections.abc import Iterable, Mapping
from typing import TypeVar

from bot.messages.noise import LEVELS
from bot.messages.translation import say
from bot.noise import Level

Choice = TypeVar("Choice", bound=str)


def labelled(words: Iterable[str], labels: Mapping[Choice, str]) -> Choice | None:
    """What is called so: by its own word, or by its label in English or as the chat reads it.

    Args:
        words: those of one name; blanks in it do not matter.
        labels: what can be chosen, and the sentence on its button.
    """
    wanted = _key("".join(words))
    for choice, label in labels.items():
        if wanted in {_key(choice), _key(label), _key(say(label))}:
            return choice
    return None


def is_off(word: str) -> bool:
    """Whether something is to be off."""
    return labelled([word], {Level.OFF: LEVELS[Level.OFF]}) is not None


def _key(label: str) -> str:
    return "".join(label.split()).casefold()
