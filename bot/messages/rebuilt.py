"""Words about a store that had to be made anew."""

from bot.messages import figures
from bot.messages.markup import code, command, escaped


def said(jobs: int, why: str, aside: str) -> str:
    """Tells a chat what was brought back and what was not."""
    return (
        f"⚠️ The bot's store was damaged ({escaped(why)}). It was made anew from the job folders:"
        f" {figures.counted(jobs, 'job')} of this chat came back with results, and what runs goes"
        f" on. What you chose with {command('/keepalive')} and {command('/notify')} is as at the"
        f" beginning. The old store is kept as {code(aside)}."
    )
