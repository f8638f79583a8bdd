"""The learning rate of a training: what its user wishes, else what its cycle has."""

from collections.abc import Callable

import keras
import numpy as np

from training.cycle import Cycle
from training.protocol.control import RateChange
from training.protocol.spec import TrainSpec
from training.run import Run


class Rates:
    """Sets the rate of a model's optimizer: a user's at the beginning of an epoch, for good.

    Args:
        model: compiled.
        spec: whether there is a cycle, how high and how long.
        run: whose wishes to obey.
        taken: told with an epoch and a rate that a new wish counts from there on.
    """

    def __init__(
        self, model: keras.Model, spec: TrainSpec, run: Run, taken: Callable[[int, float], None]
    ) -> None:
        self._model = model
        self._run = run
        self._taken = taken
        self._confirmed: RateChange | None = None  # the wish that was taken last
        highest = spec.effective_learning_rate
        self._cycle = Cycle(highest, spec.cycle_epochs) if spec.quick else None
        self._steered = False  # whether the epoch has a rate of the user's in the cycle's place

    @property
    def now(self) -> float:
        """The rate as it is, as the shortest number that is the same float32."""
        # 0.001, not 0.0010000000474974513.
        return float(str(np.float32(self._model.optimizer.learning_rate)))

    def set_to(self, rate: float) -> None:
        """Set the rate itself."""
        self._model.optimizer.learning_rate = rate

    def go_on_in(self, epoch: int) -> None:
        """A run goes on inside an epoch that an earlier one has begun."""
        self._steered = any(one.epoch <= epoch for one in self._run.control.learning_rates)

    def begin(self, epoch: int) -> None:
        """Begin an epoch with the rate that is wished for it; a new wish is confirmed once.

        The same rate as before is a new wish where the bot knows that the earlier was taken.
        """
        self._run.look()
        control = self._run.control
        rate = control.learning_rate_in(epoch)
        self._steered = rate is not None
        if rate is not None and np.float32(rate) != np.float32(self.now):
            self.set_to(rate)
        wished, confirmed = control.learning_rate, self._confirmed
        if wished is None:
            self._confirmed = None
        elif (
            confirmed is None
            or confirmed.learning_rate != wished
            or confirmed in control.learning_rates
        ):
            self._taken(epoch, wished)
            self._confirmed = RateChange(epoch=epoch, learning_rate=wished)

    def before_step(self, epoch: int, share: float) -> None:
        """Set the cycle's rate, where that counts; ``share`` of the epoch's steps are done."""
        if self._cycle is not None and not self._steered:
            self.set_to(self._cycle.rate(epoch, share))
