"""Words about commands that arrive late."""

from bot.messages import figures
from bot.messages.markup import code, command, shortened
from bot.messages.translation import marked, say

DO_IT, FORGET_IT = marked("Do it now"), marked("Forget it")
SHOWN = 300


def still_wanted(text: str, age_s: float) -> str:
    """Asks before a late command changes anything."""
    return say(
        "This reached me {duration} after you wrote it:\n{text}\n"
        "Nothing was started. Do you still want it?",
        duration=figures.duration(age_s),
        text=code(shortened(text, SHOWN)),
    )


def carried_out() -> str:
    """The late command is carried out after all."""
    return say("Doing it now.")


def dismissed() -> str:
    """The late command is forgotten."""
    return say(
        "Forgotten; nothing was changed. {status} shows what runs.", status=command("/status")
    )
