"""Words about another bot with the same token."""

from bot.messages.markup import code, command, shortened

NAME_LIMIT = 64


def two_bots(host: str | None) -> str:
    """Said once when another bot polls.

    Args:
        host: where another bot was started on the same home folder, if one was.
    """
    other = f"It may be the one on {code(shortened(host, NAME_LIMIT))}. " if host else ""
    return (
        "⚠️ Another bot uses the same token: each command reaches either it or this one."
        f" {other}Stop the other one, or have @BotFather make a new token and start Coltrain with"
        " it. Jobs that run go on."
    )


def over() -> str:
    """Said when no other bot has polled for a while."""
    return (
        "✅ No other bot uses this token any more: commands reach this one again. A command that"
        f" got no answer must be sent again; {command('/status')} shows what runs."
    )
