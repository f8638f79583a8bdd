"""The machine is lost at random moments: all processes and the work folder, but for home."""

import contextlib
import random
import shutil
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from bot.vault.manifest import NAME, Manifest, read_manifest
from tests.faults.figures import Finding
from tests.faults.ledger import MARK, Books
from tests.faults.person import Person, mark_of
from tests.faults.scene import Scene, scene
from tests.saving_task import EPOCH_S, PACED
from tests.vaults import SAVING_COMMAND
from training.protocol.checkpoints import checkpoints_newest_first, numbers_of
from training.protocol.event_log import last_run, read_events
from training.protocol.events import EpochEnded, Event, Resumed, RunSucceeded
from training.protocol.folder import JobFolder

A_SCENE = 10
EPOCHS = 6
MOST_LOST = 1
ANSWER_WITHIN_S = 10.0
AGAIN = 0.3
UNTOLD = "before the first copy: the command is said again"
BEGINNING = "before the first checkpoint"
UNSAVED = "the newest checkpoint is not in home yet"
SAVED = "the newest checkpoint is in home"
AFTER = "after the last checkpoint"
RESULT = bytes(range(1, EPOCHS + 1))


@dataclass
class Toll:
    """What the losses came to.

    Attributes:
        lost: how many epochs behind its last checkpoint a job went on.
        answers_s: from a launch on a new machine to its first answer.
    """

    books: Books = field(default_factory=Books)
    phases: Counter[str] = field(default_factory=Counter)
    lost: Counter[int] = field(default_factory=Counter)
    answers_s: list[float] = field(default_factory=list)


def strike(times: int | None, struck: Callable[[], None] = lambda: None) -> Finding:
    """See ``Fault.strike``."""
    toll = machine_losses(times or A_SCENE, struck=struck)
    lost = ", ".join(f"{count} times {epochs}" for epochs, count in sorted(toll.lost.items()))
    return Finding(
        "the machine is lost, at random moments",
        toll.phases.total(),
        toll.phases,
        toll.books,
        f"epochs that had to be trained again: {lost}; first command answered after"
        f" {min(toll.answers_s):.1f} to {max(toll.answers_s):.1f} s",
    )


def machine_losses(losses: int, seed: int = 0, struck: Callable[[], None] = lambda: None) -> Toll:
    """Lose so many machines, a new chat every ten."""
    chance = random.Random(seed)
    toll = Toll()
    while (left := losses - toll.phases.total()) > 0:
        with scene(with_home=True) as made:
            _one_scene(made, min(left, A_SCENE), chance, toll, struck)
    return toll


def _one_scene(
    made: Scene, losses: int, chance: random.Random, toll: Toll, struck: Callable[[], None]
) -> None:
    person = Person(made.telegram.world, chance)
    made.start(SAVING_COMMAND)
    made.until(made.listening)
    done = said = 0
    while done < losses:
        said += 1
        job = _train(made, person, said)
        for _ in range(2 if done + 1 < losses and chance.random() < AGAIN else 1):
            time.sleep(chance.uniform(0, EPOCHS * EPOCH_S))
            if not _lose(made, person, job, toll):
                job = _train(made, person, said)
            done += 1
            struck()
        made.settle()
        toll.books.problems += _wrong(job)
    toll.books.jobs += said
    toll.books.problems += _said_twice(made)
    toll.books.notifications += len(made.from_bot())
    toll.books.repeats += sum(MARK in message.body.text for message in made.from_bot())
    made.stop()


def _train(made: Scene, person: Person, mark: int) -> JobFolder:
    """Start a training, and wait until it has a number."""
    person.say(f"/train epochs={EPOCHS} seed={PACED} batch_size={mark}")
    numbers: list[int] = []

    def found() -> bool:
        with made.looking_into_store() as store, store.transaction() as tx:
            newest = tx.jobs.latest(1)
        numbers.extend(job.id for job in newest if mark_of(job.spec) == f"batch_size={mark}")
        return bool(numbers)

    made.until(found, look_s=0.2)
    return JobFolder.of(made.settings.work, numbers[0])


def _lose(made: Scene, person: Person, job: JobFolder, toll: Toll) -> bool:
    """All processes at the same moment, then the disk; and a launch on a new machine.

    Returns:
        Whether the job is known there.
    """
    made.kill_all()
    reached, run = _newest_epoch(job), last_run(job.event_log)
    copy = JobFolder(made.home / job.path.relative_to(made.settings.work))
    saved = read_manifest(copy.path / NAME)
    shutil.rmtree(made.settings.work)
    toll.answers_s.append(_launch(made, person))
    if toll.answers_s[-1] > ANSWER_WITHIN_S:
        toll.books.problems.append(f"the first answer took {toll.answers_s[-1]:.1f} s")
    job_id = int(job.path.name)
    with made.looking_into_store() as store, store.transaction() as tx:
        known = tx.jobs.find(job_id) is not None
    if not known:
        toll.phases[UNTOLD] += 1
        if saved is not None and saved.entry(job.spec.name) is not None:
            toll.books.problems.append(f"job {job_id} was saved and is forgotten")
        return False
    toll.phases[_phase(reached, saved)] += 1
    back: list[int] = []
    made.until(lambda: back.extend(_went_on_after(job, run)) or back)
    toll.lost[reached - back[0]] += 1
    if reached - back[0] > MOST_LOST:
        toll.books.problems.append(f"job {job_id} had {reached} epochs, went on after {back[0]}")
    return True


def _launch(made: Scene, person: Person) -> float:
    """Start on an empty disk and ask; seconds until the answer."""
    asked = made.newest_message()
    began = time.monotonic()
    made.start(SAVING_COMMAND, fresh=True)
    person.say("/jobs")
    made.until(
        lambda: any(
            m.body.text.startswith(("Jobs", "No jobs yet"))
            for m in made.from_bot()
            if m.message_id > asked
        )
    )
    return time.monotonic() - began


def _newest_epoch(job: JobFolder) -> int:
    found = checkpoints_newest_first(job.checkpoint)[:1]
    return numbers_of(found[0].name)[1] if found else 0


def _phase(reached: int, saved: Manifest | None) -> str:
    if reached == 0:
        return BEGINNING
    if reached == EPOCHS:
        return AFTER
    return SAVED if saved is not None and saved.epoch == reached else UNSAVED


def _events(job: JobFolder) -> list[Event]:
    return list(read_events(job.event_log, limit_bytes=1 << 24).events)


def _went_on_after(job: JobFolder, run: int) -> list[int]:
    """After how many epochs the run after that one goes on, when that can be told."""
    events = _events(job)
    if any(isinstance(event, RunSucceeded) for event in events):
        return [EPOCHS]
    later = [event for event in events if event.run > run]
    resumed = [event.epoch for event in later if isinstance(event, Resumed)]
    anew = any(isinstance(event, EpochEnded) for event in later)
    return resumed or ([0] if anew else [])


def _wrong(job: JobFolder) -> list[str]:
    """What of a finished job is not as if nothing had happened."""
    problems = []
    name = f"job {job.path.name}"
    with contextlib.suppress(FileNotFoundError):
        if (job.artifacts / "model.keras").read_bytes() != RESULT:
            problems.append(f"the result of {name} is another one")
    epochs: list[int] = []
    for event in _events(job):
        if isinstance(event, Resumed):
            epochs = [epoch for epoch in epochs if epoch <= event.epoch]
        elif isinstance(event, EpochEnded):
            epochs.append(event.epoch)
    if epochs != list(range(1, EPOCHS + 1)):
        problems.append(f"the log of {name} tells of the epochs {epochs}")
    return problems


def _said_twice(made: Scene) -> list[str]:
    """Ends that were told again, neither marked nor after a word of the loss between."""
    told: set[str] = set()
    problems = []
    for text in (message.body.text for message in made.from_bot()):
        title = text.partition("\n")[0]
        if "lost in epoch" in text or "lost. " in text:
            told.discard(title)
        elif "Test accuracy" in text and not text.startswith(MARK):
            if title in told:
                problems.append(f"the end of {title} was told twice")
            told.add(title)
    return problems
