"""Words about presses of buttons."""

from bot.messages import roles
from bot.messages.translation import marked, say

GONE = marked(
    "This was answered already, or it is from long ago. Send the command again if you want it."
)


def gone() -> str:
    """The toast for a press that comes too late; plain text."""
    return say(GONE)


def somebody_elses() -> str:
    """The toast for a press that only another user may make; plain text."""
    return say("This was asked by somebody else, who alone can answer. Send the command yourself.")


def not_yours(role: str) -> str:
    """The toast for a user whose role is too low; plain text."""
    if role == "owner":
        return say("This button is for the owner of this bot.")
    return say("This button is for users with the role {role} and above.", role=roles.named(role))
