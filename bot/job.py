"""A job as the bot sees it: frozen values and the moves between its states."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from bot.deadline import Told
from bot.health import Health
from training.protocol.control import RateChange, StopMode
from training.protocol.events import DataRead, Metrics
from training.protocol.failure import Detail
from training.protocol.spec import Spec


class JobState(StrEnum):
    """Where a job stands."""

    QUEUED = "queued"
    RUNNING = "running"
    STOPPING = "stopping"
    ENDED = "ended"


class Ending(StrEnum):
    """How an ended job ended."""

    SUCCEEDED = "succeeded"
    FAILED = "failed"
    STOPPED = "stopped"
    LOST = "lost"


class Quiet(StrEnum):
    """How a job whose process is there does not get on."""

    NO_SIGN = "no_sign"  # not even a heartbeat
    NO_PROGRESS = "no_progress"  # nothing but heartbeats


TRANSITIONS: dict[JobState, frozenset[JobState]] = {
    JobState.QUEUED: frozenset({JobState.RUNNING, JobState.ENDED}),
    # Back to the queue: the bot died before it could let the process begin.
    JobState.RUNNING: frozenset({JobState.STOPPING, JobState.ENDED, JobState.QUEUED}),
    JobState.STOPPING: frozenset({JobState.ENDED}),
    JobState.ENDED: frozenset({JobState.QUEUED}),  # resumed
}
ACTIVE = (JobState.RUNNING, JobState.STOPPING)


class IllegalMoveError(Exception):
    """A job cannot go from its state to that one: a bug, never the user's doing."""


class Handle(BaseModel):
    """What finds a run again after the bot was restarted.

    A pid alone is not enough: numbers are used again. The process's start time
    and the machine's boot id make it one process for ever.
    """

    model_config = ConfigDict(frozen=True)

    pid: int
    started_at: float
    boot_id: str


class Progress(BaseModel):
    """How far a job is, as its latest events tell.

    Attributes:
        epoch: the epoch under way, from 1; none before the first step.
        epochs_done: epochs that ended.
        done, total, unit: inside the epoch, or of the whole job where it has none.
        fit: which of a script's trainings is under way, from 1.
        cell, cells: which cell of a notebook is under way, from 1, and how many there are.
        metrics: running figures of the epoch under way.
        seconds_per_epoch: the mean of the latest three.
        checkpoint_epoch: the epoch after which this machine has a checkpoint.
        data: what it learns from, where that is data of its user's.
        optimizer, learning_rate: what the user's own model file has compiled with.
        device, is_gpu, tflops: what its process computes on, and how fast.
        quiet: set when the user was told so, until it gets on.
        rss_bytes: the memory that the process held at its latest heartbeat.
        run_at, at: when the run began and when the latest event was written.
    """

    model_config = ConfigDict(frozen=True, ser_json_inf_nan="strings")

    epoch: int | None = None
    epochs: int | None = None
    epochs_done: int = 0
    epoch_began_at: datetime | None = None
    done: int | None = None
    total: int | None = None
    unit: str | None = None
    fit: int | None = None
    cell: int | None = None
    cells: int | None = None
    files_done: int | None = None
    files_total: int | None = None
    metrics: Metrics = {}
    seconds_per_epoch: float | None = None
    checkpoint_epoch: int | None = None
    rss_bytes: int | None = None
    data: DataRead | None = None
    optimizer: str | None = None
    learning_rate: float | None = None
    device: str | None = None
    is_gpu: bool | None = None
    tflops: float | None = None
    run_at: datetime | None = None
    at: datetime | None = None
    quiet: Quiet | None = None


class Outcome(BaseModel):
    """What an ended job leaves to say.

    Attributes:
        result: figures of a run that succeeded or was stopped.
        code, details: why it failed; the code is one of the protocol's, or one
            of ``lost_*`` where the process ended without a word.
        seconds: how long its last run took.
        log_tail: the last lines it printed, where it failed.
    """

    model_config = ConfigDict(frozen=True, ser_json_inf_nan="strings")

    result: dict[str, Detail] = {}
    code: str | None = None
    details: dict[str, Detail] = {}
    seconds: float | None = None
    stop_mode: StopMode | None = None
    log_tail: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Origin:
    """Who asked, where, in which update, and to which question a press was the answer."""

    chat_id: int
    user_id: int
    update_id: int | None = None
    question: int | None = None


@dataclass(frozen=True, slots=True)
class EpochRecord:
    """One epoch of a job. Epochs count from 1."""

    epoch: int
    seconds: float
    metrics: Metrics
    learning_rate: float | None = None


@dataclass(frozen=True, slots=True)
class Job:
    """What a user asked for, and what became of it."""

    id: int
    spec: Spec
    origin: Origin
    created_at: datetime
    state: JobState = JobState.QUEUED
    ending: Ending | None = None
    run: int = 0
    handle: Handle | None = None
    stop: StopMode | None = None
    stop_asked_at: datetime | None = None
    log_offset: int = 0
    last_seq: int = 0
    last_epoch: int | None = None  # stop after it, and save
    learning_rate: float | None = None  # wished for, and not taken by its process yet
    learning_rates: tuple[RateChange, ...] = ()  # those that were taken, by epoch
    health: Health = field(default_factory=Health)
    note: str | None = None  # what a user wants to remember of it
    told: Told | None = None  # about the end of its machine
    fruitless_runs: int = 0  # in a row, lost before they got any further
    started_at: datetime | None = None
    ended_at: datetime | None = None
    progress: Progress = field(default_factory=Progress)
    outcome: Outcome = field(default_factory=Outcome)

    @property
    def active(self) -> bool:
        """Whether a process works on it, or should."""
        return self.state in ACTIVE

    @property
    def epochs(self) -> int | None:
        """How many epochs it does in all, as far as that is known; none where it has none."""
        if not self.spec.trains:
            return None
        return self.spec.planned_epochs or self.progress.epochs

    def moved_to(self, state: JobState) -> "Job":
        """The job in another state.

        Raises:
            IllegalMoveError: that move is not in ``TRANSITIONS``.
        """
        if state not in TRANSITIONS[self.state]:
            raise IllegalMoveError(f"job {self.id}: {self.state} → {state}")
        return replace(self, state=state)

    def resumed(self) -> "Job":
        """The job in the queue again, to go on from its checkpoint.

        A last epoch that was reached has had its effect.
        """
        reached = self.last_epoch is not None and self.progress.epochs_done >= self.last_epoch
        return replace(
            self.moved_to(JobState.QUEUED),
            ending=None,
            ended_at=None,
            stop=None,
            stop_asked_at=None,
            last_epoch=None if reached else self.last_epoch,
            outcome=Outcome(),
        )

    def ended(self, ending: Ending, at: datetime, outcome: Outcome) -> "Job":
        """The job at its end; the handle is of no use any more."""
        return replace(
            self.moved_to(JobState.ENDED),
            ending=ending,
            ended_at=at,
            outcome=outcome,
            handle=None,
        )
