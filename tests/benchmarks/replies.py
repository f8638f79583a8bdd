"""How long a command waits for its reply while training uses every core, against an idle bot."""

import itertools
import random
import time
from collections.abc import Iterator

from tests.benchmarks.figures import Figure, Row, Section, percentile
from tests.benchmarks.job_log import JobLog
from tests.benchmarks.processes import scene
from tests.benchmarks.sizes import Size
from training.protocol.events import RunSucceeded

COMMANDS = ("/status", "/jobs", "/job", "/help")
SHORTEST_PAUSE_S, LONGEST_PAUSE_S = 0.02, 0.12
RANKS = (("median", 50), ("99th percentile", 99), ("worst", 100))

Waits = list[float]


def measure(size: Size) -> Section:
    """Ask the same of an idle bot and of one that trains, in turn."""
    blocks = [(loaded(size), idle(size)) for _ in range(size.blocks)]
    said = size.blocks * size.commands
    rows = (_row(f"Reply while training, {name} of {said}", rank, blocks) for name, rank in RANKS)
    return Section(
        title="A reply",
        how=(
            f"{', '.join(COMMANDS)} in turn, {said} commands while a training uses every core and"
            f" {said} to an idle bot with a job that has ended, in blocks of {size.commands}, a"
            " fresh bot each. From the update's arrival at the stand-in for Telegram to the bot's"
            " message there, both on this machine; no rate limits. The next command comes 20 to"
            " 120 ms after a reply. The spread is that between blocks."
        ),
        rows=tuple(rows),
    )


def loaded(size: Size) -> Waits:
    """Milliseconds to each reply while a job trains."""
    with scene() as now:
        now.chat.ask(f"/train epochs=10000 samples={size.samples}")
        JobLog(now.work).until_training()
        return [now.chat.ask(command) * 1000 for command in _paced(size.commands)]


def idle(size: Size) -> Waits:
    """Milliseconds to each reply while nothing runs."""
    with scene() as now:
        now.chat.ask("/train epochs=1 samples=128")
        JobLog(now.work).next_event(RunSucceeded)
        now.chat.until_quiet()  # the job's end is told and is no reply
        return [now.chat.ask(command) * 1000 for command in _paced(size.commands)]


def _paced(count: int) -> Iterator[str]:
    """The commands, with a pause before each, so that they meet training at any moment."""
    pauses = random.Random(0)

    def after_a_pause(command: str) -> str:
        time.sleep(pauses.uniform(SHORTEST_PAUSE_S, LONGEST_PAUSE_S))
        return command

    return map(after_a_pause, itertools.islice(itertools.cycle(COMMANDS), count))


def _row(what: str, rank: float, blocks: list[tuple[Waits, Waits]]) -> Row:
    """A rank over all blocks; least and most are those of the blocks."""
    pairs = [(percentile(busy, rank), percentile(quiet, rank)) for busy, quiet in blocks]
    busy, quiet = (
        percentile([*itertools.chain(*waits)], rank) for waits in zip(*blocks, strict=True)
    )
    each = Row.paired(what, "ms", "idle", pairs)
    return Row(
        what=what,
        unit="ms",
        ours=Figure(busy, each.ours.least, each.ours.most),
        other="idle",
        theirs=Figure(quiet, each.theirs.least, each.theirs.most),
        ratio=Figure(busy / quiet, each.ratio.least, each.ratio.most),
    )
