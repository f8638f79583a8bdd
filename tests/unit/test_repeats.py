"""The mark of a message that may stand in the chat twice."""

import pytest

from bot.language import Language, speaking
from bot.messages.repeats import is_marked, maybe_a_repeat


@pytest.mark.parametrize("language", Language)
def test_a_mark_is_known_whatever_is_spoken_later(language: Language) -> None:
    """A chat may choose another language after its card was marked: it is not marked again."""
    with speaking(language):
        marked = maybe_a_repeat("✅")
    for other in Language:
        with speaking(other):
            assert is_marked(marked)
            assert maybe_a_repeat(marked) == marked


def test_an_unmarked_message_is_no_repeat() -> None:
    """A word about repeats in a message is not its mark."""
    assert not is_marked("Job 7 (perhaps a repeat)")
