"""Telegram HTML: escaping, fitting into the limits, and back to plain text."""

import html
import re

from bot.messages.translation import say

TEXT_LIMIT, CAPTION_LIMIT = 4096, 1024
_TAG = re.compile(r"<[^>]+>")


def escaped(text: object) -> str:
    """Text as it stands, whatever is in it.

    A file name may hold bytes that are no text; half a character cannot be sent.
    """
    return html.escape(str(text).encode(errors="replace").decode(), quote=False)


def bold(text: object) -> str:
    """Text in bold."""
    return f"<b>{escaped(text)}</b>"


def code(text: object) -> str:
    """Text in a fixed-width face, which a tap copies."""
    return f"<code>{escaped(text)}</code>"


def command(text: str) -> str:
    """A command to use: by itself a tap sends it; with words behind it a tap copies it."""
    return code(text) if " " in text else escaped(text)


def fixed(lines: list[str]) -> str:
    """Lines of a table or a log."""
    return f"<pre>{escaped(chr(10).join(lines))}</pre>"


def folded(lines: list[str]) -> str:
    """Lines that show in full after a tap. A quote may hold no fixed-width text."""
    return f"<blockquote expandable>{escaped(chr(10).join(lines))}</blockquote>"


def plain(text: str) -> str:
    """Telegram HTML as plain text, for when Telegram cannot parse it."""
    return html.unescape(_TAG.sub("", text))


def units(text: str) -> int:
    """The length of plain text as Telegram counts it: in UTF-16 units, two for an emoji."""
    return len(text) + sum(character > "\uffff" for character in text)


def length(text: str) -> int:
    """What Telegram counts against its limit: the text without tags."""
    return units(plain(text))


def shortened(text: str, limit: int) -> str:
    """Plain text of at most so many units, with an ellipsis where something was left out."""
    if units(text) <= limit:
        return text
    kept = text.encode("utf-16-le", "surrogatepass")[: 2 * (limit - 1)]
    return kept.decode("utf-16-le", "ignore") + "…"


def fitting(lines: list[str], limit: int = TEXT_LIMIT) -> list[str]:
    """The newest lines that fit, the first always among them; a line says what was left out."""
    if sum(units(line) + 1 for line in lines) <= limit:
        return lines
    room = limit - units(lines[0]) - 40
    kept: list[str] = []
    for line in reversed(lines[1:]):
        room -= units(line) + 1
        if room < 0:
            break
        kept.append(line)
    left_out = len(lines) - 1 - len(kept)
    return [lines[0], say("… {count} more lines …", count=left_out), *reversed(kept)]
