"""Sentences in the language that is spoken: English stands in the code, others in catalogs.

A catalog is a gettext file beside this one, named by its language: ``zh-Hans.po``. Braces in
a sentence are filled in after it was translated.
"""

from functools import cache
from gettext import GNUTranslations, NullTranslations
from importlib.resources import files
from io import BytesIO

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from bot.language import Language, spoken


def say(sentence: str, /, **parts: object) -> str:
    """A sentence with its parts, such as ``say("{title} has no note.", title=…)``."""
    return _catalog(spoken()).gettext(sentence).format_map(parts)


def say_many(one: str, many: str, count: int, /, **parts: object) -> str:
    """A sentence about a number of things: ``say_many("{count} file", "{count:,} files", 7)``."""
    return _catalog(spoken()).ngettext(one, many, count).format_map({"count": count, **parts})


def marked(sentence: str) -> str:
    """A sentence as it stands, to be said later: for tables that are made on import."""
    return sentence


@cache
def _catalog(language: Language) -> NullTranslations:
    if language is Language.ENGLISH:
        return NullTranslations()
    compiled = BytesIO()
    with files(__package__).joinpath(f"{language}.po").open("rb") as catalog:
        write_mo(compiled, read_po(catalog))
    compiled.seek(0)
    return GNUTranslations(compiled)
