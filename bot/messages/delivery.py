"""Why Telegram does not take something, where it does not say so itself; plain text."""

from bot.messages.translation import say


def left_alone() -> str:
    """It has asked for a pause, and nothing is sent meanwhile."""
    return say("it wants no messages for this chat")
