"""Words on buttons, typed instead of tapped."""

from collections.abc import Mapping

import pytest

from bot.commands.labels import is_off, labelled
from bot.language import Language, language_named, speaking
from bot.messages import language, listing, noise, roles
from bot.messages.translation import say

TABLES = {
    "jobs": listing.NAMES,
    "filters": listing.OFFERED,
    "kinds": noise.LABELS,
    "levels": noise.LEVELS,
    "roles": roles.NAMES,
    "language": {"auto": language.AS_TELEGRAM},
}


@pytest.mark.parametrize("spoken", Language)
@pytest.mark.parametrize("labels", TABLES.values(), ids=TABLES)
def test_what_a_button_says_can_be_typed(labels: Mapping[str, str], spoken: Language) -> None:
    """In the language that is spoken and in English, in any case; so can its own word."""
    with speaking(spoken):
        for choice, label in labels.items():
            assert labelled([choice.upper()], labels) == choice
            assert labelled([label.upper()], labels) == choice
            assert labelled(say(label).split(), labels) == choice
        assert labelled(["nonsense"], labels) is None
        assert labelled([], labels) is None


def test_off_is_off_in_the_language_that_is_spoken() -> None:
    """And in English always."""
    with speaking(Language.CHINESE):
        assert is_off("关闭")
        assert is_off("OFF")
    assert not is_off("关闭")
    assert not is_off("2h")


@pytest.mark.parametrize(
    ("word", "named"),
    [
        ("中文", Language.CHINESE),
        ("简体中文", Language.CHINESE),
        ("Chinese", Language.CHINESE),
        ("zh-TW", Language.CHINESE),
        ("English", Language.ENGLISH),
        ("en_US", Language.ENGLISH),
        ("klingon", None),
    ],
)
def test_a_language_is_known_by_its_names(word: str, named: Language | None) -> None:
    """Its own, the English one, and its tag."""
    assert language_named(word) is named


def test_a_language_is_known_by_its_own_name() -> None:
    """Which stands on its button."""
    assert [language_named(one.own_name) for one in Language] == list(Language)
