"""What each kind of fault came to, and the table of it all."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from rich.table import Table

from tests.faults.ledger import Books

SHOWN_PROBLEMS = 20


@dataclass(frozen=True)
class Finding:
    """A line of the table.

    Attributes:
        times: how often the fault struck.
        phases: how often it struck where.
        note: what else is to be said of it.
    """

    fault: str
    times: int
    phases: Mapping[str, int]
    books: Books
    note: str = ""

    @property
    def well(self) -> bool:
        """Whether nothing was lost, doubled or out of order."""
        return not self.books.problems

    def lost(self) -> str:
        """What was lost, and what came of the rest."""
        books = self.books
        so_far = f"{books.jobs:,} jobs, {books.notifications:,} notifications"
        repeats = f"{books.repeats} marked repeats" if books.repeats else "no repeats"
        if self.well:
            return "\n".join(filter(None, (f"nothing: {so_far}; {repeats}", self.note)))
        # What happened often must not hide what happened once.
        often = Counter(books.problems).most_common()[::-1]
        listed = "\n".join(f"{count} × {problem}" for problem, count in often[:SHOWN_PROBLEMS])
        return f"{len(books.problems)} PROBLEMS in {so_far}:\n{listed}"


def table(findings: list[Finding]) -> Table:
    """All of it."""
    made = Table("fault", "how often", "in which phase", "what was lost", show_lines=True)
    for finding in findings:
        phases = "\n".join(f"{count:>5,}  {phase}" for phase, count in finding.phases.items())
        style = None if finding.well else "red"
        made.add_row(finding.fault, f"{finding.times:,}", phases, finding.lost(), style=style)
    return made
