"""What a training tells: events for the bot, lines of the log for people."""

import contextlib
import math
from collections.abc import Callable

from training.history import EpochRecord
from training.protocol.events import (
    CheckpointSaved,
    EpochEnded,
    LearningRateSet,
    Metrics,
    Progressed,
    Resumed,
    WarningRaised,
)
from training.protocol.failure import Detail, WarningCode
from training.run import Run


class ProgressReport:
    """Puts into words and events what happens to a training.

    Args:
        run: where events go.
        epochs: says how many there will be, as things stand.
        steps: how many an epoch has.
    """

    def __init__(self, run: Run, epochs: Callable[[], int], steps: int) -> None:
        self._run = run
        self._epochs = epochs
        self._steps = steps
        self._warned_not_finite = False

    def resumed(self, epoch: int, step: int) -> None:
        """The training goes on from a checkpoint."""
        self._say(f"Goes on after epoch {epoch}, step {step} of {self._steps}")
        self._run.report(Resumed(epoch=epoch, step=step))

    def progressed(self, epoch: int, step: int, metrics: Metrics) -> None:
        """Some steps of an epoch are done."""
        self._warn_if_not_finite(epoch, metrics)
        self._run.report(
            Progressed(
                done=step,
                total=self._steps,
                unit="steps",
                epoch=epoch,
                epochs=self._epochs(),
                metrics=metrics,
            )
        )

    def epoch_ended(self, record: EpochRecord) -> None:
        """An epoch is complete."""
        self._warn_if_not_finite(record.epoch, record.metrics)
        epochs = max(record.epoch, self._epochs())  # fewer were wished for during this one
        self._run.report(EpochEnded(epochs=epochs, **record.model_dump()))
        figures = ", ".join(f"{name} {value:.4f}" for name, value in record.metrics.items())
        self._say(f"Epoch {record.epoch}/{epochs}: {record.seconds:.1f} s, {figures}")

    def learning_rate_set(self, epoch: int, learning_rate: float) -> None:
        """The user's learning rate counts from this epoch on."""
        self._say(f"Learning rate {learning_rate:g} from epoch {epoch} on")
        self._run.report(LearningRateSet(epoch=epoch, learning_rate=learning_rate))

    def target(self, accuracy: float, epoch: int | None) -> None:
        """The epoch that reached the accuracy that was aimed at; none of them did."""
        aim = f"The target, an accuracy of {100 * accuracy:.6g} % on the test set,"
        self._say(
            f"{aim} was not reached" if epoch is None else f"{aim} is reached in epoch {epoch}"
        )

    def checkpoint_saved(self, epoch: int, step: int) -> None:
        """A later run could go on from here."""
        with contextlib.suppress(OSError):  # It is there, told or not.
            self._run.report(CheckpointSaved(epoch=epoch, step=step))

    def checkpoint_not_saved(self, epoch: int, error: OSError) -> None:
        """The training goes on, but a later run would go on from further back."""
        self._warn(
            WarningCode.CHECKPOINT_NOT_SAVED, epoch=epoch, error=error.strerror or str(error)
        )

    def checkpoint_unusable(self, epoch: int, error: Exception) -> None:
        """A checkpoint is passed over."""
        self._warn(WarningCode.CHECKPOINT_UNUSABLE, epoch=epoch, error=str(error))

    def _warn_if_not_finite(self, epoch: int, metrics: Metrics) -> None:
        bad = next((name for name, value in metrics.items() if not math.isfinite(value)), None)
        if bad is not None and not self._warned_not_finite:
            self._warned_not_finite = True
            self._warn(WarningCode.METRIC_NOT_FINITE, metric=bad, epoch=epoch)

    def _warn(self, code: WarningCode, **details: Detail) -> None:
        listed = ", ".join(f"{name} {value}" for name, value in details.items())
        self._say(f"Warning: {code.value} ({listed})")
        self._run.report(WarningRaised(code=code, details=details))

    @staticmethod
    def _say(line: str) -> None:
        with contextlib.suppress(OSError):  # A full disk costs the line, not the training.
            print(line, flush=True)
