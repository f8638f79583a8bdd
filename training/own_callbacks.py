"""A user's own callbacks, which see one training where there are many calls of ``fit``."""

from collections.abc import Sequence
from typing import Any

import keras

from training.protocol.events import Metrics


class OwnCallbacks:
    """Calls them as one ``fit`` over all epochs would, each epoch's test included.

    After a break the epochs that are done are told again, so that a callback that waits for
    something knows how long it has waited. Not covered: weights that one has kept to bring
    back at the end are those of this run's epochs.

    Args:
        model: compiled.
    """

    def __init__(self, model: keras.Model, callbacks: Sequence[keras.callbacks.Callback]) -> None:
        self.any = bool(callbacks)
        self.wants_stop = False
        self._model = model
        self._all = keras.callbacks.CallbackList(list(callbacks), model=model, verbose=0)

    def begin(self, told: Sequence[tuple[int, Metrics]]) -> None:
        """The training begins, or goes on after these epochs."""
        if self.any:
            self._all.on_train_begin()
        for epoch, metrics in told:
            self.epoch_ended(epoch, metrics)

    def epoch_ended(self, epoch: int, metrics: Metrics) -> None:
        """An epoch, its test included, is over. Epochs count from 1; Keras's from 0."""
        if self.any:
            self._model.stop_training = False
            self._all.on_epoch_end(epoch - 1, dict(metrics))
            self.wants_stop = bool(self._model.stop_training)

    def end(self) -> None:
        """All epochs are done."""
        if self.any:
            self._all.on_train_end()

    def within(self) -> list[keras.callbacks.Callback]:
        """What is given to the ``fit`` of one epoch."""
        return [_Within(self._all)] if self.any else []


class _Within(keras.callbacks.Callback):  # type: ignore[misc] # Keras has no types
    """Hands on what happens inside an epoch."""

    def __init__(self, to: Any) -> None:
        super().__init__()
        self._to = to

    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Keras begins an epoch."""
        self._to.on_epoch_begin(epoch, logs)

    def on_train_batch_begin(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """A step is about to be done."""
        self._to.on_train_batch_begin(batch, logs)

    def on_train_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """A step was done."""
        self._to.on_train_batch_end(batch, logs)
