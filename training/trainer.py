"""The loop over epochs: learn, test, tell, obey, save."""

import math
import time
from collections.abc import Mapping
from typing import Final

import keras
import numpy as np

from training.batches import Batches
from training.callbacks import EpochWatch, EvaluationWatch, Interval
from training.data import Dataset, epoch_order
from training.history import EpochRecord
from training.protocol.control import StopMode
from training.protocol.events import EpochEnded, Metrics, Progressed, WarningRaised
from training.protocol.failure import Detail, WarningCode
from training.protocol.spec import TrainSpec
from training.run import Run

PROGRESS_INTERVAL_S: Final = 1.0


class Trainer:
    """Trains a compiled model for the epochs of a spec.

    Each epoch is one ``fit`` over that epoch's order, then one ``evaluate`` with
    the test pictures: with an order of our own, a run can go on from any step.

    Args:
        model: built and compiled.
        data: what to learn and to test with.
        spec: epochs, batch size, seed.
        run: where to report to, and whose wishes to obey.
    """

    def __init__(self, model: keras.Model, data: Dataset, spec: TrainSpec, run: Run) -> None:
        self.history: list[EpochRecord] = []
        self._model = model
        self._spec = spec
        self._run = run
        self._train = Batches(data.train, spec.batch_size)
        self._test = Batches(data.test, spec.batch_size)
        self._samples = len(data.train)
        self._step = 0
        self._progress = Interval(PROGRESS_INTERVAL_S)
        self._warned = False

    def train(self) -> StopMode | None:
        """Work until all epochs are done, or until the user wants it to stop.

        Returns:
            Which wish to stop it obeyed; None if it did all epochs.
        """
        while len(self.history) < self._spec.epochs:
            began = time.monotonic()
            if self._step == 0:
                self._set_wished_learning_rate()
            self._learn()
            learned = self._figures(self._model.get_metrics_result())
            if self._must_leave():
                return StopMode.NOW
            tested = self._evaluate()
            if self._must_leave():
                return StopMode.NOW
            tested = {f"val_{name}": value for name, value in tested.items()}
            self._end_epoch(time.monotonic() - began, learned | tested)
            if self._run.stop and len(self.history) < self._spec.epochs:
                return self._run.stop
        return None

    def result(self) -> dict[str, Detail]:
        """What there is to show: the test set's figures are the last epoch's validation."""
        result: dict[str, Detail] = {
            "epochs": len(self.history),
            "parameters": self._model.count_params(),
            "training_seconds": sum(record.seconds for record in self.history),
        }
        if self.history:
            metrics = self.history[-1].metrics
            result["test_loss"] = metrics["val_loss"]
            result["test_accuracy"] = metrics["val_accuracy"]
        return result

    @property
    def _epoch(self) -> int:
        """The epoch being worked on, from 1."""
        return len(self.history) + 1

    def _learn(self) -> None:
        order = epoch_order(self._spec.seed, self._epoch - 1, self._samples)
        watch = EpochWatch(lambda: None, self._before_step)
        self._model.fit(
            self._train.in_order(order, self._step),
            initial_epoch=self._epoch - 1,
            epochs=self._epoch,
            callbacks=[watch],
            verbose=0,
            shuffle=False,
        )
        self._step += watch.steps_done

    def _before_step(self, steps_done: int) -> bool:
        if self._progress.is_over():
            self._tell_progress(self._step + steps_done)
        return not self._must_leave()

    def _must_leave(self) -> bool:
        return self._run.stop is StopMode.NOW

    def _evaluate(self) -> Metrics:
        watch = EvaluationWatch(lambda: not self._must_leave())
        return self._figures(
            self._model.evaluate(
                self._test.in_order(), callbacks=[watch], verbose=0, return_dict=True
            )
        )

    def _tell_progress(self, step: int) -> None:
        metrics = self._figures(self._model.get_metrics_result())
        self._warn_if_not_finite(metrics)
        self._run.report(
            Progressed(
                done=step,
                total=self._train.steps,
                unit="steps",
                epoch=self._epoch,
                epochs=self._spec.epochs,
                metrics=metrics,
            )
        )

    def _end_epoch(self, seconds: float, metrics: Metrics) -> None:
        self._warn_if_not_finite(metrics)
        record = EpochRecord(
            epoch=self._epoch,
            seconds=seconds,
            learning_rate=self._learning_rate(),
            metrics=metrics,
        )
        self._run.report(EpochEnded(epochs=self._spec.epochs, **record.model_dump()))
        print(epoch_line(record, self._spec.epochs), flush=True)
        self.history.append(record)
        self._step = 0

    def _set_wished_learning_rate(self) -> None:
        wished = self._run.control.learning_rate
        if wished is not None and np.float32(wished) != np.float32(self._learning_rate()):
            self._model.optimizer.learning_rate = wished
            print(f"Learning rate {wished:g} from epoch {self._epoch} on", flush=True)

    def _learning_rate(self) -> float:
        # The shortest number that is the same float32: 0.001, not 0.0010000000474974513.
        return float(str(np.float32(self._model.optimizer.learning_rate)))

    def _warn_if_not_finite(self, metrics: Metrics) -> None:
        bad = next((name for name, value in metrics.items() if not math.isfinite(value)), None)
        if bad is None or self._warned:
            return
        self._warned = True
        details: dict[str, Detail] = {"metric": bad, "epoch": self._epoch}
        self._run.report(WarningRaised(code=WarningCode.METRIC_NOT_FINITE, details=details))

    @staticmethod
    def _figures(metrics: Mapping[str, object]) -> Metrics:
        return {name: float(metrics[name]) for name in ("loss", "accuracy")}  # type: ignore[arg-type]


def epoch_line(record: EpochRecord, epochs: int) -> str:
    """An epoch as a line of the log."""
    figures = ", ".join(f"{name} {value:.4f}" for name, value in record.metrics.items())
    return f"Epoch {record.epoch}/{epochs}: {record.seconds:.1f} s, {figures}"
