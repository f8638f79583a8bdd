"""How much of a processor a bot takes that has nothing to do, against the least a bot can be."""

import time
from collections.abc import Sequence
from pathlib import Path

import psutil

from tests.benchmarks.figures import Row, Section
from tests.benchmarks.processes import COLTRAIN, PLAIN_BOT, scene
from tests.benchmarks.sizes import Size

PAIRS = 3
NS = 1e-9


def measure(size: Size) -> Section:
    """Watch both for a while, in turn."""
    pairs = [(percent(COLTRAIN, size), percent(PLAIN_BOT, size)) for _ in range(PAIRS)]
    return Section(
        title="An idle bot",
        how=(
            "Processor time of a bot that has answered once and then hears nothing for"
            f" {size.idle_s:.0f} s, in percent of one core; {PAIRS} times each, in turn. Both ask"
            " the stand-in for Telegram for news all the time, ten seconds a question."
        ),
        rows=(Row.paired("Processor time of an idle bot", "%", "plain bot", pairs),),
    )


def percent(command: Sequence[str], size: Size) -> float:
    """Percent of a core that a bot takes."""
    with scene(command) as now:
        now.chat.until_quiet()
        before, began = cpu_s(now.bot), time.monotonic()
        time.sleep(size.idle_s)
        return 100 * (cpu_s(now.bot) - before) / (time.monotonic() - began)


def cpu_s(process: psutil.Process) -> float:
    """Processor seconds of all threads; on Linux to the nanosecond, for there is little to see."""
    times = [path.read_text() for path in Path(f"/proc/{process.pid}/task").glob("*/schedstat")]
    if times:
        return sum(int(line.split()[0]) for line in times) * NS
    return float(sum(process.cpu_times()[:2]))
