"""Telegram HTML: escaping, fitting into the limits, and back to plain text."""

import html
import re

TEXT_LIMIT = 4096
_TAG = re.compile(r"<[^>]+>")


def escaped(text: object) -> str:
    """Text as it stands, whatever is in it."""
    return html.escape(str(text), quote=False)


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


def length(text: str) -> int:
    """What Telegram counts against its limit: UTF-16 units of the text without tags."""
    return len(plain(text).encode("utf-16-le")) // 2


def shortened(text: str, limit: int) -> str:
    """Plain text that fits, with an ellipsis where something was left out."""
    return text if len(text) <= limit else text[: limit - 1] + "…"


def fitting(lines: list[str], limit: int = TEXT_LIMIT) -> list[str]:
    """The newest lines that fit, the first always among them; a line says what was left out."""
    if sum(len(line) + 1 for line in lines) <= limit:
        return lines
    room = limit - len(lines[0]) - 40
    kept: list[str] = []
    for line in reversed(lines[1:]):
        room -= len(line) + 1
        if room < 0:
            break
        kept.append(line)
    left_out = len(lines) - 1 - len(kept)
    return [lines[0], f"… {left_out} more lines …", *reversed(kept)]
