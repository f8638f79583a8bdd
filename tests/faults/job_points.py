"""Every write, fsync, rename and the like of a job process as a kill point, one by one."""

import itertools
import random
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.faults.figures import Finding
from tests.faults.job_kills import result_problems
from tests.faults.ledger import Books, audit
from tests.faults.mortal_job import death_of, plan
from tests.faults.mortality import Death, counting
from tests.faults.person import Person
from tests.faults.points import Point, Reached, Toll, sample, where
from tests.faults.scene import Scene, scene
from tests.stub_task import SUCCEED

KINDS = ("train", "unzip", "install")
# As many jobs wait at once; between two lots the kinds of calls that are over are left out.
A_LOT = 30
SETTLED_WAIT_S = 600.0


def strike(times: int | None, struck: Callable[[], None] = lambda: None) -> Finding:
    """See ``Fault.strike``."""
    toll = Toll(struck)
    counts = _counts(toll)
    left = None if times is None else max(1, times // len(KINDS))
    for kind in KINDS:
        toll.counted += counts[kind].total()
        reached = Reached(counts[kind])
        points = iter(reached.points() if left is None else sample(counts[kind], left))
        while lot := list(itertools.islice(points, A_LOT)):
            for point in _die_in_turn(kind, lot, toll):
                reached.missed(point)
    return toll.finding("SIGKILL over a job process, at every call that changes something")


def _counts(toll: Toll) -> dict[str, Counter[str]]:
    """The calls of a job of each kind that is let live."""
    with scene() as made:
        plans = _plans(made)
        never = counting(plans, traced=toll.traced)
        _one_after_the_other(made, [(kind, never) for kind in KINDS])
        made.stop()
        return {kind: death_of(plans, job).counts() for job, kind in enumerate(KINDS, start=1)}


def _die_in_turn(kind: str, points: list[Point], toll: Toll) -> Iterator[Point]:
    """A job of a kind for each point; those that were not reached."""
    with scene() as made:
        plans = _plans(made)
        lot = [(kind, Death(*point, plans, toll.traced)) for point in points]
        person = _one_after_the_other(made, lot)
        made.stop()
        deaths = {number: death_of(plans, number) for number in range(1, len(points) + 1)}
        silent = {number: {1} for number, death in deaths.items() if death.came}
        books = audit(made, person, silent_deaths=silent)
        books.problems += result_problems(made)
        books.problems = [f"{problem} ({points})" for problem in books.problems]
        toll.books.add(books)
        for number, point in enumerate(points, start=1):
            if number in silent:
                toll.die(f"{kind}: {where(deaths[number])}", Books())
            else:
                yield point


def _plans(made: Scene) -> Path:
    plans = made.output.with_name("plans")
    plans.mkdir()
    return plans


def _one_after_the_other(made: Scene, lot: list[tuple[str, Death]]) -> Person:
    """Ask for all the jobs, and wait for their ends."""
    plans = made.output.with_name("plans")
    person = Person(made.telegram.world, random.Random(0))
    for number, (kind, death) in enumerate(lot, start=1):
        plan(plans, number, death)
        person.start(kind, number, SUCCEED)
    made.start((sys.executable, "-m", "tests.faults.mortal_job", str(plans)))
    made.until(made.listening)
    made.settle(SETTLED_WAIT_S)
    return person
