"""From the text of a call to the text of a message: parsed, cleaned, trimmed, measured."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from emulator.entities import parse_html, utf16_length
from emulator.errors import bad_request
from emulator.links import found_in
from emulator.markup import EntityError
from emulator.objects import Entity, FormattedText, Json

MAX_TEXT = 4096
MAX_CAPTION = 1024
CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")
QUOTES = frozenset({"blockquote", "expandable_blockquote"})
CODE = frozenset({"pre", "code"})
STYLES = frozenset({"bold", "italic", "underline", "strikethrough", "spoiler"})


def message_text(text: str, parse_mode: str | None, entities: Sequence[Json]) -> FormattedText:
    """Return the text of a message.

    Raises:
        ApiError: the markup is wrong, or the text is empty or too long.
    """
    formatted = _formatted(text, parse_mode, entities)
    if not formatted.text:
        raise bad_request("message text is empty")
    if utf16_length(formatted.text) > MAX_TEXT:
        raise bad_request("message is too long")
    return formatted


def caption(text: str, parse_mode: str | None, entities: Sequence[Json]) -> FormattedText:
    """Return the caption of a picture or document, which may be empty.

    Raises:
        ApiError: the markup is wrong or the caption too long.
    """
    formatted = _formatted(text, parse_mode, entities)
    if utf16_length(formatted.text) > MAX_CAPTION:
        raise bad_request("message caption is too long")
    return formatted


def typed(text: str) -> FormattedText:
    """Return what a person typed: no markup, commands and addresses found in it."""
    return _trimmed(_with_found(FormattedText(_clean(text))))


def parts(text: str) -> list[str]:
    """Cut what a person typed as Telegram's apps do: a message holds 4,096 code units."""
    pieces, piece, length = [], "", 0
    for character in text:
        length += utf16_length(character)
        if length > MAX_TEXT:
            pieces.append(piece)
            piece, length = "", utf16_length(character)
        piece += character
    return [*pieces, piece]


def _formatted(text: str, parse_mode: str | None, entities: Sequence[Json]) -> FormattedText:
    text = _clean(text)
    if parse_mode and parse_mode.lower() != "html":
        # Markdown exists at Telegram; here it fails loudly rather than be half understood.
        raise bad_request("unsupported parse_mode")
    if parse_mode:
        try:
            formatted = parse_html(text)
        except EntityError as error:
            raise bad_request(f"can't parse entities: {error}") from None
    else:
        formatted = FormattedText(text, _sorted(_given(text, entities)))
    return _trimmed(_with_found(_untangled(formatted)))


def _clean(text: str) -> str:
    """Drop carriage returns and blank out control characters, as Telegram does."""
    return CONTROL.sub(" ", text.replace("\r", ""))


def _given(text: str, entities: Sequence[Json]) -> Iterable[Entity]:
    for given in entities:
        entity = Entity(
            type=str(given["type"]),
            offset=int(given["offset"]),
            length=int(given["length"]),
            url=given.get("url"),
            language=given.get("language"),
            custom_emoji_id=given.get("custom_emoji_id"),
        )
        if entity.offset < 0 or entity.length <= 0 or entity.end > utf16_length(text):
            raise bad_request("entity beyond the end of the text")
        yield entity


def _untangled(formatted: FormattedText) -> FormattedText:
    """Apply the nesting rules: code holds nothing and is in no style; quotes hold no quote."""
    kept: list[Entity] = []
    outer_code: list[Entity] = []
    quote_end = 0
    for entity in formatted.entities:
        if entity.type in CODE and not any(_within(entity, outer) for outer in outer_code):
            outer_code.append(entity)
            kept.append(entity)
    for entity in formatted.entities:
        if entity.type in CODE:
            continue
        if entity.type in QUOTES:
            if entity.offset < quote_end or any(_within(entity, code) for code in outer_code):
                continue
            quote_end = entity.end
            kept.append(entity)
        elif entity.type in STYLES:
            kept += _without(entity, outer_code)
        elif not any(_overlap(entity, code) for code in outer_code):
            kept.append(entity)
    return replace(formatted, entities=_sorted(kept))


def _within(entity: Entity, outer: Entity) -> bool:
    return outer.offset <= entity.offset and entity.end <= outer.end


def _overlap(one: Entity, other: Entity) -> bool:
    return one.offset < other.end and other.offset < one.end


def _without(entity: Entity, holes: Iterable[Entity]) -> list[Entity]:
    pieces, start = [], entity.offset
    for hole in sorted(holes, key=lambda code: code.offset):
        if _overlap(entity, hole):
            pieces.append((start, hole.offset))
            start = hole.end
    pieces.append((start, entity.end))
    return [replace(entity, offset=a, length=b - a) for a, b in pieces if b > a]


def _with_found(formatted: FormattedText) -> FormattedText:
    closed = [e for e in formatted.entities if e.type in CODE or e.url or e.user_id]
    found = [e for e in found_in(formatted.text) if not any(_overlap(e, c) for c in closed)]
    return replace(formatted, entities=_sorted([*formatted.entities, *found]))


def _trimmed(formatted: FormattedText) -> FormattedText:
    """Cut white space at both ends; at the start only as far as the first entity."""
    text = formatted.text.rstrip()
    end = utf16_length(text)
    first = min((entity.offset for entity in formatted.entities), default=end)
    lead = min(len(text) - len(text.lstrip(" \n")), first)
    moved = [
        replace(e, offset=e.offset - lead, length=min(e.end, end) - e.offset)
        for e in formatted.entities
        if e.offset < end
    ]
    return FormattedText(text[lead:], tuple(moved))


def _sorted(entities: Iterable[Entity]) -> tuple[Entity, ...]:
    return tuple(sorted(entities, key=lambda entity: (entity.offset, -entity.length)))
