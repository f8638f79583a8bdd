"""``control.json``: what the user wants of a job that runs already."""

from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from training.protocol.folder import JobFolder, write_atomically
from training.protocol.sealed import seal, unseal


class StopMode(StrEnum):
    """When a running job should stop."""

    AFTER_EPOCH = "after_epoch"
    NOW = "now"


class RateChange(BaseModel):
    """A learning rate that counts from the beginning of an epoch on."""

    model_config = ConfigDict(frozen=True, extra="ignore", allow_inf_nan=False)

    epoch: int = Field(ge=1)
    learning_rate: float = Field(gt=0)


class Control(BaseModel):
    """The wishes for one run; those for an earlier run do not count any more.

    Attributes:
        stop: leave the work, now or after the epoch under way.
        last_epoch: stop when this epoch is over; the job can go on later.
        epochs: how many there shall be in all, more or fewer than the spec says.
        learning_rate: wished for and not taken yet; counts from the next epoch on.
        learning_rates: what was taken before, in the order of epochs. A run that goes on
            from further back comes to the same rates at the same epochs.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    v: Literal[1] = 1
    run: int = Field(ge=1)
    stop: StopMode | None = None
    last_epoch: int | None = Field(None, ge=1)
    epochs: int | None = Field(None, ge=1)
    learning_rate: float | None = Field(None, gt=0)
    learning_rates: tuple[RateChange, ...] = ()

    def learning_rate_in(self, epoch: int) -> float | None:
        """The learning rate that an epoch begins with; none where it stays what it is."""
        if self.learning_rate is not None:
            return self.learning_rate
        taken = [change for change in self.learning_rates if change.epoch <= epoch]
        return taken[-1].learning_rate if taken else None


def write_control(folder: JobFolder, control: Control) -> None:
    """Replace ``control.json``; the job looks at it about once a second."""
    write_atomically(folder.control, seal(control.model_dump_json().encode()))


def read_control(folder: JobFolder, run: int) -> Control:
    """The wishes for a run; none where there is no file, a damaged one, or one not for it."""
    try:
        control = Control.model_validate_json(unseal(folder.control.read_bytes()))
    except (OSError, ValueError):
        return Control(run=run)
    return control if control.run == run else Control(run=run)
