"""How soon a bot answers after its process was started, against the least a bot can be."""

import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from tests.benchmarks.figures import Row, Section
from tests.benchmarks.processes import COLTRAIN, PLAIN_BOT, ROOT, stand_in, started
from tests.benchmarks.sizes import Size

OUR_IMPORT, PLAIN_IMPORT = "bot.__main__", "telegram.ext"


def measure(size: Size) -> Section:
    """Start ours and a plain bot in turn; then import ours and their library in turn."""
    starts = [(first_answer_s(COLTRAIN), first_answer_s(PLAIN_BOT)) for _ in range(size.starts)]
    imports = [(import_s(OUR_IMPORT), import_s(PLAIN_IMPORT)) for _ in range(size.starts)]
    return Section(
        title="A start",
        how=(
            f"Started in turn, each in an empty work folder; starts of each: {size.starts}. From"
            " the start of the process to the bot's first message, the answer to a command that"
            " waited for it."
            " The alternative is a bot of ten lines on python-telegram-bot that repeats what it"
            f" hears. The import is that of `{OUR_IMPORT}` against `{PLAIN_IMPORT}`, in a fresh"
            " interpreter each, without the interpreter's own start."
        ),
        rows=(
            Row.paired("Start to first reply", "s", "plain bot", starts),
            Row.paired("Import", "s", "python-telegram-bot alone", imports),
        ),
    )


def first_answer_s(command: Sequence[str]) -> float:
    """Seconds from the start of a process to its first answer."""
    with tempfile.TemporaryDirectory() as folder, stand_in() as (url, chat):
        since = chat.say("/help")
        began = time.time()
        with started(url, Path(folder), command):
            return chat.answered_at(since) - began


def import_s(module: str) -> float:
    """Seconds that an import takes in a fresh interpreter."""
    program = (
        "import importlib, time; began = time.perf_counter();"
        f" importlib.import_module({module!r}); print(time.perf_counter() - began)"
    )
    command = [sys.executable, "-c", program]
    return float(subprocess.run(command, check=True, cwd=ROOT, capture_output=True).stdout)
