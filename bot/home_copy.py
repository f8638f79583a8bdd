"""What is known of the copies in the home folder: values for store, cards and messages."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

ELSEWHERE = "another machine"  # the host of a launch whose claim cannot be read


class HomeTrouble(StrEnum):
    """Why nothing can be copied to the home folder, or from it."""

    NO_ANSWER = "no_answer"
    GONE = "gone"
    FULL = "full"
    READ_ONLY = "read_only"
    UNVERIFIED = "unverified"  # what was read back is not what was written
    DAMAGED = "damaged"  # what lies there cannot be used
    FOREIGN = "foreign"  # another machine has written there since
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class JobCopy:
    """How far the copy of a job's folder is.

    Attributes:
        mark: what of the job the copy covers; none before the first one.
        ended_run: the run whose end the copy has.
        epoch, step: of the newest checkpoint in it, where there is one.
        at: when it was complete.
    """

    job_id: int
    mark: str | None = None
    ended_run: int | None = None
    epoch: int | None = None
    step: int | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class HomeState:
    """Whether the home folder takes copies.

    Attributes:
        trouble, since: why it does not, and from when on.
        told: the chats that know.
    """

    trouble: HomeTrouble | None = None
    since: datetime | None = None
    told: tuple[int, ...] = ()
