"""Words about the language of a chat."""

from bot.button import Button
from bot.language import Language, spoken
from bot.messages.markup import bold, command
from bot.messages.translation import marked, say

CHOOSE = "language"
CHOSEN = "✓ "
AS_TELEGRAM = marked("As in Telegram")


def choice(chosen: Language | None) -> str:
    """The answer to /language."""
    name = bold(spoken().own_name)
    if chosen is None:
        return say(
            "This chat speaks {language}, as Telegram does. Tap another, or send {example}.",
            language=name,
            example=command(f"/language {_another().telegram_code}"),
        )
    return say(
        "This chat speaks {language}. {auto} follows the language of Telegram again.",
        language=name,
        auto=command("/language auto"),
    )


def keys(chosen: Language | None) -> list[list[Button]]:
    """A button for each language, in its own words, and one to follow Telegram."""
    languages = [_key(one.own_name, one.telegram_code, marked=one is chosen) for one in Language]
    return [languages, [_key(say(AS_TELEGRAM), "auto", marked=chosen is None)]]


def _another() -> Language:
    return next(one for one in Language if one is not spoken())


def _key(label: str, word: str, *, marked: bool) -> Button:
    return Button(f"{CHOSEN if marked else ''}{label}", CHOOSE, {"l": word})
