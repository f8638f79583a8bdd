"""What looks after an epoch while Keras works on it."""

import time
from collections.abc import Callable
from typing import Any

import keras


class Interval:
    """Says when some time has passed since it last said so.

    Args:
        seconds: how long.
        now: the clock, in seconds.
    """

    def __init__(self, seconds: float, now: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._now = now
        self._since = now()

    def is_over(self) -> bool:
        """Whether the time has passed; if so, it begins anew."""
        if self._now() - self._since < self._seconds:
            return False
        self.restart()
        return True

    def restart(self) -> None:
        """Begin anew."""
        self._since = self._now()


class EpochWatch(keras.callbacks.Callback):  # type: ignore[misc] # Keras has no types
    """Counts the steps of one ``fit`` and lets somebody act between them.

    It acts *before* a step. Keras gives what acts after one the metrics as
    numbers, and for these a GPU has to be waited for at each step.

    Args:
        at_start: called once, when Keras has set its metrics to zero.
        before_step: called with the number of steps done in this ``fit``; the
            step it is called before is the last one if it returns False.
    """

    def __init__(self, at_start: Callable[[], None], before_step: Callable[[int], bool]) -> None:
        super().__init__()
        self.steps_done = 0
        self._at_start = at_start
        self._before_step = before_step

    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Keras has just reset the metrics."""
        self._at_start()

    def on_train_batch_begin(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """A step is about to be done."""
        if not self._before_step(self.steps_done):
            self.model.stop_training = True
        self.steps_done += 1


class EvaluationWatch(keras.callbacks.Callback):  # type: ignore[misc] # Keras has no types
    """Ends an evaluation early when nobody wants it any more.

    Args:
        goes_on: asked before each step.
    """

    def __init__(self, goes_on: Callable[[], bool]) -> None:
        super().__init__()
        self._goes_on = goes_on

    def on_test_batch_begin(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """A step is about to be done."""
        if not self._goes_on():
            self.model.stop_evaluating = True
