"""Measure everything in one go, or with ``--only`` a part.

``python -m tests.benchmarks [--quick | --full] [--only NAME …] [--output PAGE]``
"""

import argparse
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import psutil
from rich.console import Console

from tests.benchmarks import (
    card,
    checking,
    epoch_overhead,
    first_step,
    idle,
    memory,
    ready,
    replies,
    scale,
    unpacking,
)
from tests.benchmarks.figures import Section
from tests.benchmarks.machine_line import machine_line
from tests.benchmarks.report import Report
from tests.benchmarks.sizes import DEFAULT, FULL, QUICK, Size

PAGE = Path(__file__).parents[2] / "docs" / "benchmarks.md"
SIZES = {"default": DEFAULT, "full": FULL, "quick": QUICK}
COMMANDS = {
    "default": "make bench",
    "full": "make bench FULL=1",
    "quick": "python -m tests.benchmarks --quick",
}
MEASUREMENTS: dict[str, Callable[[Size], Section]] = {
    "start": ready.measure,
    "first-step": first_step.measure,
    "replies": replies.measure,
    "cards": card.measure,
    "idle": idle.measure,
    "memory": memory.measure,
    "unpacking": unpacking.measure,
    "epochs": epoch_overhead.measure,
    "checks": checking.measure,
    "scale": scale.measure,
}


def main() -> None:
    """Measure, show the table, and write the page."""
    options = _arguments()
    console = Console(highlight=False)
    report = measure_all(options.size, console, options.only or list(MEASUREMENTS))
    console.print(report.table())
    # A quick run shows that it works, and a part of the table is no page.
    in_part = options.size == "quick" or options.only
    output = options.output or (None if in_part else PAGE)
    if output is not None:
        output.write_text(report.markdown(), encoding="utf-8")
        for growth in report.pictures():
            growth.draw(output.parent / "images")
        console.print(f"Written to {output}")


def measure_all(size: str, console: Console, names: Sequence[str]) -> Report:
    """Run the measurements of these names, one after the other, and say which one is on."""
    load, began = psutil.getloadavg()[0], time.monotonic()
    sections = []
    for name in names:
        console.print(f"{time.monotonic() - began:5.0f} s  measuring: {name} …")
        sections.append(MEASUREMENTS[name](SIZES[size]))
    conditions = (
        f"{datetime.now(UTC):%d %B %Y}; took {time.monotonic() - began:.0f} s;"
        f" load of the machine before it began: {load:.1f}."
    )
    return Report(COMMANDS[size], machine_line(), conditions, sections)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description="Measure.")
    how_much = parser.add_mutually_exclusive_group()
    for name in ("quick", "full"):
        how_much.add_argument(f"--{name}", dest="size", action="store_const", const=name)
    parser.add_argument(
        "--only", nargs="+", choices=MEASUREMENTS, help="of the measurements only these"
    )
    parser.add_argument("--output", type=Path, help="where the page goes (docs/benchmarks.md)")
    parser.set_defaults(size="default")
    return parser.parse_args()


if __name__ == "__main__":
    main()
