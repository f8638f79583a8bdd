"""Lists and paragraphs, in the language that is spoken."""

from datetime import timedelta

from bot.home_copy import HomeTrouble
from bot.language import Language, speaking
from bot.messages import release
from bot.messages.joining import list_of, paragraph
from bot.messages.users import invitation
from bot.roles import Role


def test_a_list_has_the_separator_of_its_language() -> None:
    """Braces in a part are no places to fill in."""
    assert list_of([1, "{a}", 3]) == "1, {a}, 3"
    with speaking(Language.CHINESE):
        assert list_of([1, "{a}", 3]) == "1、{a}、3"
    assert list_of(["one"]) == "one"
    assert list_of([]) == ""


def test_sentences_are_parted_as_their_language_does() -> None:
    """By a blank in English, by nothing behind a Chinese full stop."""
    assert paragraph("One.", "Two.") == "One. Two."
    with speaking(Language.CHINESE):
        assert paragraph("一。", "二。") == "一。二。"
        assert "。 " not in release.not_saved(HomeTrouble.GONE, [1, 2])
        assert "1、2" in release.not_saved(HomeTrouble.GONE, [1, 2])


def test_nothing_stands_between_a_time_and_the_words_behind_it() -> None:
    """A time in Chinese ends in a sign that takes no blank."""
    with speaking(Language.CHINESE):
        told = invitation("https://t.me/x?start=y", Role.VIEWER, timedelta(minutes=10))
    assert "10 分钟内有效" in told
