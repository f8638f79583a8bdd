"""What names look like in the legacy code pages of the languages that people have.

Source: GB 2312, Big5, JIS X 0208 and KS X 1001 put common characters in blocks
of their own; the shares were tried on file names of datasets, 40 a language.

Not covered: Greek, Hebrew, Thai, Central European pages, EUC-JP and KOI8-R.
"""

# ruff: noqa: PLR2004 - byte ranges and shares are what this module knows.

import math
from collections.abc import Callable, Iterable
from typing import NamedTuple

MAX_ASCII = 0x7F
ENOUGH_BYTES = 32


class CodePage(NamedTuple):
    """A legacy encoding, and how common its characters are in names.

    Attributes:
        likelihood: log-probability of a non-ASCII character, by its bytes, itself
            and the character before it.
        prior: log-odds beforehand: which archives people have.
    """

    encoding: str
    likelihood: Callable[[bytes, str, str], float]
    prior: float

    def score(self, names: Iterable[bytes]) -> float:
        """The log-likelihood of names; minus infinity where one is no text in it."""
        total = self.prior
        for name in names:
            try:
                text = name.decode(self.encoding)
                before = ""
                for sign in text:
                    if not sign.isascii():
                        total += self.likelihood(sign.encode(self.encoding), sign, before)
                    before = sign
            except UnicodeError:
                return -math.inf
        return total


def is_unlikely(score: float, names: Iterable[bytes]) -> bool:
    """Whether names are clearly less likely than random bytes; a few bytes say nothing."""
    size = sum(byte > MAX_ASCII for name in names for byte in name)
    return size >= ENOUGH_BYTES and score < -1.15 * size * math.log(128)


def _share(probability: float, signs: int) -> float:
    """The log-probability of one of so many equally likely signs of a class."""
    return math.log(probability / signs)


def _chinese(code: bytes, sign: str, before: str) -> float:
    if len(code) == 2:
        lead, trail = code
        if 0xB0 <= lead <= 0xD7 and trail >= 0xA1:  # Level 1: the 3,755 common ones.
            return _share(0.93, 3_755)
        if 0xA1 <= lead <= 0xA3 and trail >= 0xA1:  # Punctuation, full-width letters.
            return _share(0.03, 282)
        if 0xD8 <= lead <= 0xF7 and trail >= 0xA1:
            return _share(0.035, 3_008)
    return _share(0.005, 15_000)


def _traditional(code: bytes, sign: str, before: str) -> float:
    if len(code) == 2:
        if 0xA4 <= code[0] <= 0xC6:  # The 5,401 common ones.
            return _share(0.93, 5_401)
        if 0xA1 <= code[0] <= 0xA3:
            return _share(0.04, 408)
    return _share(0.03, 7_652)


def _japanese(code: bytes, sign: str, before: str) -> float:
    if len(code) == 1:  # Half-width katakana: hardly used, but half of the code page.
        return _share(0.005, 63)
    if code[0] in (0x82, 0x83) and "\u3040" <= sign <= "\u30ff":
        return _share(0.45, 169)
    if 0x88 <= code[0] <= 0x98:  # Level 1: the 2,965 common ones.
        return _share(0.47, 2_965)
    if code[0] == 0x81 and sign in "ー・（）「」【】＿　〜～、。々":
        return _share(0.05, 15)
    return _share(0.025, 4_500)


def _korean(code: bytes, sign: str, before: str) -> float:
    if "\uac00" <= sign <= "\ud7a3":
        common = 0xB0 <= code[0] <= 0xC8 and code[1] >= 0xA1
        return _share(0.98, 2_350) if common else _share(0.005, 8_822)
    return _share(0.015, 6_000)


def _cyrillic(code: bytes, sign: str, before: str) -> float:
    capital_inside = math.log(0.02) if sign.isupper() and before.islower() else 0.0
    if sign.lower() in "оеаинтсрвлк":
        return _share(0.75, 11) + capital_inside + (math.log(0.1) if sign.isupper() else 0.0)
    if "а" <= sign.lower() <= "я" or sign in "ёЁ":
        return _share(0.25, 22) + capital_inside + (math.log(0.2) if sign.isupper() else 0.0)
    return _share(0.001, 61)


def _western(code: bytes, sign: str, before: str) -> float:
    # Such letters stand alone between plain ones.
    context = math.log(0.9 if before.isascii() else 0.01)
    if before.islower() and sign.isupper():
        context += math.log(0.05)
    if sign in "äöüßéèáãçñóàí":
        return context + _share(0.75, 13)
    if sign in "êëâåæõøôîïúùûœìò":
        return context + _share(0.15, 16)
    if sign in "ÄÖÜÉÈÀÁÅÆÇÑÓØ":
        return context + _share(0.09, 13)
    return context + _share(0.001, 86)


CODE_PAGES = (
    CodePage("gb18030", _chinese, 0.0),
    CodePage("cp932", _japanese, -0.7),
    CodePage("cp949", _korean, -1.5),
    CodePage("big5", _traditional, -1.0),
    CodePage("cp437", _western, -1.0),
    CodePage("cp850", _western, -1.2),
    CodePage("cp1252", _western, -1.2),
    CodePage("cp866", _cyrillic, -1.0),
    CodePage("cp1251", _cyrillic, -1.5),
)
