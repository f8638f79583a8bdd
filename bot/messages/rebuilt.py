"""Words about a store that had to be made anew."""

from bot.messages.markup import code, command, escaped
from bot.messages.translation import say_many


def said(jobs: int, why: str, aside: str) -> str:
    """Tells a chat what was brought back and what was not."""
    return say_many(
        "⚠️ The bot's store was damaged ({why}). It was made anew from the job folders:"
        " {count} job of this chat came back with results, and what runs goes on. What you chose"
        " with {keepalive} and {notify} is as at the beginning. The old store is kept as {aside}.",
        "⚠️ The bot's store was damaged ({why}). It was made anew from the job folders:"
        " {count:,} jobs of this chat came back with results, and what runs goes on. What you chose"
        " with {keepalive} and {notify} is as at the beginning. The old store is kept as {aside}.",
        jobs,
        why=escaped(why),
        keepalive=command("/keepalive"),
        notify=command("/notify"),
        aside=code(aside),
    )
