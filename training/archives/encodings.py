"""The encoding of names: archives carry bytes, and often do not say which text they are.

Names that are all valid UTF-8 are UTF-8, flagged or not. Where one is not, the
archive comes from a machine with a legacy code page, and all its unflagged
names are judged together: of the code pages that can decode every name, the
likeliest wins. Where none is as likely as chance, charset-normalizer is asked.
It knows more encodings, but was made for texts: on four short names it was
right in 63 to 100 of 100 cases a language, the code pages here in 99 and more.
"""

from collections.abc import Iterable

from charset_normalizer import from_bytes

from training.archives.code_pages import CODE_PAGES, is_unlikely
from training.archives.members import Member

# Enough to decide; a million names say nothing new.
SAMPLE_BYTES = 64 * 1024
# Decodes any bytes; what zip says of names without a flag.
LAST_RESORT = "cp437"


class NameDecoder:
    """Turns the names of one archive into text.

    Attributes:
        encoding: the legacy encoding of the names that are not UTF-8; None where all are.
        mixed: most names are UTF-8, so each that can be is.
    """

    def __init__(self, members: Iterable[Member]) -> None:
        unflagged: set[bytes] = set()
        foreign: set[bytes] = set()
        for member in members:
            for part in (*member.name.split(b"/"), *member.target.split(b"/")):
                if not part.isascii():
                    if not _is_text(part, "utf-8"):
                        foreign.add(part)
                    elif not member.utf8:
                        unflagged.add(part)
        # Two Chinese characters in GBK are valid UTF-8 in about one of 50 cases.
        self.mixed = len(unflagged) > len(foreign)
        judged = foreign if self.mixed else foreign | unflagged
        self.encoding = legacy_encoding(judged) if foreign else None

    def is_legacy(self, name: bytes, utf8: bool) -> bool:
        """Whether a name is decoded by the legacy encoding."""
        if self.encoding is None or name.isascii():
            return False
        return not ((utf8 or self.mixed) and _is_text(name, "utf-8"))

    def text(self, name: bytes, utf8: bool) -> str:
        """A name as text."""
        if self.encoding is not None and self.is_legacy(name, utf8):
            return name.decode(self.encoding, "replace")
        return name.decode("utf-8", "replace")


def legacy_encoding(names: Iterable[bytes]) -> str:
    """The likeliest encoding of names that are not UTF-8; it can decode them all."""
    ordered = sorted(names)
    sample = _sample(ordered)
    scores = {page.encoding: page.score(sample) for page in CODE_PAGES}
    ranked = sorted(scores, key=scores.__getitem__, reverse=True)
    if is_unlikely(scores[ranked[0]], sample):
        guess = from_bytes(b"\n".join(sample)).best()
        if guess is not None:
            ranked.insert(0, guess.encoding)
    for encoding in ranked:
        if all(_is_text(name, encoding) for name in ordered):
            return encoding
    return LAST_RESORT


def _sample(names: list[bytes]) -> list[bytes]:
    """Names from the whole list, evenly, up to a size."""
    size = sum(map(len, names))
    return names[:: 1 + size // SAMPLE_BYTES]


def _is_text(name: bytes, encoding: str) -> bool:
    try:
        name.decode(encoding)
    except UnicodeError:
        return False
    return True
