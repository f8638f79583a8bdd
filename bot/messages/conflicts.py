"""Words about another bot with the same token."""

from bot.messages.markup import code, command, shortened
from bot.messages.translation import say

NAME_LIMIT = 64


def two_bots(host: str | None) -> str:
    """Said once when another bot polls.

    Args:
        host: where another bot was started on the same home folder, if one was.
    """
    if not host:
        return say(
            "⚠️ Another bot uses the same token: each command reaches either it or this one."
            " Stop the other one, or have @BotFather make a new token and start Coltrain with"
            " it. Jobs that run go on."
        )
    return say(
        "⚠️ Another bot uses the same token: each command reaches either it or this one."
        " It may be the one on {host}. Stop the other one, or have @BotFather make a new token"
        " and start Coltrain with it. Jobs that run go on.",
        host=code(shortened(host, NAME_LIMIT)),
    )


def over() -> str:
    """Said when no other bot has polled for a while."""
    return say(
        "✅ No other bot uses this token any more: commands reach this one again. A command that"
        " got no answer must be sent again; {status} shows what runs.",
        status=command("/status"),
    )
