"""What a bot says about itself: command menus by scope and language, descriptions, pins."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from emulator.errors import bad_request
from emulator.objects import Chat, Json

COMMAND = re.compile(r"[a-z0-9_]{1,32}")
MAX_COMMANDS = 100
MAX_COMMAND_TEXT = 256
SCOPES = frozenset(
    {
        "default",
        "all_private_chats",
        "all_group_chats",
        "all_chat_administrators",
        "chat",
        "chat_administrators",
        "chat_member",
    }
)
Key = tuple[str, str]


@dataclass
class BotProfile:
    """Menus and descriptions; every language has its own, "" stands for all others."""

    menus: dict[Key, list[Json]] = field(default_factory=dict)
    descriptions: dict[str, str] = field(default_factory=dict)
    short_descriptions: dict[str, str] = field(default_factory=dict)
    menu_buttons: dict[int, Json] = field(default_factory=dict)
    pinned: dict[int, list[int]] = field(default_factory=dict)

    def menu_for(self, chat: Chat, language: str) -> list[Json]:
        """Return the commands that a person sees in a chat: the narrowest scope that has any."""
        for scope in _scopes_of(chat):
            for spoken in (language.partition("-")[0], ""):
                if found := self.menus.get((scope_key(scope), spoken)):
                    return found
        return []


def scope_key(scope: Json) -> str:
    """Return one string a scope; chats differ by their ids.

    Raises:
        ApiError: Telegram has no such scope.
    """
    if scope.get("type") not in SCOPES:
        raise bad_request("can't parse BotCommandScope: Unsupported type specified")
    return json.dumps({name: str(value) for name, value in scope.items()}, sort_keys=True)


def checked_commands(commands: list[Json]) -> list[Json]:
    """Return commands as Telegram stores them.

    Raises:
        ApiError: a name or description is not allowed, or there are too many.
    """
    if len(commands) > MAX_COMMANDS:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    checked = []
    for given in commands:
        name = str(given.get("command", "")).removeprefix("/")
        text = str(given.get("description", "")).strip()
        if not COMMAND.fullmatch(name):
            raise bad_request("BOT_COMMAND_INVALID")
        if not 0 < len(text) <= MAX_COMMAND_TEXT:
            raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
        checked.append({"command": name, "description": text})
    return checked


def _scopes_of(chat: Chat) -> Iterator[Json]:
    yield {"type": "chat", "chat_id": chat.id}
    yield {"type": "all_private_chats" if chat.is_private else "all_group_chats"}
    yield {"type": "default"}
