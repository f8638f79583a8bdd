"""Jobs as values, for tests that need no process."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.job import Ending, Job, JobState, Origin
from bot.job_progress import advanced
from training.protocol.events import Event, RunStarted
from training.protocol.spec import Spec, TrainSpec

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
ORIGIN = Origin(chat_id=1001, user_id=1001)


def queued(spec: Spec | None = None, job_id: int = 1) -> Job:
    """A job that waits."""
    return Job(id=job_id, spec=spec or TrainSpec(), origin=ORIGIN, created_at=NOW)


def begun(spec: Spec | None = None, run: int = 1) -> Job:
    """A job whose process was started and has said nothing yet."""
    return replace(queued(spec).moved_to(JobState.RUNNING), run=run, started_at=NOW)


def running(spec: Spec | None = None, run: int = 1) -> Job:
    """A job whose process has begun, at ``NOW``."""
    return after(begun(spec, run), RunStarted(pid=7, run=run, seq=1, at=NOW))


def after(job: Job, *events: Event) -> Job:
    """The job when it has heard of some events."""
    for event in events:
        job = advanced(job, event)
    return job


def at(seconds: float) -> datetime:
    """So many seconds after ``NOW``."""
    return NOW + timedelta(seconds=seconds)


def ended(job: Job, ending: Ending = Ending.SUCCEEDED) -> Job:
    """The job at its end, with nothing to say for itself."""
    return job.ended(ending, NOW, job.outcome)
