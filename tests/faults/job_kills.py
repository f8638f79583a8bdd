"""SIGKILL over job processes at random moments, under a bot that lives on."""

import contextlib
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from bot.job import Ending
from bot.store import Store
from tests.faults.figures import Finding
from tests.faults.job_phases import JOB_PHASES, all_events, phase_of
from tests.faults.ledger import Books, audit
from tests.faults.light_job import LIGHT_JOB
from tests.faults.person import Person
from tests.faults.scene import ARCHIVED_FILES, Scene, scene
from tests.stub_task import SUCCEED
from training.protocol.folder import JobFolder
from training.protocol.spec import TrainSpec, UnzipSpec

A_SCENE = 50
EPOCHS = 8
# A run is killed at any moment of its start, or of its work, or left alone.
OF_THE_START, OF_THE_WORK = 0.2, 0.7
LONGEST_START_S, LONGEST_WORK_S = 0.3, 0.15
LOOK_S = 0.001


@dataclass(frozen=True)
class JobProcess:
    """A run that was found among the bot's children."""

    process: psutil.Process
    job_id: int
    run: int


@dataclass
class Toll:
    """What the kills came to.

    Attributes:
        deaths: the runs of each job that were killed; of one scene.
    """

    books: Books = field(default_factory=Books)
    kills: Counter[str] = field(default_factory=Counter)
    deaths: dict[int, set[int]] = field(default_factory=dict)


def strike(times: int | None, struck: Callable[[], None] = lambda: None) -> Finding:
    """See ``Fault.strike``."""
    toll = job_kills(times or A_SCENE, struck=struck)
    return Finding(
        "SIGKILL over a job process, at random moments",
        toll.kills.total(),
        {phase: toll.kills[phase] for phase in JOB_PHASES if toll.kills[phase]},
        toll.books,
    )


def job_kills(kills: int, seed: int = 0, struck: Callable[[], None] = lambda: None) -> Toll:
    """Kill so many runs of light jobs, a new chat every fifty."""
    chance = random.Random(seed)
    toll = Toll()
    while (left := kills - toll.kills.total()) > 0:
        with scene() as made:
            _one_scene(made, min(left, A_SCENE), chance, toll, struck)
    return toll


def _one_scene(
    made: Scene, kills: int, chance: random.Random, toll: Toll, struck: Callable[[], None]
) -> None:
    person = Person(made.telegram.world, chance, epochs=EPOCHS)
    made.start(LIGHT_JOB)
    person.say("/notify epochs silent")
    made.until(lambda: made.from_bot() and not made.telegram.world.updates.count())
    hello = made.newest_message()
    toll.deaths = {}
    done, seen = 0, set[tuple[int, int]]()
    while done < kills:
        found = _next_run(made, person, seen)
        seen.add((found.job_id, found.run))
        if _killed(made, found, chance):
            toll.deaths.setdefault(found.job_id, set()).add(found.run)
            toll.kills[phase_of(JobFolder.of(made.settings.work, found.job_id), found.run)] += 1
            done += 1
            struck()
    _settle(made, person)
    made.stop()
    books = audit(made, person, hello, silent_deaths=toll.deaths)
    books.problems += result_problems(made)
    toll.books.add(books)


def _next_run(made: Scene, person: Person, seen: set[tuple[int, int]]) -> JobProcess:
    """The next run that the bot starts; the person sees to it that there is one."""
    found: list[JobProcess] = []

    def look() -> bool:
        processes = [*_job_processes(made), *_warm_processes(made, store)]
        found[:] = [p for p in processes if (p.job_id, p.run) not in seen]
        return bool(found)

    with made.looking_into_store() as store:
        while not found:
            if not _open_jobs(made, store) and not _resume_the_lost(store, person):
                person.start_a_job(seed=SUCCEED)
            made.until(lambda: look() or not _open_jobs(made, store), look_s=LOOK_S)
    return found[0]


def _open_jobs(made: Scene, store: Store) -> bool:
    """Whether a job is not at its end, or a command on its way."""
    if made.telegram.world.updates.count():
        return True
    with store.transaction() as tx:
        return bool(tx.inbox.untaken() or tx.jobs.active() or tx.jobs.queued())


def _job_processes(made: Scene) -> list[JobProcess]:
    found = []
    for process in made.children():
        with contextlib.suppress(psutil.Error):
            words = process.cmdline()
            if "--run" in words:
                run = words.index("--run")
                job_id = int(words[run - 1].rpartition("/")[2])
                found.append(JobProcess(process, job_id, int(words[run + 1])))
    return found


def _warm_processes(made: Scene, store: Store) -> Iterator[JobProcess]:
    """Runs in processes that were there before their jobs: the store knows whose they are."""
    with store.transaction() as tx:
        active = {job.handle.pid: job for job in tx.jobs.active() if job.handle is not None}
    for process in made.children():
        with contextlib.suppress(psutil.Error):
            if process.pid in active and "--warm" in process.cmdline():
                job = active[process.pid]
                yield JobProcess(process, job.id, job.run)


def _killed(made: Scene, found: JobProcess, chance: random.Random) -> bool:
    """Kill a run or let it be; whether it was alive until then."""
    kind = chance.random()
    if kind > OF_THE_START + OF_THE_WORK:
        return False
    if kind > OF_THE_START:
        log = JobFolder.of(made.settings.work, found.job_id)
        made.until(
            lambda: any(e.run == found.run for e in all_events(log)) or _dead(found.process),
            look_s=LOOK_S,
        )
        time.sleep(chance.uniform(0, LONGEST_WORK_S))
    else:
        time.sleep(chance.uniform(0, LONGEST_START_S))
    with contextlib.suppress(psutil.NoSuchProcess):
        # Stopped first: whether it was alive when it was killed must not be a guess.
        found.process.suspend()
        if not _dead(found.process):
            found.process.kill()
            made.until(lambda: _dead(found.process), look_s=LOOK_S)
            return True
    return False


def _dead(process: psutil.Process) -> bool:
    try:
        return process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def _resume_the_lost(store: Store, person: Person) -> bool:
    """A job that was lost too often in a row waits for a word; whether there was one."""
    with store.transaction() as tx:
        lost = [job.id for job in tx.jobs.latest(1000) if job.ending is Ending.LOST]
    for job_id in lost:
        person.say(f"/resume {job_id}")
    return bool(lost)


def _settle(made: Scene, person: Person) -> None:
    made.settle()
    with made.looking_into_store() as store:
        while _resume_the_lost(store, person):
            made.settle()


def result_problems(made: Scene) -> Iterator[str]:
    """Each training's model has been through every epoch once; each archive is there whole."""
    with made.looking_into_store() as store, store.transaction() as tx:
        jobs = tx.jobs.latest(1000)
    for job in jobs:
        match job.spec:
            case TrainSpec(epochs=epochs):
                model = JobFolder.of(made.settings.work, job.id).artifacts / "model.keras"
                if (found := model.read_bytes()) != bytes(range(1, epochs + 1)):
                    yield f"job {job.id}: its model has been through {list(found)}"
            case UnzipSpec(destination=destination):
                files = [path for path in Path(destination).rglob("*") if path.is_file()]
                if len(files) != ARCHIVED_FILES:
                    yield f"job {job.id}: {len(files)} of {ARCHIVED_FILES} files"
