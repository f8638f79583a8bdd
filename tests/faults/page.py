"""The page ``docs/faults.md``: a row for each fault, replaced when that fault has struck anew."""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from tests.benchmarks.machine_line import machine_line
from tests.faults.figures import Finding

COLUMNS = ("name", "fault", "how often", "in which phase", "what was lost", "written")
_ROW = re.compile(r"^\| ([\w-]+) \|.*\|$", re.MULTILINE)
_HEAD = """\
# Faults

Each row of this table was written by `make faults`, or for a single fault by
`make faults ARGS="--only NAME"`; `ARGS=--quick` takes a sample of each and writes nothing here.
The audit after each compares what was asked for, the event logs, the store, the outbox and the
chat.

Machine: {machine}. Other programs ran beside it.
"""


def updated(page: str, names: Sequence[str], rows: Mapping[str, str]) -> str:
    """The page with new rows in place of older ones of the same name.

    Args:
        names: all faults, in the order of the table; rows of others go.
    """
    found = {match[1]: match[0] for match in _ROW.finditer(page)} | dict(rows)
    table = [_line(COLUMNS), _line(["---"] * len(COLUMNS))]
    table += [found[name] for name in names if name in found]
    return _HEAD.format(machine=machine_line()) + "\n" + "\n".join(table) + "\n"


def row(name: str, finding: Finding, seconds: float) -> str:
    """A line of the table."""
    phases = "\n".join(f"{count:,} {phase}" for phase, count in finding.phases.items())
    written = f"{datetime.now(UTC):%d %B %Y}, took {seconds / 60:.0f} min"
    cells = (name, finding.fault, f"{finding.times:,}", phases, finding.lost(), written)
    return _line([cell.replace("|", "\\|").replace("\n", "<br>") for cell in cells])


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
