"""Let every fault strike, and print one table: ``python -m tests.faults [--quick]``."""

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from tests.faults.figures import Finding, table
from tests.faults.ledger import Books
from tests.faults.page import row, updated
from tests.faults.table import FAULTS, Fault

COLUMNS = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
WIDTH = 140
PAGE = Path(__file__).parents[2] / "docs" / "faults.md"


def main(arguments: Sequence[str] | None = None) -> int:
    """Strike, show the table, and say by the exit code whether anything was lost."""
    options = _options(arguments)
    chosen = [fault for fault in FAULTS if not options.only or fault.name in options.only]
    console, began = Console(highlight=False, width=WIDTH), time.monotonic()
    findings = []
    for fault in chosen:
        began_this = time.monotonic()
        findings.append(_strike(fault, console, quick=options.quick))
        if not options.quick:
            _write(fault.name, findings[-1], time.monotonic() - began_this)
    console.print(table(findings))
    well = all(finding.well for finding in findings)
    verdict = "Nothing was lost." if well else "SOMETHING WAS LOST."
    console.print(f"{verdict} It took {time.monotonic() - began:.0f} s.")
    return 0 if well else 1


def _strike(fault: Fault, console: Console, *, quick: bool) -> Finding:
    times = fault.quick if quick else fault.times
    # On standard error: what is printed is the table alone.
    with Progress(*COLUMNS, console=Console(stderr=True)) as progress:
        task = progress.add_task(fault.name, total=times)
        try:
            finding = fault.strike(times, lambda: progress.advance(task))
        except AssertionError as error:  # a bot that did not come back, or never settled
            struck = int(progress.tasks[task].completed)
            finding = Finding(fault.name, struck, {}, Books(problems=[str(error)]))
    if not console.is_terminal:
        console.print(f"{fault.name}: {finding.times} times, {finding.lost()}")
    return finding


def _write(name: str, finding: Finding, seconds: float) -> None:
    page = PAGE.read_text(encoding="utf-8") if PAGE.exists() else ""
    rows = {name: row(name, finding, seconds)}
    PAGE.write_text(updated(page, [fault.name for fault in FAULTS], rows), encoding="utf-8")


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a sample of each, in a minute or two")
    names = [fault.name for fault in FAULTS]
    parser.add_argument(
        "--only", action="append", choices=names, help="this fault; can be given again"
    )
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
