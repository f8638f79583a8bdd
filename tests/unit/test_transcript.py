"""A chat in a terminal: each message once, and of an edited card what is new."""

import io
from typing import Any

from rich.console import Console

from bot.transcript import Transcript


def message(text: str, *, outgoing: bool = False, table: str = "") -> dict[str, Any]:
    """A message with a table at its end; offsets count as Telegram's do, in UTF-16."""
    whole = f"{text}{table}"
    offset, length = (len(part.encode("utf-16-le")) // 2 for part in (text, table))
    entities = [{"type": "pre", "offset": offset, "length": length}] if table else []
    return {"text": whole, "outgoing": outgoing, "entities": entities}


def shown(*events: tuple[str, dict[str, Any]]) -> str:
    output = io.StringIO()
    transcript = Transcript(Console(file=output, width=80))
    for kind, content in events:
        transcript.show({"kind": kind, "message": content})
    transcript.close()
    return output.getvalue()


def test_words_are_printed_as_they_are() -> None:
    """What looks like rich's markup is not taken for it; a file without words is named."""
    printed = shown(
        ("message", message("/train [bold]", outgoing=True)),
        ("message", {"outgoing": False, "caption": None}),
        ("deleted", {}),
    )
    assert printed == "You\n/train [bold]\n\nColtrain\n(a file)\n\n"


def test_of_an_edited_card_only_new_rows_are_printed() -> None:
    """Not those that stand there, not the rest of the card; not again when columns widen."""
    card = "😀 Job 1\nEpoch 1/3\n"
    printed = shown(
        ("message", message(card, table="epoch  loss\n    1  0.50")),
        ("edited", message("😀 Job 1\nEpoch 2/3\n", table="epoch  loss\n    1  0.50\n    2  0.25")),
        ("edited", message(card, table="epoch   loss\n    2   0.25\n   10   0.10")),
    )
    assert printed.partition("0.50\n\n")[2] == "    2  0.25\n   10   0.10\n"
