"""States, moves, and what events do to a job."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.job import TRANSITIONS, Ending, IllegalMoveError, Job, JobState, Origin, Outcome
from bot.job_progress import advanced, remaining_s, seconds_of
from tests.jobs import after, at, running
from training.protocol.events import EpochEnded, Progressed, Resumed, RunStarted, RunSucceeded
from training.protocol.spec import TrainSpec

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def a_job(state: JobState = JobState.QUEUED, run: int = 0) -> Job:
    return Job(7, TrainSpec(), Origin(1, 1), NOW, state=state, run=run)


def epoch(number: int, run: int = 1, seq: int = 0) -> EpochEnded:
    return EpochEnded(
        seq=seq or number + 1,
        at=at(10 * number),
        run=run,
        epoch=number,
        epochs=12,
        seconds=10,
        metrics={},
    )


@given(st.lists(st.sampled_from(JobState), max_size=12))
def test_only_moves_of_the_table_happen(moves: list[JobState]) -> None:
    """A legal move changes the state, any other raises and changes nothing."""
    job = a_job()
    for state in moves:
        if state in TRANSITIONS[job.state]:
            job = job.moved_to(state)
            assert job.state is state
        else:
            with pytest.raises(IllegalMoveError):
                job.moved_to(state)


def test_a_run_is_followed_to_its_end() -> None:
    """Epochs advance it, the last event ends it, later events change nothing."""
    job = advanced(a_job(JobState.RUNNING, run=1), RunStarted(seq=1, at=NOW, run=1, pid=5))
    job = advanced(job, epoch(1))
    assert (job.progress.epochs_done, job.progress.seconds_per_epoch) == (1, 10)
    ended = advanced(job, RunSucceeded(seq=9, at=NOW, run=1, seconds=30, result={"test_loss": 1}))
    assert ended.ending is Ending.SUCCEEDED
    assert advanced(ended, epoch(2, seq=10)).progress == ended.progress


def test_an_event_of_an_earlier_run_changes_nothing() -> None:
    """A process that was thought dead cannot end its successor."""
    job = a_job(JobState.RUNNING, run=2)
    after = advanced(job, RunSucceeded(seq=5, at=NOW, run=1, seconds=1))
    assert after.state is JobState.RUNNING
    assert after.last_seq == 5


def test_a_resumed_run_goes_on_where_its_checkpoint_is() -> None:
    """A new run begins at nothing until it says where it goes on."""
    job = advanced(a_job(JobState.RUNNING, run=2), RunStarted(seq=1, at=NOW, run=2, pid=5))
    assert job.progress.epochs_done == 0
    job = advanced(job, Resumed(seq=2, at=NOW, run=2, epoch=5))
    assert job.progress.epochs_done == 5


def test_the_time_left_falls_and_is_never_below_nothing() -> None:
    """Second by second, and over the end of what was guessed."""
    job = advanced(a_job(JobState.RUNNING, run=1), RunStarted(seq=1, at=NOW, run=1, pid=5))
    job = advanced(job, epoch(1))
    guesses = [remaining_s(job, NOW + timedelta(seconds=s)) for s in range(10, 400, 5)]
    assert guesses[0] == pytest.approx(110)
    assert guesses == sorted(guesses, reverse=True)
    assert min(guesses) >= 0


def test_an_ended_job_has_no_handle_and_can_be_resumed() -> None:
    """Resuming forgets how it ended and keeps its number and runs."""
    ended = a_job(JobState.RUNNING, run=1).ended(Ending.LOST, NOW, Outcome(code="lost_unknown"))
    assert ended.handle is None
    resumed = ended.resumed()
    assert (resumed.state, resumed.ending, resumed.run) == (JobState.QUEUED, None, 1)


@given(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6))
def test_a_clock_that_is_set_makes_no_time_negative(event_s: float, now_s: float) -> None:
    """Neither how long a run took nor how long it will take; and never more than all of it."""
    step = Progressed(run=1, seq=2, at=at(event_s), done=1, total=10, unit="steps", epochs=2)
    job = after(running(), step)
    assert (seconds_of(job, at(now_s)) or 0.0) >= 0.0
    assert (remaining_s(job, at(now_s)) or 0.0) >= 0.0
    epoch = EpochEnded(run=1, seq=3, at=at(event_s), epoch=1, epochs=2, seconds=30, metrics={})
    remaining = remaining_s(after(job, epoch), at(now_s))
    assert remaining is not None
    assert 0.0 <= remaining <= 30.0
