"""What the bot and the vault's child process say to each other: JSON, a line each."""

from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, TypeAdapter

from bot.home_copy import HomeTrouble


class _Message(BaseModel):
    model_config = ConfigDict(frozen=True)


class Launch(_Message):
    """One start of a bot, as other machines get to know it.

    Attributes:
        id: drawn by chance.
        host: the machine's name, for people.
        since: by that machine's clock; shown, never compared.
    """

    id: str
    host: str
    since: AwareDatetime


class Place(_Message):
    """What every request is about.

    Attributes:
        generation: the launch's place among all; none until ``Open`` was answered.
    """

    home: Path
    work: Path
    store: Path
    launch: Launch
    generation: int | None = None


class Open(_Message):
    """Take the lease; restore the store and open jobs where this machine has none."""

    do: Literal["open"] = "open"
    place: Place
    may_restore: bool


class Copy(_Message):
    """Bring job folders, then the snapshot of the store, to home.

    Attributes:
        jobs: whose folders are copied.
        open_jobs: in the snapshot, the jobs that had not ended.
        last_job: the highest number in the snapshot.
    """

    do: Literal["copy"] = "copy"
    place: Place
    snapshot: Path
    jobs: tuple[int, ...]
    open_jobs: tuple[int, ...]
    last_job: int


class Renew(_Message):
    """Say that this launch lives, and look whether a newer one does."""

    do: Literal["renew"] = "renew"
    place: Place


class Fetch(_Message):
    """Bring a job's folder back from home.

    Attributes:
        checkpoint: whether it may be gone on with, and needs its checkpoint for that.
    """

    do: Literal["fetch"] = "fetch"
    place: Place
    job_id: int
    checkpoint: bool


class Touch(_Message):
    """Look whether a folder answers, and takes and gives back a file if it should."""

    do: Literal["touch"] = "touch"
    folder: Path
    write: bool = False


class HandOver(_Message):
    """Copy a file to where its owner can fetch it from home.

    Its path is bytes on the way: not every file's name is text.
    """

    model_config = ConfigDict(frozen=True, ser_json_bytes="base64", val_json_bytes="base64")

    do: Literal["hand_over"] = "hand_over"
    home: Path
    source: bytes


Request = Annotated[Open | Copy | Renew | Fetch | Touch | HandOver, Field(discriminator="do")]


class Beat(_Message):
    """Something moved; an answer will come."""

    say: Literal["beat"] = "beat"


class RestoredJob(_Message):
    """What came back of a job.

    Attributes:
        epoch: of the checkpoint that came back, where there is one.
        damaged: files that were not what had been written, and were not used.
    """

    job_id: int
    epoch: int | None = None
    damaged: tuple[str, ...] = ()


class Restored(_Message):
    """What came back from home.

    Attributes:
        at: when the store's snapshot was taken.
        host: the machine that it was taken on.
        store_damaged: the newest snapshot could not be used; this is the one before.
        jobs: those that had not ended, and those that began after the snapshot.
    """

    at: datetime
    host: str
    store_damaged: bool
    jobs: tuple[RestoredJob, ...]


class Opened(_Message):
    """The lease is this launch's.

    Attributes:
        others: newest launch of another machine that may still be alive.
    """

    say: Literal["opened"] = "opened"
    generation: int
    other: Launch | None
    restored: Restored | None


class JobCopied(_Message):
    """A job's folder is in home, verified."""

    say: Literal["job_copied"] = "job_copied"
    job_id: int
    epoch: int | None = None
    step: int | None = None


class Done(_Message):
    """The request is fulfilled."""

    say: Literal["done"] = "done"


class HandedOver(_Message):
    """The file lies in home, verified."""

    say: Literal["handed_over"] = "handed_over"
    path: Path


class Superseded(_Message):
    """A newer launch has the lease."""

    say: Literal["superseded"] = "superseded"
    by: Launch


class Failed(_Message):
    """Nothing more comes of this request; ``error`` is for the log."""

    say: Literal["failed"] = "failed"
    trouble: HomeTrouble
    error: str


Report = Annotated[
    Beat | Opened | JobCopied | Done | HandedOver | Superseded | Failed,
    Field(discriminator="say"),
]
LastReport = Opened | Done | HandedOver | Superseded | Failed

REQUEST: TypeAdapter[Request] = TypeAdapter(Request)
REPORT: TypeAdapter[Report] = TypeAdapter(Report)
