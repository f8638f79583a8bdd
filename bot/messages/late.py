"""Words about commands that arrive late."""

from bot.messages import figures
from bot.messages.markup import code, command, shortened

DO_IT, FORGET_IT = "Do it now", "Forget it"
SHOWN = 300


def still_wanted(text: str, age_s: float) -> str:
    """Asks before a late command changes anything."""
    return (
        f"This reached me {figures.duration(age_s)} after you wrote it:\n"
        f"{code(shortened(text, SHOWN))}\nNothing was started. Do you still want it?"
    )


def carried_out() -> str:
    """The late command is carried out after all."""
    return "Doing it now."


def dismissed() -> str:
    """The late command is forgotten."""
    return f"Forgotten; nothing was changed. {command('/status')} shows what runs."
