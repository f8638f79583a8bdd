"""When a process is kept ready, and which job gets it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import pytest

from bot.job import Handle
from bot.runners.footing import Footing, read_footing
from bot.runners.local_process import LocalProcess
from bot.runners.warm_start import (
    LEAST_FREE_TO_BEGIN_BYTES,
    LEAST_FREE_TO_STAY_BYTES,
    WarmStart,
)
from tests.bots import STUB_COMMAND
from training.protocol.folder import JobFolder
from training.protocol.spec import InstallSpec, RunSpec, Spec, TrainSpec, write_spec

WaitUntil = Callable[..., object]


@dataclass
class Place:
    """A runner on a machine whose memory and packages are what a test says."""

    work: Path
    early: bool = True
    command: tuple[str, ...] = (*STUB_COMMAND, "--warm")
    free_bytes: int = LEAST_FREE_TO_BEGIN_BYTES
    footing: Footing = ()
    jobs: int = 0
    runner: LocalProcess = field(init=False)
    handles: list[Handle] = field(default_factory=list)

    def begin(self) -> None:
        warm = WarmStart(
            lambda: self.free_bytes, self.command, lambda: self.footing, early=self.early
        )
        self.runner = LocalProcess(STUB_COMMAND, warm=warm)

    def warm(self) -> list[psutil.Process]:
        """The processes that wait for a job, or get ready for one."""
        return [
            child
            for child in psutil.Process().children()
            if child.status() != psutil.STATUS_ZOMBIE
            and "--warm" in child.cmdline()
            and child.pid not in {handle.pid for handle in self.handles}
        ]

    def none_is_left(self) -> bool:
        """Whether the one that was killed is gone, and none got ready in its place."""
        return not self.warm()

    def start(self, spec: Spec) -> Handle:
        self.jobs += 1
        folder = JobFolder(self.work / str(self.jobs))
        folder.create()
        write_spec(folder, spec)
        self.runner.start(folder, 1, self.handles.append)
        return self.handles[-1]


@pytest.fixture
def place(tmp_path: Path, wait_until: WaitUntil) -> Iterator[Place]:
    made = Place(tmp_path)
    made.begin()
    yield made
    made.runner.close()
    for handle in made.handles:
        wait_until(lambda handle=handle: made.runner.look(handle))
    assert made.warm() == []


@pytest.fixture
def ready(place: Place, wait_until: WaitUntil) -> Place:
    """With a process that is ready."""
    place.runner.tend(busy=False)
    wait_until(lambda: place.runner.ready)
    return place


def test_a_training_gets_the_process_that_is_ready(ready: Place, wait_until: WaitUntil) -> None:
    """Once; and the next time somebody looks, another one gets ready."""
    [waiting] = ready.warm()
    assert ready.start(TrainSpec(epochs=1)).pid == waiting.pid
    assert not ready.runner.ready
    assert ready.start(TrainSpec(epochs=1)).pid != waiting.pid
    ready.runner.tend(busy=False)
    wait_until(lambda: ready.runner.ready)


def test_nothing_gets_ready_before_the_first_training(place: Place) -> None:
    """Whoever only unpacks archives pays nothing; a training shows that more may come."""
    place.early = False
    place.begin()
    place.runner.tend(busy=False)
    place.start(InstallSpec(packages=("six",)))
    place.runner.tend(busy=False)
    assert place.warm() == []
    place.start(TrainSpec(epochs=1))
    place.runner.tend(busy=False)
    assert len(place.warm()) == 1


@pytest.mark.parametrize(
    "spec",
    [
        RunSpec(file="/a/script.py"),
        TrainSpec(epochs=1, model="/a/model.py"),
        TrainSpec(epochs=1, own_parameters={"width": "3"}),
    ],
    ids=["a script", "a model file", "what is not known to be harmless"],
)
def test_other_jobs_that_compute_end_it(ready: Place, spec: Spec, wait_until: WaitUntil) -> None:
    """They start fresh, and have memory and GPU for themselves."""
    [waiting] = ready.warm()
    assert ready.start(spec).pid != waiting.pid
    wait_until(ready.none_is_left)


def test_a_job_that_does_not_compute_leaves_it(ready: Place) -> None:
    """An archive is unpacked beside it."""
    [waiting] = ready.warm()
    assert ready.start(InstallSpec(packages=("six",))).pid != waiting.pid
    assert ready.warm() == [waiting]


def test_one_that_is_not_ready_yet_is_not_waited_for(place: Place, wait_until: WaitUntil) -> None:
    """Nobody would hear of a wish to stop meanwhile."""
    place.command = ("sleep", "60", "--warm")
    place.begin()
    place.runner.tend(busy=False)
    place.start(TrainSpec(epochs=1))
    wait_until(place.none_is_left)


def test_what_was_installed_since_ends_it(ready: Place, wait_until: WaitUntil) -> None:
    """A job must see it; and the next process gets ready with it."""
    [waiting] = ready.warm()
    ready.footing = (("site-packages", 1, 1),)
    assert ready.start(TrainSpec(epochs=1)).pid != waiting.pid
    ready.runner.tend(busy=False)
    wait_until(lambda: ready.runner.ready)
    ready.footing = (("site-packages", 2, 2),)
    ready.runner.tend(busy=False)
    wait_until(ready.none_is_left)


def test_a_job_that_computes_ends_it(ready: Place, wait_until: WaitUntil) -> None:
    """Whoever started it; and none gets ready beside it."""
    ready.runner.tend(busy=True)
    wait_until(ready.none_is_left)
    ready.runner.tend(busy=True)
    assert ready.warm() == []


def test_it_gives_way_when_memory_is_short(ready: Place, wait_until: WaitUntil) -> None:
    """It goes when little is left, and comes back when there is plenty, not before."""
    ready.free_bytes = LEAST_FREE_TO_STAY_BYTES - 1
    ready.runner.tend(busy=False)
    wait_until(ready.none_is_left)
    ready.free_bytes = LEAST_FREE_TO_BEGIN_BYTES - 1
    ready.runner.tend(busy=False)
    assert ready.warm() == []
    ready.free_bytes = LEAST_FREE_TO_BEGIN_BYTES
    ready.runner.tend(busy=False)
    assert len(ready.warm()) == 1


def test_one_that_cannot_get_ready_is_not_tried_again_and_again(
    place: Place, wait_until: WaitUntil, caplog: pytest.LogCaptureFixture
) -> None:
    """The log says so once; packages that change are a reason to try."""
    place.command = ("sh", "-c", "echo no keras >&2; exit 1", "--warm")
    place.begin()

    def tended() -> bool:
        place.runner.tend(busy=False)
        return "no keras" in caplog.text

    wait_until(tended)
    for _ in range(3):
        place.runner.tend(busy=False)
    assert caplog.text.count("no keras") == 1
    caplog.clear()
    place.footing = (("site-packages", 1, 1),)
    wait_until(tended)


def test_a_footing_changes_with_packages_code_and_keras_settings(tmp_path: Path) -> None:
    """And only then."""
    code = tmp_path / "training"
    code.mkdir()
    (code / "train.py").write_text("a = 1")
    environment = {"KERAS_HOME": str(tmp_path)}

    def footing() -> Footing:
        return read_footing(code, environment)

    first = footing()
    assert footing() == first
    (code / "train.py").write_text("a = 10")
    second = footing()
    (tmp_path / "keras.json").write_text("{}")
    third = footing()
    assert len({first, second, third}) == 3
    assert any("site-packages" in path or "dist-packages" in path for path, _, _ in first)
