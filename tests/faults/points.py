"""Which calls are kill points: all that were counted, and on until one is not reached."""

import re
from collections import Counter
from collections.abc import Iterator

from tests.faults.mortality import Death

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
