"""The events of a run: what a line of ``event_log.jsonl`` can say.

Every line has an envelope (``v, seq, at, run``) that the log's writer fills in,
a ``kind`` and that kind's own fields. Fields are only ever added: a version-1
log stays readable.
"""

from datetime import UTC, datetime
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, TypeAdapter

from training.protocol.control import StopMode
from training.protocol.failure import Detail, FailureCode, WarningCode

Metrics = dict[str, float]
MOST_NAMED = 200


class EventBase(BaseModel):
    """The envelope of every event."""

    # Strings for NaN and infinity: the line stays JSON that every reader takes.
    model_config = ConfigDict(frozen=True, extra="ignore", ser_json_inf_nan="strings")

    v: Literal[1] = 1
    seq: int = 0
    at: AwareDatetime = datetime.fromtimestamp(0, UTC)
    run: int = 0


class RunStarted(EventBase):
    """A process began to work on the job."""

    kind: Literal["run_started"] = "run_started"
    pid: int
    host: str = ""


class Resumed(EventBase):
    """The run goes on from a checkpoint: after this epoch, and this step of the next."""

    kind: Literal["resumed"] = "resumed"
    epoch: int = Field(ge=0)
    step: int = Field(0, ge=0)


class DeviceMeasured(EventBase):
    """What the run computes on, found by computing there.

    ``tflops``: 10¹² float32 operations a second in a product of large matrices.
    """

    kind: Literal["device_measured"] = "device_measured"
    name: str
    is_gpu: bool
    tflops: float = Field(ge=0)


class ModelCompiled(EventBase):
    """What the user's own model file has compiled its model with."""

    kind: Literal["model_compiled"] = "model_compiled"
    optimizer: str
    learning_rate: float | None = None


class DataRead(EventBase):
    """What a training learns from, as it was found.

    Attributes:
        name: as a user knows it: a file or a folder without its path.
        train, test: how many samples.
        shape: of one sample: height, width and channels of a picture, or the number of columns.
        classes: their names in the network's order; no more than ``MOST_NAMED`` of them.
        class_count: how many there are.
        columns: of a table, as they were called; no more than ``MOST_NAMED`` of them.
        own_test: whether the data brought its test set.
        fingerprint: of everything that decides the numbers.
    """

    kind: Literal["data_read"] = "data_read"
    name: str
    train: int = Field(ge=0)
    test: int = Field(ge=0)
    shape: tuple[int, ...]
    classes: tuple[str, ...] = ()
    class_count: int = Field(ge=0)
    columns: tuple[str, ...] = ()
    own_test: bool = False
    fingerprint: str = ""


class Progressed(EventBase):
    """Work inside an epoch, or inside a job that has no epochs.

    ``fit``: which of a script's trainings it is; its epochs are numbered on.
    ``cell``, ``cells``: of a notebook, which code cell runs, from 1, and how many there are.
    """

    kind: Literal["progressed"] = "progressed"
    done: int
    total: int | None = None
    unit: Literal["steps", "bytes", "packages", "pictures", "parts", "cells"]
    epoch: int | None = None
    epochs: int | None = None
    fit: int | None = None
    cell: int | None = None
    cells: int | None = None
    files_done: int | None = None
    files_total: int | None = None
    metrics: Metrics = {}


class EpochEnded(EventBase):
    """An epoch, its validation included, is over. Epochs count from 1.

    After a kill an epoch may be told again by the next run, with the same metrics.
    """

    kind: Literal["epoch_ended"] = "epoch_ended"
    epoch: int = Field(ge=1)
    epochs: int = Field(ge=1)
    seconds: float = Field(ge=0)
    metrics: Metrics
    learning_rate: float | None = None
    fit: int | None = None


class LearningRateSet(EventBase):
    """A learning rate that was wished for counts from the beginning of this epoch on."""

    kind: Literal["learning_rate_set"] = "learning_rate_set"
    epoch: int = Field(ge=1)
    learning_rate: float = Field(gt=0)


class MetricLogged(EventBase):
    """A single figure outside epochs."""

    kind: Literal["metric_logged"] = "metric_logged"
    name: str
    value: float


class CheckpointSaved(EventBase):
    """A resumed run would continue after this epoch (and step, inside the next)."""

    kind: Literal["checkpoint_saved"] = "checkpoint_saved"
    epoch: int = Field(ge=0)
    step: int = Field(0, ge=0)


class ArtifactSaved(EventBase):
    """A file in the artifacts folder is complete."""

    kind: Literal["artifact_saved"] = "artifact_saved"
    name: str
    size_bytes: int = Field(ge=0)
    sha256: str


class WarningRaised(EventBase):
    """Something worth saying that did not end the run."""

    kind: Literal["warning_raised"] = "warning_raised"
    code: WarningCode
    details: dict[str, Detail] = {}


class Heartbeat(EventBase):
    """The job process is alive."""

    kind: Literal["heartbeat"] = "heartbeat"
    rss_bytes: int = Field(ge=0)


class RunSucceeded(EventBase):
    """The last event of a run that did all it was asked to."""

    kind: Literal["run_succeeded"] = "run_succeeded"
    seconds: float = Field(ge=0)
    result: dict[str, Detail] = {}


class RunFailed(EventBase):
    """The last event of a run that could not go on."""

    kind: Literal["run_failed"] = "run_failed"
    code: FailureCode
    details: dict[str, Detail] = {}


class RunStopped(EventBase):
    """The last event of a run that stopped because it was asked to."""

    kind: Literal["run_stopped"] = "run_stopped"
    mode: StopMode
    by_signal: bool = False
    result: dict[str, Detail] = {}


Event = Annotated[
    RunStarted
    | Resumed
    | DeviceMeasured
    | ModelCompiled
    | DataRead
    | Progressed
    | EpochEnded
    | LearningRateSet
    | MetricLogged
    | CheckpointSaved
    | ArtifactSaved
    | WarningRaised
    | Heartbeat
    | RunSucceeded
    | RunFailed
    | RunStopped,
    Field(discriminator="kind"),
]
LastEvent = RunSucceeded | RunFailed | RunStopped

_EVENT: TypeAdapter[Event] = TypeAdapter(Event)


def parse_event(text: bytes) -> Event:
    """Read one event from its JSON.

    Raises:
        pydantic.ValidationError: not an event known here.
    """
    return _EVENT.validate_json(text)
