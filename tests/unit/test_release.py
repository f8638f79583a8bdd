"""When an idle machine goes, with a clock that the test sets."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.home_copy import HomeState, HomeTrouble, JobCopy
from bot.job import Ending, Job, JobState
from bot.release import HOLD, KEEP, NOW, After, Release
from bot.store import Store
from bot.store.audit import Deed
from tests.jobs import NOW as START
from tests.jobs import ORIGIN
from training.protocol.spec import TrainSpec

CHAT = ORIGIN.chat_id


class Home:
    """Stands for the vault where a test says what is saved."""

    def __init__(self) -> None:
        self.saved = True
        self.asked = 0

    def copy_now(self) -> None:
        self.asked += 1

    def up_to_date(self) -> bool:
        return self.saved


class Scene:
    """A store, a clock and a bot's part in releasing."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.home = Home()
        self.time = START
        self.said: list[str] = []
        self.buttons: dict[str, str] = {}
        self.start()

    def start(self, machine: datetime = START, *, lent: bool = True, saves: bool = True) -> None:
        """A new bot on this store."""
        vault = self.home if saves else None
        self.release = Release(self.store, lambda: self.time, machine, lent=lent, vault=vault)

    def wait(self, minutes: float) -> bool:
        """Let time pass, a look every 10 s, or a minute; whether the machine may go."""
        looks = round(minutes * (6 if minutes <= 30 else 1))
        for _ in range(looks):
            self.time += timedelta(minutes=minutes) / looks
            if self.release.step():
                return True
            self.deliver()
        return False

    def deliver(self) -> None:
        with self.store.transaction() as tx:
            while (found := tx.outbox.next_for(CHAT)) is not None:
                self.said.append(found.text)
                for row in found.keyboard or ():
                    self.buttons |= {key.label: key.data for key in row}
                tx.outbox.sent(found, 1, self.time)

    def press(self, label: str) -> str:
        """The action of a button, and in whose name it is done."""
        with self.store.transaction() as tx:
            press = tx.buttons.pressed(self.buttons[label], CHAT)
        assert press is not None
        self.pressed = replace(ORIGIN, question=press.question)
        return press.action

    def begin(self) -> Job:
        with self.store.transaction() as tx:
            job = tx.jobs.add(TrainSpec(), ORIGIN, self.time)
            job = replace(job.moved_to(JobState.RUNNING), run=1)
            tx.jobs.save(job)
        return job

    def end(self, job: Job, *, saved: bool = True) -> None:
        with self.store.transaction() as tx:
            tx.jobs.save(job.ended(Ending.SUCCEEDED, self.time, job.outcome))
            if saved:
                tx.copies.save(JobCopy(job.id, "mark", ended_run=1, at=self.time))


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    store = Store(tmp_path / "store.sqlite3")
    yield Scene(store)
    store.close()


@pytest.fixture
def idle(scene: Scene) -> Scene:
    """A job has ended, and the end of the machine is announced."""
    job = scene.begin()
    assert not scene.wait(30)
    scene.end(job)
    assert not scene.wait(1.5)
    assert "Nothing is left to do. Releasing this machine in 10 min" in scene.said[-1]
    assert list(scene.buttons) == ["Keep 30 min", "Keep", "Release now"]
    return scene


def test_an_idle_machine_is_announced_and_goes(idle: Scene) -> None:
    """Ten minutes later, when all is saved and said, and not before."""
    assert not idle.wait(9)
    assert len(idle.said) == 1
    assert idle.wait(2)
    assert "Saving everything, then the machine is released" in idle.said[-1]


def test_a_machine_that_works_does_not_go(scene: Scene) -> None:
    """Nothing is said while a job runs, however long."""
    scene.begin()
    assert not scene.wait(120)
    assert scene.said == []


def test_a_command_calls_it_off(idle: Scene) -> None:
    """Also while all is being saved; it is announced anew ten minutes after."""
    idle.home.saved = False
    assert not idle.wait(10.5)
    idle.release.touched()
    idle.home.saved = True
    assert not idle.wait(9)
    assert "called off" in idle.said[-1]
    assert not idle.wait(2)
    assert "Releasing this machine in 10 min" in idle.said[-1]


def test_a_job_calls_it_off(idle: Scene) -> None:
    """The machine stays until that one has ended too."""
    job = idle.begin()
    assert not idle.wait(60)
    assert "called off" in idle.said[-1]
    idle.end(job)
    assert not idle.wait(11)
    assert idle.wait(2)


def test_keep_for_half_an_hour(idle: Scene) -> None:
    """Then it is announced again."""
    assert idle.press("Keep 30 min") == HOLD
    assert idle.release.hold(idle.pressed)
    assert not idle.wait(29)
    assert len(idle.said) == 1
    assert not idle.wait(2)
    assert len(idle.said) == 2
    assert idle.wait(11)


def test_keep_until_another_job_has_ended(idle: Scene) -> None:
    """Not for ever: an idle machine costs money."""
    assert idle.press("Keep") == KEEP
    assert idle.release.keep(idle.pressed)
    assert not idle.wait(600)
    assert len(idle.said) == 1
    job = idle.begin()
    assert not idle.wait(1)
    idle.end(job)
    assert not idle.wait(2)
    assert len(idle.said) == 2


def test_release_now_does_not_wait(idle: Scene) -> None:
    """A minute is enough, and the trail names who; a second press of the message does nothing."""
    assert idle.press("Release now") == NOW
    assert idle.release.go(idle.pressed)
    assert not idle.release.keep(idle.pressed)
    with idle.store.transaction() as tx:
        assert [entry.deed for entry in tx.audit.latest(9)] == [Deed.RELEASED]
    assert idle.wait(1)


def test_the_plan_outlives_the_bot_but_not_the_machine(idle: Scene) -> None:
    """The next bot releases at the time announced; a new machine is another story."""
    assert not idle.wait(5)
    idle.start(START + timedelta(seconds=20))  # how well the start is known
    assert not idle.wait(3)
    idle.start(START)
    assert idle.wait(3)
    idle.start(idle.time)
    assert not idle.wait(9)
    assert "Saving everything" in idle.said[-1]


@pytest.mark.parametrize(
    ("trouble", "words"), [(HomeTrouble.FULL, "Drive is full"), (None, "saving takes too long")]
)
def test_what_cannot_be_saved_keeps_the_machine(
    scene: Scene, trouble: HomeTrouble | None, words: str
) -> None:
    """It says why and which job is not saved, and does not try again by itself."""
    job = scene.begin()
    scene.end(job, saved=False)
    with scene.store.transaction() as tx:
        tx.copies.save_home(HomeState(trouble, scene.time, ()))
    scene.home.saved = trouble is None
    assert not scene.wait(120)
    assert f"Not released: {words}" in scene.said[-1]
    assert "Not saved yet: job 1." in scene.said[-1]
    assert len(scene.said) == 3
    assert scene.home.asked > 0


def test_a_store_that_is_not_copied_keeps_the_machine(idle: Scene) -> None:
    """All jobs may be saved: without the store the next machine would not know what was told."""
    idle.home.saved = False
    assert not idle.wait(15)
    assert not idle.wait(5)
    assert "Not released" in idle.said[-1]


def test_nothing_goes_before_the_chat_has_heard(idle: Scene) -> None:
    """What is owed would be said again by the next machine, or never."""
    assert not idle.wait(9)
    for _ in range(12):
        idle.time += timedelta(seconds=10)
        assert not idle.release.step()
    idle.deliver()
    assert idle.release.step()


def test_after_is_a_choice(scene: Scene) -> None:
    """A minute's notice, ten, or none at all; it outlives the bot."""
    assert scene.release.after() is After.ASK
    scene.release.after(After.KEEP)
    scene.end(scene.begin())
    assert not scene.wait(120)
    assert scene.said == []
    scene.release.after(After.RELEASE)
    scene.start()
    assert scene.release.after() is After.RELEASE
    assert scene.wait(14)
    assert "Releasing this machine in 1 min" in scene.said[0]


@pytest.mark.parametrize(("lent", "saves"), [(False, True), (True, False), (False, False)])
def test_only_a_lent_machine_that_saves_goes_by_itself(
    scene: Scene, lent: bool, saves: bool
) -> None:
    """A machine of one's own stays, and so does one whose results would be lost."""
    scene.start(lent=lent, saves=saves)
    scene.end(scene.begin())
    assert not scene.wait(600)
    assert scene.said == []


def test_a_bot_of_ones_own_machine_stops_with_its_jobs_running(scene: Scene) -> None:
    """They go on; it was asked before."""
    scene.start(lent=False)
    scene.begin()
    scene.release.go(ORIGIN, forced=True)
    assert scene.wait(1)
    assert "jobs that run go on" in scene.said[-1]


def test_a_forced_release_waits_for_its_jobs_to_save(scene: Scene) -> None:
    """They have been told to stop; what they save goes home first."""
    job = scene.begin()
    scene.release.go(ORIGIN, forced=True)
    assert not scene.wait(2)
    scene.end(job, saved=False)
    assert not scene.wait(2)
    scene.end(scene.begin())
    with scene.store.transaction() as tx:
        tx.copies.save(JobCopy(job.id, "mark", ended_run=1, at=scene.time))
    assert scene.wait(1)
