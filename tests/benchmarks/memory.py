"""How much memory the bot takes while a job trains, against the least a bot can be."""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import psutil

from tests.benchmarks.figures import Row, Section
from tests.benchmarks.job_log import JobLog
from tests.benchmarks.processes import COLTRAIN, PLAIN_BOT, Scene, scene
from tests.benchmarks.replies import COMMANDS
from tests.benchmarks.sizes import Size
from training.protocol.events import EpochEnded

LOOK_S = 0.05
MB = 1_000_000


def measure(size: Size) -> Section:
    """Watch the resident memory of both bots; ours also trains meanwhile."""
    our_most, our_last = watched(COLTRAIN, size, while_training(size))
    their_most, their_last = watched(PLAIN_BOT, size, lambda now: None)
    count = size.memory_commands
    return Section(
        title="Memory",
        how=(
            "Resident memory of the bot's process, the job's not included, read every"
            f" {LOOK_S * 1000:.0f} ms from the first answer on, while a job trains two epochs of"
            f" {size.samples:,} samples and then goes on under {count} commands: the most, and what"
            " it stands at after the last. The alternative is a bot of ten lines on"
            " python-telegram-bot that hears the same commands and trains nothing."
        ),
        rows=(
            _row("Memory of the bot while training, at most", our_most, their_most),
            _row(f"Memory of the bot after {count} commands", our_last, their_last),
        ),
    )


def while_training(size: Size) -> Callable[[Scene], None]:
    """Start a training that goes on while the commands are said."""

    def train(now: Scene) -> None:
        now.chat.ask(f"/train epochs=10000 samples={size.samples}")
        log = JobLog(now.work)
        for _ in range(2):
            log.next_event(EpochEnded)

    return train


def watched(
    command: Sequence[str], size: Size, begin: Callable[[Scene], None]
) -> tuple[float, float]:
    """The most megabytes that a bot takes, and those after the last command."""
    with scene(command) as now:
        with _peak(now.bot) as peak:
            begin(now)
            for number in range(size.memory_commands):
                now.chat.ask(COMMANDS[number % len(COMMANDS)])
        last = now.bot.memory_info().rss / MB
    return max(peak) / MB, last


@contextmanager
def _peak(process: psutil.Process) -> Iterator[list[int]]:
    """Read a process's memory until the block ends."""
    seen = [process.memory_info().rss]
    ended = threading.Event()

    def look() -> None:
        while not ended.wait(LOOK_S):
            seen.append(process.memory_info().rss)

    thread = threading.Thread(target=look, name="memory", daemon=True)
    thread.start()
    try:
        yield seen
    finally:
        ended.set()
        thread.join()


def _row(what: str, ours: float, theirs: float) -> Row:
    return Row.paired(what, "MB", "plain bot", [(ours, theirs)])
