"""How a training's loss does, epoch by epoch, and of what its chat was told. Pure."""

import math
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from training.protocol.events import Metrics

LOSS = "loss"
# One bad epoch happens; three in a row do not come back by themselves.
FAR_EPOCHS = 3


class Alarm(StrEnum):
    """What a chat is told once of a job, until it is over."""

    NOT_FINITE = "not_finite"
    DIVERGED = "diverged"
    GPU_IDLE = "gpu_idle"


class Health(BaseModel):
    """What of the epochs so far is needed to judge the next.

    A loss is far above its best when it is higher by more than that best itself, and by
    more than half of all that it had come down since the first epoch. A training whose
    loss was that far up for three epochs in a row has diverged.

    Attributes:
        first_loss, best_loss: of the training data, among the epochs with a finite one.
        far: how many epochs in a row, up to the latest, ended far above the best.
        told: the alarms that stand.
    """

    model_config = ConfigDict(frozen=True)

    first_loss: float | None = None
    best_loss: float | None = None
    far: int = 0
    told: tuple[Alarm, ...] = ()

    @property
    def diverged(self) -> bool:
        """Whether the loss has got away from its best."""
        return self.far >= FAR_EPOCHS

    def after_epoch(self, metrics: Metrics) -> "Health":
        """The health after an epoch; an alarm whose cause is over stands no longer."""
        over = set()
        if all(math.isfinite(value) for value in metrics.values()):
            over.add(Alarm.NOT_FINITE)
        changes: dict[str, object] = {}
        loss = metrics.get(LOSS)
        if loss is not None and math.isfinite(loss):
            far = self.far + 1 if loss > self._limit() else 0
            if not far:
                over.add(Alarm.DIVERGED)
            changes = {
                "first_loss": loss if self.first_loss is None else self.first_loss,
                "best_loss": loss if self.best_loss is None else min(loss, self.best_loss),
                "far": far,
            }
        changes["told"] = tuple(alarm for alarm in self.told if alarm not in over)
        return self.model_copy(update=changes)

    def resumed(self) -> "Health":
        """The health of a run that goes on from a checkpoint: what it does is seen anew."""
        return self.model_copy(update={"far": 0})

    def having_told(self, alarm: Alarm) -> "Health":
        """The health when the chat has been told of this."""
        return self if alarm in self.told else self.model_copy(update={"told": (*self.told, alarm)})

    def _limit(self) -> float:
        if self.first_loss is None or self.best_loss is None:
            return math.inf
        return self.best_loss + max(abs(self.best_loss), (self.first_loss - self.best_loss) / 2)
