"""The runner of the tests in virtual time keeps what every runner must."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.job import Handle
from bot.runners.base import Gone
from tests.jobs import NOW
from tests.scripted_runner import ScriptedRunner, Step
from training.protocol.control import Control, StopMode, write_control
from training.protocol.event_log import read_events
from training.protocol.events import EpochEnded, RunStarted, RunSucceeded
from training.protocol.folder import JobFolder
from training.protocol.spec import Spec, TrainSpec, write_spec


def two_epochs(spec: Spec, run: int) -> Iterator[Step]:
    yield Step(0, RunStarted(pid=1))
    for epoch in (1, 2):
        yield Step(10 * epoch, EpochEnded(epoch=epoch, epochs=2, seconds=10, metrics={}))
    yield Step(20, RunSucceeded(seconds=20))


class Scripted:
    """A runner, its clock and a folder with one run."""

    def __init__(self, path: Path) -> None:
        self.now = NOW
        self.runner = ScriptedRunner(two_epochs, lambda: self.now)
        self.folder = JobFolder(path / "7")
        self.folder.create()
        write_spec(self.folder, TrainSpec())
        handles: list[Handle] = []
        self.runner.start(self.folder, 1, handles.append)
        self.handle = handles[0]

    def kinds_after(self, seconds: float) -> list[str]:
        self.now += timedelta(seconds=seconds)
        self.runner.look(self.handle)
        return [event.kind for event in read_events(self.folder.event_log).events]


@pytest.fixture
def scripted(tmp_path: Path) -> Scripted:
    return Scripted(tmp_path)


def test_a_run_begins_and_ends(scripted: Scripted) -> None:
    """What is due is in its log, with the time it happened; at the end it is gone."""
    assert scripted.kinds_after(15) == ["run_started", "epoch_ended"]
    assert scripted.runner.look(scripted.handle) is None
    assert scripted.kinds_after(100)[2:] == ["epoch_ended", "run_succeeded"]
    assert scripted.runner.look(scripted.handle) == Gone(0)
    events = read_events(scripted.folder.event_log).events
    assert [event.seq for event in events] == [1, 2, 3, 4]
    assert events[1].at == NOW + timedelta(seconds=10)


def test_nothing_begins_unless_the_handle_was_recorded(scripted: Scripted) -> None:
    """A failed commit leaves no run."""

    def fails(handle: Handle) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        scripted.runner.start(scripted.folder, 2, fails)
    assert scripted.runner.find(scripted.folder, 2) is None


def test_it_does_as_the_user_wishes(scripted: Scripted) -> None:
    """A run that is to stop after its epoch goes on until then."""
    write_control(scripted.folder, Control(run=1, stop=StopMode.AFTER_EPOCH))
    assert scripted.kinds_after(5) == ["run_started"]
    assert scripted.kinds_after(5) == ["run_started", "epoch_ended", "run_stopped"]
    assert scripted.runner.look(scripted.handle) == Gone(0)


@pytest.mark.parametrize(("force", "exit_code"), [(False, 0), (True, -9)])
def test_a_run_can_be_ended(scripted: Scripted, force: bool, exit_code: int) -> None:
    """Asked it says so in its log; by force it has no time to."""
    scripted.runner.stop(scripted.handle, force=force)
    assert scripted.runner.look(scripted.handle) == Gone(exit_code)
    assert ("run_stopped" in scripted.kinds_after(0)) is not force


def test_a_run_is_found_by_its_handle_only(scripted: Scripted) -> None:
    """Another start time is another run, another boot another machine's."""
    assert scripted.runner.find(scripted.folder, scripted.handle.pid) == scripted.handle
    later = scripted.handle.model_copy(update={"started_at": 1.0})
    assert scripted.runner.look(later) == Gone(None)
    elsewhere = scripted.handle.model_copy(update={"boot_id": "another"})
    assert scripted.runner.look(elsewhere) == Gone(None, with_machine=True)
