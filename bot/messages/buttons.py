"""Words about presses of buttons."""

from bot.messages import roles
from bot.messages.translation import marked, say

GONE = marked(
    "This was answered already, or it is from long ago. Send the command again if you want it."
)


def gone() -> str:
    """The toast for a press that comes too late; plain text."""
    return say(GONE)


def not_yours(role: str) -> str:
    """The toast for a user whose role is too low; plain text."""
    return say("This button is for users with the role {role} and above.", role=roles.named(role))
