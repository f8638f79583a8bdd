"""Which addresses Telegram takes for links, and what it finds in plain text by itself."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from emulator.objects import Entity

SCHEMES = frozenset({"http", "https", "tg", "ton"})
MENTION = re.compile(r"tg://user\?id=(\d+)")
IN_PLAIN_TEXT = re.compile(
    r"(?P<url>https?://[^\s<>\"']*[^\s<>\"'.,;:!?)\]}])"
    r"|(?<![\w/<>.@])(?P<bot_command>/[A-Za-z0-9_]{1,64}(?:@[A-Za-z]\w{2,31})?)(?![\w/@])"
    r"|(?<![\w@./])(?P<mention>@[A-Za-z]\w{3,31})\b"
)


def mentioned_user(address: str) -> int | None:
    """Return the id in a ``tg://user?id=…`` address."""
    found = MENTION.fullmatch(address)
    return int(found[1]) if found else None


def checked_link(address: str) -> str | None:
    """Return the address as Telegram stores it, or None where it is no link.

    Not covered: TDLib's full rules about host names; a host needs a dot or to be local.
    """
    address = address.strip()
    if "://" not in address:
        address = f"http://{address}"
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
    except ValueError:
        return None
    if parts.scheme.lower() not in SCHEMES or not host or re.search(r"\s", address):
        return None
    if parts.scheme in ("tg", "ton"):
        return address
    if "." not in host and ":" not in host and host != "localhost":
        return None
    bare = not parts.path and not parts.query and not parts.fragment
    return f"{address}/" if bare else address


def found_in(text: str) -> Iterator[Entity]:
    """Yield the addresses, bot commands and mentions that stand in plain text."""
    for match in IN_PLAIN_TEXT.finditer(text):
        before = text[: match.start()]
        offset = len(before) + sum(character > "\uffff" for character in before)
        length = len(match[0]) + sum(character > "\uffff" for character in match[0])
        yield Entity(match.lastgroup or "", offset, length)
