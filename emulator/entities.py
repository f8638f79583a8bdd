"""Telegram's HTML: markup to text and entities, refused with Telegram's own sentences.

Source: the behaviour of TDLib's ``parse_html`` (td/telegram/MessageEntity.cpp) and the cases of
its test suite; rewritten here. Offsets in refusals count UTF-8 bytes, offsets of entities UTF-16
code units, as Telegram's do.
Not covered: ``<tg-time>`` and Markdown.
"""

from dataclasses import dataclass, replace

from emulator.links import checked_link, mentioned_user
from emulator.markup import SPACES, Cursor, EntityError
from emulator.objects import Entity, FormattedText

ENTITY_OF_TAG = {
    "a": "text_link",
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "code": "code",
    "pre": "pre",
    "span": "spoiler",
    "tg-spoiler": "spoiler",
    "tg-emoji": "custom_emoji",
    "blockquote": "blockquote",
}
ARGUMENT_OF_TAG = {"a": "href", "code": "class", "span": "class", "tg-emoji": "emoji-id"}


def utf16_length(text: str) -> int:
    """Return the length as Telegram counts it: code points beyond the BMP count twice."""
    return len(text) + sum(character > "\uffff" for character in text)


def parse_html(markup: str) -> FormattedText:
    """Read Telegram HTML.

    Raises:
        EntityError: a tag is unknown, unclosed or wrongly nested, or an attribute is broken.
    """
    return _Reader(markup).read()


@dataclass(frozen=True)
class _OpenTag:
    name: str
    argument: str
    offset: int
    start: int


class _Reader(Cursor):
    """One pass over the markup, with the tags that are open."""

    def __init__(self, markup: str) -> None:
        super().__init__(markup)
        self._text: list[str] = []
        self._offset = 0
        self._open: list[_OpenTag] = []
        self._entities: list[Entity] = []

    def read(self) -> FormattedText:
        while not self.at_end():
            character = self._markup[self._at]
            if character == "<":
                self._tag()
            else:
                self._put(self.reference() if character == "&" else self.take())
        if self._open:
            name = self._open[-1].name
            raise EntityError(f'Can\'t find end tag corresponding to start tag "{name}"')
        plain = [replace(e, language=None) if e.type == "code" else e for e in self._entities]
        plain.sort(key=lambda entity: (entity.offset, -entity.length))
        return FormattedText("".join(self._text), tuple(plain))

    def _put(self, character: str) -> None:
        self._text.append(character)
        self._offset += utf16_length(character)

    def _tag(self) -> None:
        start = self._at
        self._at += 1
        if self.peek() == "/":
            self._at += 1
            self._end_tag(start)
        else:
            self._start_tag(start)

    def _start_tag(self, start: int) -> None:
        name = self.take_until(SPACES + ">").lower()
        if self.at_end():
            raise EntityError(f"Unclosed start tag {self.byte(start)}")
        if name not in ENTITY_OF_TAG:
            raise EntityError(f'Unsupported start tag "{name}" {self.byte(start)}')
        argument = ""
        while True:
            self.skip_spaces()
            if self.peek() == ">":
                break
            key, value = self._attribute(name, start)
            if name == "blockquote" and key == "expandable":
                argument = key
            elif key == ARGUMENT_OF_TAG.get(name):
                argument = value
        self._at += 1
        if name == "span" and argument != "tg-spoiler":
            raise EntityError(f'Tag "span" must have class "tg-spoiler" {self.byte(start)}')
        self._open.append(_OpenTag(name, argument, self._offset, len(self._text)))

    def _attribute(self, tag: str, start: int) -> tuple[str, str]:
        key = self.take_until(SPACES + "=>")
        if not key:
            raise EntityError(f'Empty attribute name in the tag "{tag}" {self.byte(start)}')
        self.skip_spaces()
        if self.peek() != "=":
            if self.at_end():
                raise EntityError(f'Unclosed start tag "{tag}" {self.byte(start)}')
            return key, ""
        self._at += 1
        self.skip_spaces()
        if self.at_end():
            raise EntityError(f'Unclosed start tag "{tag}" {self.byte(start)}')
        value = self._quoted() if self.peek() in "'\"" else self._name_token()
        if self.at_end():
            raise EntityError(f"Unclosed start tag {self.byte(start)}")
        return key, value

    def _quoted(self) -> str:
        quote = self.take()
        value = ""
        while not self.at_end() and self.peek() != quote:
            value += self.reference() if self.peek() == "&" else self.take()
        self._at += self.peek() == quote
        return value

    def _name_token(self) -> str:
        start = self._at
        while self.peek().isascii() and (self.peek().isalnum() or self.peek() in ".-"):
            self._at += 1
        if self.peek() not in SPACES + ">":
            raise EntityError(f"Unexpected end of name token {self.byte(start)}")
        return self._markup[start : self._at].lower()

    def _end_tag(self, start: int) -> None:
        if not self._open:
            raise EntityError(f"Unexpected end tag {self.byte(start)}")
        name = self.take_until(SPACES + ">").lower()
        self.skip_spaces()
        if self.peek() != ">":
            raise EntityError(f"Unclosed end tag {self.byte(start)}")
        self._at += 1
        tag = self._open.pop()
        if name not in ("", tag.name):
            tags = f'expected "</{tag.name}>", found "</{name}>"'
            raise EntityError(f"Unmatched end tag {self.byte(start)}, {tags}")
        if self._offset > tag.offset:
            self._close(tag)

    def _close(self, tag: _OpenTag) -> None:
        entity = Entity(ENTITY_OF_TAG[tag.name], tag.offset, self._offset - tag.offset)
        if tag.name == "a":
            self._close_link(entity, tag)
        elif tag.name == "tg-emoji":
            if not tag.argument.isdecimal() or int(tag.argument) == 0:
                raise EntityError("Invalid custom emoji identifier specified")
            self._entities.append(replace(entity, custom_emoji_id=tag.argument))
        elif tag.name in ("pre", "code"):
            self._close_code(entity, tag)
        elif tag.argument == "expandable":
            self._entities.append(replace(entity, type="expandable_blockquote"))
        else:
            self._entities.append(entity)

    def _close_link(self, entity: Entity, tag: _OpenTag) -> None:
        """A link without an address names it in its text; one that is none is plain text."""
        address = tag.argument or "".join(self._text[tag.start :])
        user_id = mentioned_user(address)
        if user_id is not None:
            self._entities.append(replace(entity, type="text_mention", user_id=user_id))
        elif url := checked_link(address):
            self._entities.append(replace(entity, url=url))

    def _close_code(self, entity: Entity, tag: _OpenTag) -> None:
        """``pre`` and ``code`` around the same text are one block that has a language."""
        language = tag.argument.removeprefix("language-") if tag.name == "code" else None
        if language == tag.argument:  # a class that names no language
            language = None
        entity = replace(entity, language=language or None)
        inner = self._entities[-1] if self._entities else None
        if inner and (inner.offset, inner.length) == (entity.offset, entity.length):
            both = {inner.type, entity.type} == {"pre", "code"}
            named = entity.language or (inner.language if inner.type == "code" else None)
            if both and named:
                self._entities[-1] = replace(inner, type="pre", language=named)
                return
        self._entities.append(entity)
