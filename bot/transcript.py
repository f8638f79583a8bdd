"""A chat as lines in a terminal: messages whole, edits by what they add."""

from typing import Any

from rich.console import Console
from rich.status import Status
from rich.text import Text

Message = dict[str, Any]


class Transcript:
    """Prints what happens in a chat.

    A card is edited every few seconds. Of an edit only new lines about an epoch
    are printed; where the output is a terminal, the line about progress stands
    below, alive.
    """

    def __init__(self, console: Console) -> None:
        self._console = console
        self._status = Status("", console=console) if console.is_terminal else None
        self._printed: set[tuple[str, ...]] = set()

    def show(self, event: dict[str, Any]) -> None:
        """Print an event of the chat."""
        if event["kind"] == "message":
            self._print_message(event["message"])
        elif event["kind"] == "edited":
            self._print_edit(event["message"])

    def close(self) -> None:
        """Take the live line away."""
        if self._status is not None:
            self._status.stop()

    def _print_message(self, message: Message) -> None:
        who, style = ("You", "bold cyan") if message["outgoing"] else ("Coltrain", "bold green")
        body = message.get("text") or message.get("caption") or "(a file)"
        self._printed.update(map(_figures, _fixed_lines(message)))
        self._console.print(Text(who, style), Text(body), sep="\n", end="\n\n")

    def _print_edit(self, message: Message) -> None:
        for line in _fixed_lines(message):
            is_epoch = line.split()[:1] and line.split()[0].isdecimal()
            if is_epoch and _figures(line) not in self._printed:
                self._console.print(Text(line))
                self._printed.add(_figures(line))
        if self._status is not None:
            lines = message["text"].splitlines()
            self._status.update(Text(" · ".join(lines[1:4])))
            self._status.start()


def _figures(line: str) -> tuple[str, ...]:
    """A table's line without its blanks: columns grow wider from the tenth epoch on."""
    return tuple(line.split())


def _fixed_lines(message: Message) -> list[str]:
    text = message.get("text", "").encode("utf-16-le")
    lines: list[str] = []
    for entity in message.get("entities", []):
        if entity["type"] == "pre":
            begin = 2 * entity["offset"]
            part = text[begin : begin + 2 * entity["length"]].decode("utf-16-le")
            lines += part.splitlines()
    return lines
