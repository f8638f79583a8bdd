"""The audit of a job sees what is wrong: a harness that cannot fail shows nothing."""

from collections.abc import Sequence
from dataclasses import dataclass

import pytest

from bot.job import Ending, Job
from bot.job_progress import advanced
from tests.faults.job_books import job_problems
from tests.faults.person import Said
from tests.jobs import NOW, begun
from training.protocol.events import (
    CheckpointSaved,
    EpochEnded,
    Event,
    Resumed,
    RunStarted,
    RunSucceeded,
)

COMMAND = Said("/train", "batch_size=1", Ending.SUCCEEDED)
LOST, DONE = "⚠️ lost. It goes on from its last checkpoint", "✅ finished"


@dataclass
class Owed:
    """A row of the outbox, as far as the audit looks."""

    text: str
    silent: bool = False


def epoch(number: int, run: int = 1) -> EpochEnded:
    return EpochEnded(epoch=number, epochs=2, seconds=1, metrics={}, run=run)


def told(number: int) -> Owed:
    return Owed(f"Job 1\nEpoch {number}/2 · 1.0 s", silent=True)


# Killed between the word that epoch 2 is over and its checkpoint; done again by run 2.
LOG: tuple[Event, ...] = (
    RunStarted(pid=1, run=1),
    epoch(1),
    CheckpointSaved(epoch=1, run=1),
    epoch(2),
    RunStarted(pid=2, run=2),
    Resumed(epoch=1, run=2),
    epoch(2, run=2),
    CheckpointSaved(epoch=2, run=2),
    RunSucceeded(seconds=1, run=2),
)
OWED = (told(1), told(2), Owed(LOST), told(2), Owed(DONE))


def problems(log: Sequence[Event], owed: Sequence[Owed] = OWED, stored=(1, 2)) -> list[str]:
    events = [
        event.model_copy(update={"seq": seq, "at": NOW}) for seq, event in enumerate(log, start=1)
    ]
    return list(job_problems(ended_job(events), stored, events, owed, COMMAND))


def ended_job(events: Sequence[Event]) -> Job:
    job = begun(run=events[-1].run)
    for event in events:
        job = advanced(job, event)
    return job


def without(items: tuple, index: int) -> tuple:
    return items[:index] + items[index + 1 :]


def test_a_job_with_which_all_is_well_has_no_problem() -> None:
    """A kill in it, and the same epoch twice, are well."""
    assert problems(LOG) == []


@pytest.mark.parametrize("row", range(len(OWED)))
def test_each_notification_is_missed(row: int) -> None:
    """Any of them left out, the loss and each epoch of each run among them."""
    assert problems(LOG, without(OWED, row))


@pytest.mark.parametrize("row", range(len(OWED)))
def test_a_notification_too_many_is_seen(row: int) -> None:
    """Any of them twice."""
    assert problems(LOG, (*OWED[:row], OWED[row], *OWED[row:]))


def test_work_that_was_saved_and_is_done_again_is_seen() -> None:
    """A run that goes back behind a checkpoint that the log tells of."""
    log = (*LOG[:5], Resumed(epoch=0, run=2), epoch(1, run=2), *LOG[6:])
    owed = (*OWED[:3], told(1), *OWED[3:])
    assert problems(log, owed) == ["job 1 (train): run 2 went back to epoch 0, 1 was saved"]


def test_an_epoch_that_was_left_out_is_seen() -> None:
    """The log has no epoch 1, or the store has not."""
    assert problems(without(LOG, 1), without(OWED, 0), stored=(2,))
    assert problems(LOG, stored=(2,))


def test_two_runs_at_once_are_seen() -> None:
    """The first run writes after the second has begun."""
    log = (*LOG[:6], epoch(2), *LOG[7:])
    assert "job 1 (train): run 1 writes after run 2 has begun" in problems(log)


def test_an_end_that_is_not_what_was_asked_for_is_seen() -> None:
    """The last run went without a word, and the job is still running."""
    assert problems(LOG[:-1], OWED[:-1])
