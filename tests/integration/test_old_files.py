"""Files of version 1, as that version wrote them: they load for ever."""

import math
import shutil
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from bot.button import Key
from bot.home_copy import HomeState, HomeTrouble, JobCopy
from bot.job import Ending, EpochRecord, JobState
from bot.noise import Kind, Level
from bot.preferences import KEEPALIVE_MINUTES, LAST_PING
from bot.roles import Role
from bot.store import Store
from bot.store.outbox import SendState
from bot.store.schema import SCHEMA_VERSION
from tests.jobs import NOW, at
from training.protocol.control import StopMode
from training.protocol.event_log import read_events
from training.protocol.events import (
    CheckpointSaved,
    EpochEnded,
    Resumed,
    RunFailed,
    RunStopped,
    RunSucceeded,
    WarningRaised,
)
from training.protocol.failure import FailureCode
from training.protocol.spec import InstallSpec, Optimizer, TrainSpec, UnzipSpec

DATA = Path(__file__).parents[1] / "data"
GROUP = -1001000000001


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A copy: opening a store may write into it."""
    return Path(shutil.copy(DATA / "store-v1.sqlite3", tmp_path / "store.sqlite3"))


def test_an_old_store_has_all_its_jobs(path: Path) -> None:
    """Each with its spec, its state and how it ended."""
    store = Store(path)
    with store.transaction() as tx:
        jobs = {job.id: job for job in tx.jobs.latest(100)}
        assert tx.jobs.artifacts(1) == [("model.keras", 1_234_567)]
    store.close()
    assert {number: job.ending for number, job in jobs.items()} == {
        1: Ending.SUCCEEDED, 2: Ending.FAILED, 3: Ending.STOPPED, 4: Ending.LOST,
        5: None, 6: None, 7: None,
    }  # fmt: skip
    assert [jobs[n].state for n in (5, 6, 7)] == [
        JobState.RUNNING, JobState.STOPPING, JobState.QUEUED,
    ]  # fmt: skip
    assert jobs[1].spec == TrainSpec(epochs=3, seed=7)
    assert jobs[2].spec == TrainSpec(
        epochs=2, learning_rate=5.0, optimizer=Optimizer.SGD, samples=600
    )
    assert jobs[3].spec == UnzipSpec(archive="/drive/labels.zip", destination="/drive/labels")
    assert isinstance(jobs[4].spec, InstallSpec)
    assert jobs[4].spec.packages[1] == "rich[jupyter]; python_version>'3'"
    assert jobs[2].origin.chat_id == GROUP
    assert jobs[2].outcome.log_tail == ("step 1", "last words & more")
    assert jobs[1].ended_at == at(70)
    assert jobs[1].log_offset == 2345
    assert jobs[5].handle is not None
    assert math.isnan(jobs[5].progress.metrics["loss"])
    assert jobs[6].stop is StopMode.AFTER_EPOCH


def test_an_old_store_has_all_its_epochs(path: Path) -> None:
    """Their metrics too, those that are no numbers among them."""
    store = Store(path)
    with store.transaction() as tx:
        trained, running = tx.jobs.epochs(1), tx.jobs.epochs(5)
    store.close()
    metrics = {"loss": 0.5, "accuracy": 0.75, "val_loss": 0.1, "val_accuracy": 0.97}
    assert trained[1] == EpochRecord(2, 22.0, metrics, 1.0)
    assert [record.epoch for record in trained] == [1, 2, 3]
    assert math.isinf(running[0].metrics["loss"])


def test_what_an_old_store_owes_is_still_owed(path: Path) -> None:
    """Notifications in their order and state, cards, commands and choices of the chats."""
    store = Store(path)
    with store.transaction() as tx:
        first = tx.outbox.next_for(1001)
        assert first is not None
        assert (first.text, first.state, first.job_id) == ("⏹ stopped", SendState.ATTEMPTING, 3)
        tx.outbox.sent(first, 43, NOW)
        second = tx.outbox.last_pending(1001, "epochs of job 5 run 1")
        assert second is not None
        assert (second.text, second.silent) == ("Epoch 1/4", True)
        assert tx.outbox.next_for(1001) == second
        assert tx.outbox.owed() == 1
        assert tx.cards.unfinished() == [2, 3, 4, 5, 6, 7]
        cards = [card.message_id for n in (1, 5, 7) if (card := tx.cards.find(n)) is not None]
        assert cards == [40, 41, None]
        assert tx.inbox.untaken() == ['{"update_id": 7}']
        assert tx.inbox.held(8, 1001) == '{"update_id": 8}'
        assert tx.users.owner_id() == 1001
        assert tx.users.role(1002) is Role.VIEWER
        assert tx.preferences.level(1001, Kind.EPOCHS) is Level.SILENT
        assert tx.preferences.get(1001, KEEPALIVE_MINUTES, 30) == 10
        assert tx.preferences.get(1001, LAST_PING, 0) == 44
        assert tx.copies.find(1) == JobCopy(1, "mark-1", 1, 3, None, NOW + timedelta(seconds=75))
        assert tx.copies.home() == HomeState(HomeTrouble.NO_ANSWER, at(76), (1001,))
    store.close()


def test_an_old_store_takes_new_work(path: Path) -> None:
    """A job's number is never given twice, and the store opens a second time."""
    for expected in (8, 9):
        store = Store(path)
        with store.transaction() as tx:
            job = tx.jobs.get(1)
            assert tx.jobs.add(TrainSpec(), job.origin, NOW).id == expected
            tx.outbox.put(1001, "new", NOW)
        store.close()


def test_an_old_event_log_tells_everything() -> None:
    """Every kind of event is there; damaged lines are passed over, a torn end waits."""
    log = DATA / "event-log-v1.jsonl"
    chunk = read_events(log)
    events = chunk.events
    assert [event.seq for event in events] == list(range(1, 19))
    assert chunk.damaged == 2
    assert chunk.offset < log.stat().st_size
    assert Counter(event.kind for event in events) == {
        "run_started": 3, "progressed": 2, "heartbeat": 1, "epoch_ended": 3, "warning_raised": 1,
        "checkpoint_saved": 1, "run_failed": 1, "resumed": 2, "metric_logged": 1,
        "run_stopped": 1, "artifact_saved": 1, "run_succeeded": 1,
    }  # fmt: skip
    assert [event.run for event in events] == [1] * 8 + [2] * 4 + [3] * 6
    by_seq = {event.seq: event for event in events}
    assert by_seq[4] == EpochEnded(
        seq=4, at=at(4), run=1, epoch=1, epochs=3, seconds=21.0, learning_rate=1.0,
        metrics={"loss": 1.0, "accuracy": 0.5},
    )  # fmt: skip
    assert by_seq[5] == CheckpointSaved(seq=5, at=at(5), run=1, epoch=1)
    assert isinstance(by_seq[6], EpochEnded)
    assert math.isnan(by_seq[6].metrics["loss"])
    assert isinstance(by_seq[7], WarningRaised)
    assert by_seq[7].details == {"free_bytes": 12, "error": "no room"}
    assert by_seq[8] == RunFailed(
        seq=8, at=at(8), run=1, code=FailureCode.OUT_OF_MEMORY, details={"error": "no room <b>"}
    )
    assert by_seq[10] == Resumed(seq=10, at=at(10), run=2, epoch=1, step=5)
    assert by_seq[12] == RunStopped(
        seq=12, at=at(12), run=2, mode=StopMode.AFTER_EPOCH, by_signal=True, result={"epochs": 2}
    )
    assert by_seq[18] == RunSucceeded(
        seq=18, at=at(18), run=3, seconds=60.5,
        result={"test_loss": 0.0271, "test_accuracy": 0.9918},
    )  # fmt: skip


def test_an_old_store_takes_what_only_a_newer_one_has(path: Path) -> None:
    """A notification with buttons; those that were there have none."""
    keyboard = ((Key("Do it now", "late:5:run"), Key("Forget it", "late:5:forget")),)
    for _ in range(2):
        store = Store(path)
        with store.transaction() as tx:
            assert tx.about.get("schema_version") == str(SCHEMA_VERSION)
            tx.outbox.put(GROUP, "late?", NOW, keyboard=keyboard)
            found, old = tx.outbox.next_for(GROUP), tx.outbox.next_for(1001)
        store.close()
        assert found is not None
        assert found.keyboard == keyboard
        assert old is not None
        assert old.keyboard is None
