"""What a long life costs: start, replies, disk and memory as jobs and epochs grow in number."""

import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from tests.benchmarks.figures import Figure, Row, Section
from tests.benchmarks.growth import Growth
from tests.benchmarks.old_store import fill
from tests.benchmarks.processes import stand_in, started
from tests.benchmarks.sizes import Size

STORE = "store.sqlite3"
COMMANDS = ("/status", "/jobs", "/best")
MB = 1_000_000
MS = 1_000


@dataclass(frozen=True)
class Life:
    """How a bot does with a store of some age.

    Attributes:
        epochs: how many epochs its store holds.
        start_s: from the start of the process to the first answer; one a start.
        replies_s: of each command.
    """

    jobs: int
    epochs: int
    start_s: Sequence[float]
    replies_s: dict[str, Sequence[float]]
    store_mb: float
    memory_mb: float


def measure(size: Size) -> Section:
    """Serve with stores of growing age; compare the oldest with the youngest."""
    lives = [live(jobs, epochs, size) for jobs, epochs in size.lives]
    young, old = lives[0], lives[-1]
    what, other = f"with {old.jobs:,} jobs and {old.epochs:,} epochs", f"{young.jobs} jobs"
    return Section(
        title="A long life",
        how=(
            f"Stores with {', '.join(f'{life.epochs:,}' for life in lives)} epochs of ended"
            f" trainings; the bot started {size.starts} times on each, which checks every row"
            " before it serves, and each command said as often. A start compares what follows one"
            " by one with the youngest store's."
        ),
        rows=(
            _row(f"Start to first reply {what}", "s", old.start_s, other, young.start_s),
            *(
                _row(
                    f"Reply to {command} {what}",
                    "ms",
                    [MS * s for s in old.replies_s[command]],
                    other,
                    [MS * s for s in young.replies_s[command]],
                )
                for command in COMMANDS
            ),
            _row(f"Memory {what}", "MB", [old.memory_mb], other, [young.memory_mb]),
            _row(f"Store on disk {what}", "MB", [old.store_mb], other, [young.store_mb]),
        ),
        pictures=(_growth(lives),),
    )


def live(jobs: int, epochs: int, size: Size) -> Life:
    """Start a bot on a store of so many jobs with so many epochs each, and talk to it."""
    starts, replies = [], {command: [] for command in COMMANDS}
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        fill(work / STORE, jobs, epochs)
        store_mb = (work / STORE).stat().st_size / MB
        for _ in range(size.starts):
            with stand_in() as (url, chat):
                since, began = chat.say("/help"), time.time()
                with started(url, work) as bot:
                    starts.append(chat.answered_at(since) - began)
                    chat.until_quiet()
                    chat.ask("/status")  # the first one looks at the processor for a while
                    for command in COMMANDS:
                        replies[command].append(chat.ask(command))
                    memory_mb = bot.memory_info().rss / MB
    return Life(jobs, jobs * epochs, starts, replies, store_mb, memory_mb)


def _growth(lives: Sequence[Life]) -> Growth:
    replies = {
        f"Reply to {command}, ms": [MS * median(life.replies_s[command]) for life in lives]
        for command in COMMANDS
    }
    return Growth(
        name="growth",
        counted="epochs in the store",
        numbers=[life.epochs for life in lives],
        curves={
            "Start to first reply, s": [median(life.start_s) for life in lives],
            **replies,
            "Store, MB": [life.store_mb for life in lives],
            "Memory of the bot, MB": [life.memory_mb for life in lives],
        },
    )


def _row(what: str, unit: str, ours: Sequence[float], other: str, theirs: Sequence[float]) -> Row:
    """Compare two ages; the runs were not made in turn, so the ratio is that of the medians."""
    a, b = Figure.median_of(ours), Figure.median_of(theirs)
    ratio = Figure(a.value / b.value, a.least / b.most, a.most / b.least)
    return Row(what, unit, a, other, b, ratio)
