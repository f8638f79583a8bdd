"""Which calls are kill points: all that were counted, and on until one is not reached."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from tests.faults.figures import Finding
from tests.faults.ledger import Books
from tests.faults.mortality import Death, why_not_traced

# Calls vary from run to run: of each kind so many more than were counted are tried.
BEYOND = 20
_PLACES = (
    (re.compile(r"store\.sqlite3-wal>"), "the store's write-ahead log"),
    (re.compile(r"store\.sqlite3"), "the store"),
    (re.compile(r"socket:"), "a connection"),
    (re.compile(r"pipe:"), "a pipe"),
    (re.compile(r"event_log\.jsonl"), "the event log"),
    (re.compile(r"/checkpoint"), "a checkpoint"),
    (re.compile(r"/artifacts"), "a result"),
    (re.compile(r"/jobs/"), "a job's folder"),
    (re.compile(r"/data[/>\"]"), "the data folder"),
)

Point = tuple[str, int]


def sample(counts: Counter[str], times: int) -> list[Point]:
    """So many points, spread evenly over all that were counted."""
    points = [(call, number + 1) for call in sorted(counts) for number in range(counts[call])]
    step = max(1.0, len(points) / times)
    return [points[int(place * step)] for place in range(min(times, len(points)))]


class Reached:
    """The points of a full run, in turn; a kind ends where its points are not reached any more."""

    def __init__(self, counts: Counter[str]) -> None:
        self._counts = counts
        self._over: set[str] = set()

    def points(self) -> Iterator[Point]:
        """All of them."""
        for call in sorted(self._counts):
            for number in range(1, self._counts[call] + BEYOND):
                if call in self._over:
                    break
                yield call, number

    def missed(self, point: Point) -> None:
        """This one was not reached: behind what was counted it was the last of its kind."""
        call, number = point
        if number > self._counts[call]:
            self._over.add(call)


def where(death: Death) -> str:
    """What a process was about to do when it died, in words."""
    found = next((place for pattern, place in _PLACES if pattern.search(death.last_call)), None)
    return f"{death.call}: {found}" if found else death.call


@dataclass
class Toll:
    """What the deaths came to.

    Attributes:
        struck: to be called after each.
        why_not: why strace is not used; none where it is.
        counted: the calls of a process that was let live.
    """

    struck: Callable[[], None]
    why_not: str | None = field(default_factory=why_not_traced)
    counted: int = 0
    books: Books = field(default_factory=Books)
    deaths: Counter[str] = field(default_factory=Counter)

    @property
    def traced(self) -> bool:
        """Whether strace sees to it."""
        return self.why_not is None

    def die(self, place: str, books: Books) -> None:
        """Take in one death and its books."""
        self.deaths[place] += 1
        self.books.add(books)
        self.struck()

    def finding(self, fault: str) -> Finding:
        """The line of the table."""
        how = "by strace" if self.traced else f"from inside, since {self.why_not}"
        note = f"{self.counted} calls counted, {how}"
        phases = dict(self.deaths.most_common())
        return Finding(fault, self.deaths.total(), phases, self.books, note)


def die_at_each(
    counts: Counter[str], times: int | None, toll: Toll, die_at: Callable[[Point, Toll], bool]
) -> None:
    """Die at each point, or at a sample of them.

    Args:
        die_at: does so, and says whether the point was reached.
    """
    toll.counted += counts.total()
    reached = Reached(counts)
    points: Iterable[Point] = reached.points() if times is None else sample(counts, times)
    for point in points:
        try:
            if not die_at(point, toll):
                reached.missed(point)
        except AssertionError as error:  # it did not come back, or never settled
            toll.books.problems.append(f"{point[0]} {point[1]}: {error}")
