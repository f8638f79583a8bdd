"""Silence counts in the time that the bot was awake, whatever the clocks do."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from bot.job import Quiet
from bot.quiet import (
    LONGEST_STEP_S,
    NO_PROGRESS_AFTER_S,
    NO_SIGN_AFTER_S,
    AwakeClock,
    Silence,
)
from tests.jobs import after, running
from training.protocol.events import Heartbeat, Progressed

HOUR_S = 3_600.0


class Clock:
    """A clock to be set by hand, looked at often."""

    def __init__(self) -> None:
        self.at = 0.0
        self.awake = AwakeClock(lambda: self.at)

    def passes(self, seconds: float) -> None:
        while seconds > 0:
            self.at += min(seconds, 1.0)
            self.awake()
            seconds -= 1.0


@given(st.lists(st.floats(0, 100_000), max_size=50))
def test_no_step_counts_for_more_than_a_look(steps: list[float]) -> None:
    """The awake seconds never run back and never outrun the clock."""
    clock, before = Clock(), 0.0
    for step in steps:
        clock.at += step
        awake = clock.awake()
        assert before <= awake <= before + min(step, LONGEST_STEP_S) + 1e-6
        before = awake


def test_a_job_without_a_heartbeat_is_noticed_and_forgiven() -> None:
    """Not before its time; and any event begins anew."""
    clock, job = Clock(), running()
    silence = Silence(clock.awake)
    assert silence.of(job) is None
    clock.passes(NO_SIGN_AFTER_S - 1)
    assert silence.of(job) is None
    clock.passes(2)
    assert silence.of(job) == (Quiet.NO_SIGN, NO_SIGN_AFTER_S + 1)
    job = after(job, Heartbeat(run=1, seq=2, rss_bytes=1))
    assert silence.of(job) is None


def test_a_machine_that_was_frozen_for_an_hour_is_no_silence() -> None:
    """The job's process had no time to say anything either."""
    clock, job = Clock(), running()
    silence = Silence(clock.awake)
    silence.of(job)
    clock.at += HOUR_S
    assert silence.of(job) is None


def test_heartbeats_alone_are_no_progress() -> None:
    """A loss that is not a number, in each event again, is none either."""
    clock, job = Clock(), running()
    silence = Silence(clock.awake)
    lost = {"loss": float("nan")}
    job = after(job, Progressed(run=1, seq=2, done=1, unit="steps", metrics=lost))
    seq, found = 3, silence.of(job)
    while found is None and clock.at < 2 * NO_PROGRESS_AFTER_S:
        clock.passes(15)
        job = after(job, Heartbeat(run=1, seq=seq, rss_bytes=1))
        seq, found = seq + 1, silence.of(job)
    assert found == (Quiet.NO_PROGRESS, NO_PROGRESS_AFTER_S)


def test_what_was_told_is_taken_back_by_the_right_event() -> None:
    """A heartbeat ends a silence, and only progress ends a standstill."""
    job = running()
    for quiet, heartbeat, progressed in (
        (Quiet.NO_SIGN, None, None),
        (Quiet.NO_PROGRESS, Quiet.NO_PROGRESS, None),
    ):
        told = replace(job, progress=job.progress.model_copy(update={"quiet": quiet}))
        heard = after(told, Heartbeat(run=1, seq=2, rss_bytes=1))
        assert heard.progress.quiet is heartbeat
        got_on = after(told, Progressed(run=1, seq=2, done=1, unit="steps"))
        assert got_on.progress.quiet is progressed
