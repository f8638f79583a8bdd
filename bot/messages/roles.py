"""What the roles are called."""

from bot.messages.translation import marked, say

NAMES = {"viewer": marked("viewer"), "operator": marked("operator"), "owner": marked("owner")}


def named(role: str) -> str:
    """A role, by its name in lower case; plain text."""
    return say(NAMES[role]) if role in NAMES else role
