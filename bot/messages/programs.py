"""Words and buttons about programs that can be run."""

from collections.abc import Sequence
from pathlib import Path

from bot.button import Button
from bot.messages import figures, files
from bot.messages.markup import bold, code, command, length, shortened
from bot.messages.replies import LIST_LIMIT, MOST_ROOTS, ROOT_LIMIT, as_a_word
from bot.messages.translation import say

RUN = "program_run"
NAME_LIMIT = 200


def found(
    names: Sequence[tuple[str, int]], roots: Sequence[str], *, more: bool, tapped: int
) -> str:
    """The answer to /run without a file: what there is.

    Args:
        names: as the command takes them, with their sizes in bytes.
        more: there are more than these.
        tapped: so many of them have a button.
    """
    if not names:
        places = "\n".join(code(shortened(root, ROOT_LIMIT)) for root in roots[:MOST_ROOTS])
        return say(
            "No script or notebook found. Put a .py or .ipynb file into one of these folders, or"
            " send it here:\n{folders}",
            folders=places,
        )
    room, lines = LIST_LIMIT, []
    for name, size_bytes in names[tapped:]:
        line = f"{command(f'/run {as_a_word(name)}')} {figures.size(size_bytes)}"
        room -= length(line) + 1
        if room >= 0:
            lines.append(line)
    left_out = more or len(lines) < len(names) - tapped
    note = [say("… and more; name one to run it.")] if left_out else []
    head = say(
        "Tap one to run it as it is. With parameters: {run}", run=command("/run train.py lr=0.1")
    )
    return "\n".join([head, *lines, *note])


def run_buttons(names: Sequence[tuple[str, int]]) -> list[list[Button]]:
    """A button a program, with its name as the command takes it."""
    return [
        [Button(f"▶️ {files.label(name)}", RUN, {files.AT: files.packed(Path(name))})]
        for name, _ in names[: files.PAGE]
    ]


def runs(path: Path) -> str:
    """Takes the place of what was pressed."""
    return say("▶️ {name} is run.", name=bold(shortened(path.name, NAME_LIMIT)))
