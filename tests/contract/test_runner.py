"""What every runner must do; so far there is one, with processes of this machine."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from bot.job import Handle
from bot.runners.local_process import NICENESS, LocalProcess
from tests.bots import STUB_COMMAND, warm_start
from tests.stub_task import CHILD, DEAF, ORPHANS, UNTIL_STOPPED
from training.protocol.event_log import read_events
from training.protocol.folder import JobFolder
from training.protocol.spec import TrainSpec, write_spec

WaitUntil = Callable[..., object]


@pytest.fixture(params=["7", 'it\'s a "job" $HOME\n7'], ids=["plain", "hostile"])
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> JobFolder:
    """A job folder, also with a name that a shell would choke on."""
    made = JobFolder(tmp_path / request.param)
    made.create()
    return made


@pytest.fixture(params=[False, True], ids=["fresh", "warm"])
def runner(request: pytest.FixtureRequest, wait_until: WaitUntil) -> Iterator[LocalProcess]:
    """One whose first run is in a process of its own, or in one that was ready before."""
    warm = warm_start() if request.param else None
    made = LocalProcess(STUB_COMMAND, {**os.environ, "TELEGRAM_BOT_TOKEN": "1:canary"}, warm)
    made.tend(busy=False)
    if request.param:
        wait_until(lambda: made.ready)
    yield made
    made.close()


def begin(runner: LocalProcess, folder: JobFolder, seed: int) -> Handle:
    write_spec(folder, TrainSpec(epochs=1, seed=seed))
    handles: list[Handle] = []
    runner.start(folder, 1, handles.append)
    return handles[0]


def kinds(folder: JobFolder) -> list[str]:
    return [event.kind for event in read_events(folder.event_log).events]


def test_a_run_begins_and_ends(
    runner: LocalProcess, folder: JobFolder, wait_until: WaitUntil
) -> None:
    """Its exit code is known, and its events are in its folder."""
    handle = begin(runner, folder, seed=0)
    gone = wait_until(lambda: runner.look(handle))
    assert gone.exit_code == 0
    assert kinds(folder)[0] == "run_started"
    assert kinds(folder)[-1] == "run_succeeded"


def test_nothing_begins_unless_the_handle_was_recorded(
    runner: LocalProcess, folder: JobFolder
) -> None:
    """A failed commit leaves no process and no event."""
    write_spec(folder, TrainSpec(epochs=1))
    handles: list[Handle] = []

    def fails(handle: Handle) -> None:
        handles.append(handle)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        runner.start(folder, 1, fails)
    assert not psutil.pid_exists(handles[0].pid)
    assert kinds(folder) == []


def test_a_run_is_lowly_and_knows_no_token(
    runner: LocalProcess, folder: JobFolder, wait_until: WaitUntil
) -> None:
    """It yields to the bot, is in a session of its own, and has no secret of the bot's."""
    handle = begin(runner, folder, seed=UNTIL_STOPPED)
    wait_until(lambda: kinds(folder))
    process = psutil.Process(handle.pid)
    assert process.nice() == NICENESS
    assert os.getsid(handle.pid) == handle.pid
    assert not any("TELEGRAM" in name for name in process.environ())
    runner.stop(handle, force=False)
    assert wait_until(lambda: runner.look(handle)).exit_code == 0
    assert kinds(folder)[-1] == "run_stopped"


def test_force_ends_what_does_not_listen(
    runner: LocalProcess, folder: JobFolder, wait_until: WaitUntil
) -> None:
    """A run that is deaf to the signal is killed."""
    handle = begin(runner, folder, seed=DEAF)
    wait_until(lambda: "stub task begins" in folder.log.read_text())
    runner.stop(handle, force=True)
    assert wait_until(lambda: runner.look(handle)).exit_code == -9


def test_what_a_killed_run_started_is_ended(
    runner: LocalProcess, folder: JobFolder, wait_until: WaitUntil
) -> None:
    """Also where it is in a process group of its own; and nothing of another run is touched."""
    other_folder = JobFolder(folder.path.parent / "other")
    other_folder.create()
    other = begin(runner, other_folder, seed=UNTIL_STOPPED)
    handle = begin(runner, folder, seed=ORPHANS)
    wait_until(lambda: runner.look(handle))
    child = psutil.Process(int((folder.path / CHILD).read_text()))
    assert child.is_running()
    runner.stop(handle.model_copy(update={"boot_id": "another"}), force=True)
    assert child.is_running()
    runner.stop(handle, force=True)
    wait_until(lambda: not child.is_running() or child.status() == psutil.STATUS_ZOMBIE)
    assert runner.look(other) is None
    runner.stop(other, force=True)
    wait_until(lambda: runner.look(other))


def test_a_number_that_was_given_again_is_left_alone(
    runner: LocalProcess, folder: JobFolder, wait_until: WaitUntil
) -> None:
    """A handle of an earlier process with the same pid neither finds nor ends this one."""
    handle = begin(runner, folder, seed=UNTIL_STOPPED)
    earlier = handle.model_copy(update={"started_at": handle.started_at - 60})
    another_bot = LocalProcess(STUB_COMMAND)
    assert another_bot.look(earlier) is not None
    for force in (False, True):
        another_bot.stop(earlier, force=force)
    wait_until(lambda: kinds(folder))
    assert runner.look(handle) is None
    assert kinds(folder)[-1] != "run_stopped"
    runner.stop(handle, force=True)
    assert wait_until(lambda: runner.look(handle)).exit_code == -9


def test_a_clock_that_is_set_makes_no_other_process(
    runner: LocalProcess,
    folder: JobFolder,
    wait_until: WaitUntil,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Its start in wall-clock time moves by hours; a bot started after that finds it still."""
    handle = begin(runner, folder, seed=UNTIL_STOPPED)
    true = psutil.Process.create_time
    monkeypatch.setattr(psutil.Process, "create_time", lambda self: true(self) + 7_200)
    assert LocalProcess(STUB_COMMAND).look(handle) is None
    runner.stop(handle, force=True)
    wait_until(lambda: runner.look(handle))


def test_another_bot_finds_a_run_by_its_handle_only(
    runner: LocalProcess, folder: JobFolder, wait_until: WaitUntil
) -> None:
    """A pid that was given again, or a machine that was started again, is not the run."""
    handle = begin(runner, folder, seed=UNTIL_STOPPED)
    wait_until(lambda: kinds(folder))
    other = LocalProcess(STUB_COMMAND)
    assert other.look(handle) is None
    assert other.find(folder, handle.pid) == handle
    assert other.look(handle.model_copy(update={"started_at": handle.started_at - 60})) is not None
    assert other.look(handle.model_copy(update={"boot_id": "another"})) is not None
    other.stop(handle.model_copy(update={"boot_id": "another"}), force=True)
    assert other.look(handle) is None
    other.stop(handle, force=True)
    wait_until(lambda: runner.look(handle))
