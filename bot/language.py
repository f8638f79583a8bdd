"""The language in which something is said: each chat has one, and whoever says it enters it."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from enum import StrEnum


class Language(StrEnum):
    """A language that is complete; the value is its tag in BCP 47."""

    ENGLISH = "en"
    CHINESE = "zh-Hans"

    @property
    def own_name(self) -> str:
        """What those who speak it call it."""
        return {Language.ENGLISH: "English", Language.CHINESE: "简体中文"}[self]

    @property
    def telegram_code(self) -> str:
        """Its two letters in ISO 639-1, by which Telegram keeps menus apart."""
        return self.value.partition("-")[0]


_spoken = ContextVar("spoken", default=Language.ENGLISH)


def spoken() -> Language:
    """The language that was entered; English where none was."""
    return _spoken.get()


def speak(language: Language) -> None:
    """Enter a language, until another is entered in this task."""
    _spoken.set(language)


@contextmanager
def speaking(language: Language) -> Iterator[None]:
    """Enter a language for a while."""
    token = _spoken.set(language)
    try:
        yield
    finally:
        _spoken.reset(token)


# What people call them who do not write a tag; each has its own name as well.
_CALLED = {
    Language.ENGLISH: ("english", "英语", "英文"),
    Language.CHINESE: ("chinese", "simplifiedchinese", "中文", "汉语", "简体", "简中"),
}


def language_named(word: str) -> Language | None:
    """The language that somebody has named, by its tag or as people call it."""
    called = "".join(word.split()).casefold()
    for one in Language:
        if called == one.own_name.casefold() or called in _CALLED[one]:
            return one
    return language_of(word)


def language_of(tag: str | None) -> Language | None:
    """The language of a tag such as ``zh-TW`` or ``en_US``; none where it is not spoken here.

    All kinds of Chinese are answered in Simplified Chinese, the only one there is.
    """
    letters = (tag or "").replace("_", "-").partition("-")[0].lower()
    return next((one for one in Language if one.telegram_code == letters), None)
