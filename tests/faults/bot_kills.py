"""SIGKILL over the bot at random moments, again and again, while a person starts jobs."""

import random
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.faults import phases
from tests.faults.figures import Finding
from tests.faults.ledger import Books, audit
from tests.faults.person import NOTIFY, NOTIFY_REPLY, Person
from tests.faults.scene import Scene, scene

A_SCENE = 50
MOST_OPEN_JOBS = 6
LONGEST_LIFE_S = 0.8
# The rest are killed before they listen to anything, some of them.
LISTENING = 0.85


@dataclass
class Toll:
    """What the kills came to."""

    books: Books = field(default_factory=Books)
    kills: Counter[str] = field(default_factory=Counter)
    struck: Callable[[], None] = lambda: None


def strike(times: int | None, struck: Callable[[], None] = lambda: None) -> Finding:
    """See ``Fault.strike``."""
    return finding(bot_kills(times or A_SCENE, struck=struck))


def bot_kills(kills: int, seed: int = 0, struck: Callable[[], None] = lambda: None) -> Toll:
    """Kill a bot so many times, a new chat every fifty; and look into the books each time."""
    chance = random.Random(seed)
    toll = Toll(struck=struck)
    while (left := kills - toll.kills.total()) > 0:
        with scene() as made:
            _one_scene(made, min(left, A_SCENE), chance, toll)
    return toll


def finding(toll: Toll) -> Finding:
    """The line of the table."""
    return Finding(
        "SIGKILL over the bot, at random moments",
        toll.kills.total(),
        {phase: toll.kills[phase] for phase in phases.PHASES if toll.kills[phase]},
        toll.books,
    )


def _one_scene(made: Scene, kills: int, chance: random.Random, toll: Toll) -> None:
    world = made.telegram.world
    person = Person(world, chance)
    deaths: list[int] = []
    made.start()
    person.say(NOTIFY)
    made.until(lambda: made.from_bot() and not world.updates.count())
    open_jobs, hello = 0, made.newest_message()
    for _ in range(kills):
        if open_jobs < MOST_OPEN_JOBS:
            for _ in range(chance.randint(0, 2)):
                person.start_a_job()
        if chance.random() < LISTENING:
            made.until(made.listening)
        time.sleep(chance.uniform(0, LONGEST_LIFE_S))
        made.kill()
        moment = phases.moment_of_death(made)
        toll.kills[moment.phase] += 1
        toll.struck()
        open_jobs = moment.open_jobs
        deaths.append(made.newest_message())
        made.start()
    made.settle()
    made.stop()
    toll.books.add(audit(made, person, hello, deaths, replies=(NOTIFY_REPLY,)))
