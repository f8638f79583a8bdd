"""What somebody typed, as it was meant: the signs of other keyboards, copied blanks. Pure.

Outside quotation marks the wide signs of an East Asian keyboard (``＝``, ``７``, ``：``) count as
the narrow ones, and signs without a width, which copied texts bring along, are dropped at the
edges of a word. Names of files are asked for as they were typed first: ``spellings``.
"""

import re
import shlex
from collections.abc import Collection
from typing import Self

from bot.errors import UnreadableWords

# U+FF01 to U+FF5E mirror ASCII. Wide quotation marks are marks of their own below, and a wide
# backslash has no meaning: it would escape what stands behind it.
_MARKS = {ord(mark) for mark in "＂＇＼"}
_WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F) if code not in _MARKS}
# Of the category Cf: soft hyphen, direction marks, zero widths, byte order mark.
UNSEEN = "\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff"
# Blanks beside the shell's own that keyboards and copied texts bring along.
_BLANKS = "\v\f\u00a0\u2007\u202f\u3000"
# Phones turn straight quotes into these as one types. A straight pair is kept as it
# is, and so is what stands in any pair: a file may be called “Anna’s photos.zip”.
_CURLY_QUOTES = str.maketrans(
    {"“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "＂": '"', "‘": "'", "’": "'"}
)
_SIGNS = re.compile(
    rf"""(?P<straight> "(?:\\.|[^"\\])*" | '[^']*' | \\. )
    | [“”„«»＂](?P<double>[^"“”„«»＂]*)[“”„«»＂] | [‘’](?P<single>[^'‘’]*)[‘’]
    | (?P<corner>「(?P<in_corners>[^「」]*)」|『(?P<in_white>[^『』]*)』)
    | [“”„«»＂‘’]
    | (?P<nothing>(?<!\S)[{UNSEEN}]+(?!\S)) | (?P<edge>(?<!\S)[{UNSEEN}]+|[{UNSEEN}]+(?!\S))
    | (?P<wide>[\uff01-\uff5e]+)""",
    re.DOTALL | re.VERBOSE,
)
_COMMAND = re.compile(rf"[\s{UNSEEN}]*/(?P<name>[A-Za-z0-9_]+)(?:@[A-Za-z0-9_]+)?")
_ALMOST = re.compile(
    rf"[\s{UNSEEN}]*(?P<sign>[^\w\s]*)[\s{UNSEEN}]*(?P<name>[A-Za-z]+)(?P<behind>(?!\w).*)",
    re.DOTALL,
)
# What people put right behind a command, or a job's number, before what follows.
_GLUED = rf"[{UNSEEN},，、:：;；。]*\s*"
_NUMBER_FIRST = re.compile(
    rf"\s*(?P<number>[#＃]?[0-9０-９]+)(?:(?!\S)|[,，、:：](?![0-9０-９])){_GLUED}(?P<rest>.*)",
    re.DOTALL,
)


class Word(str):
    """A word as it was meant.

    Attributes:
        typed: the same word with each sign as it stood there.
    """

    __slots__ = ("typed",)
    typed: str

    def __new__(cls, meant: str, typed: str) -> Self:
        """Make one."""
        word = super().__new__(cls, meant)
        word.typed = typed
        return word


def spellings(name: str) -> tuple[str, ...]:
    """How a name may be spelled, the one that was typed first."""
    typed = name.typed if isinstance(name, Word) else name
    return tuple(dict.fromkeys((typed, str(name))))


def narrow(text: str) -> str:
    """Text with narrow signs, and without those that nobody sees at its ends."""
    return without_unseen(text.translate(_WIDE))


def without_unseen(text: str) -> str:
    """Text without what nobody sees at its ends."""
    return re.sub(f"^[{UNSEEN}]+|[{UNSEEN}]+$", "", text)


def command_of(text: str) -> str:
    """The name of the command that a text begins with, in lower case; none is empty."""
    found = _COMMAND.match(text)
    return found["name"].lower() if found is not None else ""


def almost_a_command(text: str, names: Collection[str]) -> str | None:
    """The command that a text would be with a slash at its beginning; none for other texts.

    ``／train``, ``。train`` and ``， train`` are what other keyboards have where the slash is. A
    name without any sign is one where it stands alone.
    """
    found = _ALMOST.fullmatch(text)
    if found is None or found["name"].lower() not in names:
        return None
    if not found["sign"] and found["behind"].strip():
        return None
    return f"/{found['name'].lower()}{found['behind'].rstrip()}"


def behind_command(text: str) -> str:
    """What stands behind the command, as it was typed, whatever parts the two."""
    found = _COMMAND.match(text)
    rest = text[found.end() :] if found is not None else "".join(text.split(maxsplit=1)[1:])
    return re.sub(f"^{_GLUED}", "", rest)


def words_of(text: str) -> list[str]:
    """The words behind the command, split as a shell would; each is a ``Word``.

    Raises:
        UnreadableWords: a quotation mark is not closed.
    """
    behind = behind_command(text)
    meant = _split(_SIGNS.sub(_as_meant, behind))
    typed = _split(_SIGNS.sub(_as_typed, behind))
    return [Word(one, other) for one, other in zip(meant, typed, strict=True)]


def number_first(text: str) -> tuple[str | None, str]:
    """A job's number that a text begins with, if it does, and the text behind it."""
    found = _NUMBER_FIRST.fullmatch(text)
    return (None, text) if found is None else (narrow(found["number"]), found["rest"])


def changes(name: str) -> bool:
    """Whether a name would be read as another one where it stands without quotation marks."""
    return _SIGNS.sub(_as_meant, name) != name


def _split(text: str) -> list[str]:
    lexer = shlex.shlex(text, posix=True)
    lexer.whitespace += _BLANKS
    lexer.whitespace_split = True
    lexer.commenters = ""
    try:
        return list(lexer)
    except ValueError as error:
        raise UnreadableWords from error


def _as_meant(found: re.Match[str]) -> str:
    for name in ("in_corners", "in_white"):
        if found[name] is not None:
            return shlex.quote(found[name])
    if found["edge"] is not None:
        return ""
    return found["wide"].translate(_WIDE) if found["wide"] is not None else _straightened(found)


def _as_typed(found: re.Match[str]) -> str:
    for name in ("corner", "edge", "wide"):
        if found[name] is not None:
            return shlex.quote(found[name])
    return _straightened(found)


def _straightened(found: re.Match[str]) -> str:
    if found["straight"] is not None:
        return found["straight"]
    if found["nothing"] is not None:
        return ""
    inside = found["double"] if found["double"] is not None else found["single"]
    return found[0].translate(_CURLY_QUOTES) if inside is None else shlex.quote(inside)
