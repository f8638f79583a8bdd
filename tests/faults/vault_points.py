"""Every call of the vault's that changes something as the moment at which the machine is lost."""

import random
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator

from bot.job import Ending
from bot.vault.home import Home
from bot.vault.manifest import NAME, read_manifest
from tests.faults.figures import Finding
from tests.faults.job_kills import result_problems
from tests.faults.job_phases import all_events
from tests.faults.ledger import Books
from tests.faults.light_job import LIGHT_JOB
from tests.faults.mortal_vault import command, death_of
from tests.faults.mortality import Death, counting
from tests.faults.person import EPOCHS, Person
from tests.faults.points import Point, Toll, die_at_each, where
from tests.faults.scene import Scene, scene
from tests.stub_task import GO_ON, UNTIL_TOLD
from training.protocol.events import Resumed
from training.protocol.folder import JobFolder

SAVED = re.compile(r"saved ✓(?: epoch (\d+))?")
LIFE_S, LOOK_S, QUIET_S = 60.0, 0.01, 0.3


def strike(times: int | None, struck: Callable[[], None] = lambda: None) -> Finding:
    """See ``Fault.strike``."""
    toll = Toll(struck)
    die_at_each(_counts(toll), times, toll, _lose_at)
    return toll.finding("the machine lost, at every call of the vault's that changes something")


def _counts(toll: Toll) -> Counter[str]:
    with scene(with_home=True) as made:
        plan = made.output.with_name("vault")
        _one_life(made, command(plan, counting(plan, traced=toll.traced)))
        made.stop()
        return death_of(plan).counts()


def _lose_at(point: Point, toll: Toll) -> bool:
    """Lose the machine when the vault comes to a point; whether it came there."""
    with scene(with_home=True) as made:
        plan = made.output.with_name("vault")
        vault = command(plan, Death(*point, plan, toll.traced))
        if not _one_life(made, vault):
            return False
        promised = _promised(made)
        made.lose_machine()
        made.start(LIGHT_JOB)
        made.until(made.listening)
        made.until(lambda: _let_go_on(made, EPOCHS) or _settled(made))
        made.settle()
        made.stop()
        problems = [f"{point[0]} {point[1]}: {found}" for found in _problems(made, promised)]
        toll.die(where(death_of(plan)), Books(jobs=1, problems=problems))
    return True


def _one_life(made: Scene, vault: tuple[str, ...]) -> bool:
    """A training whose every epoch waits for the copy of the one before; whether the vault died."""
    person = Person(made.telegram.world, random.Random(0))
    death = death_of(made.output.with_name("vault"))
    person.start("train", 1, UNTIL_TOLD)
    made.start(LIGHT_JOB, vault=vault)
    deadline = time.monotonic() + LIFE_S
    while not death.came:
        manifest = read_manifest(Home(made.home).job(1) / NAME)
        _let_go_on(made, (manifest.epoch or 0) + 1 if manifest else 1)
        if manifest and manifest.epoch == EPOCHS and _told_and_quiet(made):
            return False
        # Without an answer from home a new bot does not begin: it ends, and says so.
        if (not made.alive and not death.came) or time.monotonic() > deadline:
            raise AssertionError(f"no end:\n{made.output.read_text()[-4000:]}")
        time.sleep(LOOK_S)
    return True


def _let_go_on(made: Scene, epoch: int) -> bool:
    """Let the job end its epochs up to this one; whether it has a folder."""
    folder = JobFolder.of(made.settings.work, 1).path
    if folder.is_dir():
        for number in range(1, epoch + 1):
            (folder / f"{GO_ON}-{number}").touch()
    return folder.is_dir()


def _told_and_quiet(made: Scene) -> bool:
    if not any(message.body.text.endswith("saved ✓") for message in made.from_bot()):
        return False
    before = made.calls()
    time.sleep(QUIET_S)
    return made.calls() == before


def _settled(made: Scene) -> bool:
    with made.looking_into_store() as store, store.transaction() as tx:
        open_jobs = (*tx.jobs.active(), *tx.jobs.queued(), *tx.inbox.untaken())
        return not (open_jobs or made.telegram.world.updates.count())


def _promised(made: Scene) -> int | None:
    """The epoch that the card says is safe; none where it says so of none."""
    found = [SAVED.search(message.body.text) for message in made.from_bot()]
    said = [int(match[1] or EPOCHS) for match in found if match]
    return max(said, default=None)


def _problems(made: Scene, promised: int | None) -> Iterator[str]:
    """The job is there if home had it, ends as it must, and goes on from where was promised."""
    with made.looking_into_store() as store, store.transaction() as tx:
        job = tx.jobs.find(1)
    if job is None:
        if promised is not None:
            yield f"epoch {promised} was called safe, the job is gone"
        return
    if job.ending is not Ending.SUCCEEDED:
        yield f"the job ended as {job.ending}"
        return
    for message in made.from_bot():
        if "damaged" in message.body.text:
            yield f"damage is told of: {message.body.text[:200]!r}"
    events = all_events(JobFolder.of(made.settings.work, 1))
    went_on = [event.epoch for event in events if isinstance(event, Resumed)]
    if promised is not None and job.run > 1 and max(went_on, default=0) < promised:
        yield f"epoch {promised} was called safe, it went on from {went_on}"
    if job.run > 1:
        yield from result_problems(made)
