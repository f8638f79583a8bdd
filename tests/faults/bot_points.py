"""Every write, fsync, rename and send of the bot's as a kill point, one by one."""

import random
import time
from collections import Counter
from collections.abc import Callable

from tests.faults.figures import Finding
from tests.faults.ledger import audit
from tests.faults.mortality import Death, counting
from tests.faults.person import NOTIFY, NOTIFY_REPLY, Person
from tests.faults.points import Point, Toll, die_at_each, where
from tests.faults.scene import Scene, scene
from tests.stub_task import SUCCEED

KINDS = ("train", "unzip", "install")
# Its answer, a card and an end for each job, and the three epochs.
MESSAGES = 1 + 2 * len(KINDS) + 3
QUIET_S, LIFE_S, LOOK_S = 0.3, 60.0, 0.005


def strike(times: int | None, struck: Callable[[], None] = lambda: None) -> Finding:
    """See ``Fault.strike``."""
    toll = Toll(struck)
    die_at_each(_counts(toll), times, toll, _die_at)
    return toll.finding("SIGKILL over the bot, at every call that changes something")


def _counts(toll: Toll) -> Counter[str]:
    with scene() as made:
        death = counting(made.output.with_name("calls"), traced=toll.traced)
        _one_life(made, death)
        return death.counts()


def _die_at(point: Point, toll: Toll) -> bool:
    """Die at a point, come back, look into the books; whether the point was reached."""
    with scene() as made:
        death = Death(*point, made.output.with_name("calls"), toll.traced)
        person = _one_life(made, death)
        if not made.killed:
            return False
        deaths = [made.newest_message()]
        made.start()
        made.settle()
        made.stop()
        books = audit(made, person, deaths=deaths, replies=(NOTIFY_REPLY,))
        books.problems = [f"{point[0]} {point[1]}: {problem}" for problem in books.problems]
        toll.die(where(death), books)
    return True


def _one_life(made: Scene, death: Death) -> Person:
    """The canonical scenario, from an empty work folder to SIGTERM; or as far as it comes."""
    person = Person(made.telegram.world, random.Random(0))
    person.say(NOTIFY)
    for number, kind in enumerate(KINDS, start=1):
        person.start(kind, number, SUCCEED)
    made.start(prepare=death)
    deadline = time.monotonic() + LIFE_S
    while made.alive and not _all_said(made):
        if time.monotonic() > deadline:
            raise AssertionError(f"not all said:\n{made.output.read_text()[-4000:]}")
        time.sleep(LOOK_S)
    if made.alive:
        made.terminate()
    return person


def _all_said(made: Scene) -> bool:
    """Whether every message is there, and none was edited for a while."""
    if len(made.from_bot()) < MESSAGES:
        return False
    before = made.calls()
    time.sleep(QUIET_S)
    return made.calls() == before
