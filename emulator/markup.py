"""Reading markup one character at a time, with places named as Telegram names them."""

import string

SPACES = " \t\r\n\v\0"
NAMED_CHARACTERS = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
DIGITS = {10: "0123456789", 16: "0123456789abcdefABCDEF"}
LAST_CODE_POINT = 0x10FFFF
SURROGATES = range(0xD800, 0xE000)
LONGEST_REFERENCE = 10


class EntityError(ValueError):
    """The markup is not what Telegram accepts; the text completes "can't parse entities:"."""


class Cursor:
    """A place in the markup; ``_at`` is the index of the next unread character."""

    def __init__(self, markup: str) -> None:
        self._markup = markup
        self._at = 0

    def at_end(self) -> bool:
        """Whether everything has been read."""
        return self._at >= len(self._markup)

    def peek(self) -> str:
        """Return the next character, or NUL at the end, as TDLib's C strings have it."""
        return self._markup[self._at] if not self.at_end() else "\0"

    def take(self) -> str:
        """Return the next character and go past it."""
        self._at += 1
        return self._markup[self._at - 1]

    def take_until(self, stops: str) -> str:
        """Return what comes before the next of some characters, or before the end."""
        start = self._at
        while not self.at_end() and self._markup[self._at] not in stops:
            self._at += 1
        return self._markup[start : self._at]

    def skip_spaces(self) -> None:
        """Go past white space."""
        while not self.at_end() and self._markup[self._at] in SPACES:
            self._at += 1

    def byte(self, at: int) -> str:
        """Name a place as Telegram's refusals do."""
        return f"at byte offset {len(self._markup[:at].encode(errors='surrogatepass'))}"

    def reference(self) -> str:
        """Decode ``&lt;`` or ``&#…;`` here; what is neither stays as it is written.

        Raises:
            EntityError: it stands for half a surrogate pair, which is no character.
        """
        start = self._at
        self._at += 1
        if self.peek() == "#":
            self._at += 1
            known = self._numbered(start)
        else:
            known = NAMED_CHARACTERS.get(self._take_while(string.ascii_letters))
        if known is None:
            self._at = start
            return self.take()
        if self.peek() == ";":
            self._at += 1
        if ord(known) in SURROGATES:
            raise EntityError(
                "Text contains invalid Unicode characters after decoding HTML entities, "
                "check for unmatched surrogate code units"
            )
        return known

    def _numbered(self, start: int) -> str | None:
        base = 16 if self.peek() in "xX" else 10
        if self.peek() in "xX":
            self._at += 1
        digits = self._take_while(DIGITS[base])
        too_long = self._at - start >= LONGEST_REFERENCE
        code = int(digits, base) if digits and not too_long else 0
        return chr(code) if 0 < code < LAST_CODE_POINT else None

    def _take_while(self, characters: str) -> str:
        start = self._at
        while not self.at_end() and self._markup[self._at] in characters:
            self._at += 1
        return self._markup[start : self._at]
