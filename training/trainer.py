"""The loop over epochs: learn, test, tell, save, obey."""

import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

import keras
import numpy as np

from training.batches import Batches
from training.callbacks import EpochWatch, EvaluationWatch, Interval
from training.checkpoint import CheckpointStore, CheckpointUnusable, Snapshot, epoch_of
from training.data import Dataset, Pictures, epoch_order
from training.datasets.rows import Rows
from training.history import EpochRecord
from training.model_state import (
    has_sparse_labels,
    is_sound,
    metrics_of,
    read_state,
    write_metrics,
    write_state,
)
from training.own_callbacks import OwnCallbacks
from training.progress_report import ProgressReport
from training.protocol.control import StopMode
from training.protocol.events import Metrics
from training.protocol.failure import Detail, FailureCode, TaskError
from training.protocol.spec import Keep, TrainSpec
from training.rates import Rates
from training.run import Run
from training.shifts import Shifts

ACCURACY: Final = "val_accuracy"
PICTURE: Final = 3
PROGRESS_INTERVAL_S: Final = 1.0
CHECKPOINT_INTERVAL_S: Final = 300.0


class Trainer:
    """Trains a compiled model for the epochs of a spec, from its last checkpoint on.

    Each epoch is one ``fit`` over that epoch's order, then one ``evaluate`` with
    the test pictures: with an order of our own, a run can go on from any step.
    Where a step is the same at each repetition (a CPU, or a GPU with
    deterministic operations), an interrupted training ends with the very numbers
    of an uninterrupted one.

    Args:
        model: built and compiled, its variables made.
        data: what to learn and to test with.
        spec: epochs, batch size, seed.
        run: where to report to, and whose wishes to obey.
        checkpoint_interval_s: how much work inside an epoch may get lost.
        callbacks: the user's own.
    """

    def __init__(
        self,
        model: keras.Model,
        data: Dataset,
        spec: TrainSpec,
        run: Run,
        checkpoint_interval_s: float = CHECKPOINT_INTERVAL_S,
        callbacks: Sequence[keras.callbacks.Callback] = (),
    ) -> None:
        self.history: tuple[EpochRecord, ...] = ()
        self._model = model
        self._spec = spec
        self._run = run
        sparse = has_sparse_labels(model)
        self._train = Batches(
            data.train, spec.batch_size, sparse=sparse, shifts=shifts_of(spec, data.train)
        )
        self._test = Batches(data.test, spec.batch_size, sparse=sparse)
        self._own = OwnCallbacks(model, callbacks)
        self._samples = len(data.train)
        self._report = ProgressReport(run, self._epochs, self._train.steps)
        self._checkpoints = CheckpointStore(
            run.folder.checkpoint,
            made_with=spec.made_with(),
            born=spec.born_at is not None,
            keep_all=spec.keep is Keep.ALL,
        )
        self._progress_due = Interval(PROGRESS_INTERVAL_S)
        self._checkpoint_due = Interval(checkpoint_interval_s)
        self._step = 0
        self._moved = False  # whether this run was seen to do a step
        self._epoch_began = time.monotonic()
        self._rates = Rates(model, spec, run, self._report.learning_rate_set)

    def train(self) -> StopMode | None:
        """Work until all epochs are done, or until the user wants it to stop.

        How many these are, and after which one to stop, is looked at anew after each.

        Returns:
            Which wish to stop it obeyed; None if it did all epochs.
        """
        self._resume()
        self._begin_own()
        if self._past_last_epoch() and not self._complete():
            return StopMode.AFTER_EPOCH
        while not self._complete() and not self._own.wants_stop:
            if self._step == 0:
                self._epoch_began = time.monotonic()
                self._rates.begin(self._epoch)
            self._learn()
            learned = self._snapshot(self._step)
            figures = _figures(self._model.get_metrics_result())
            if not self._must_leave():
                figures |= self._evaluate()
            if self._must_leave():
                self._save(learned)
                return StopMode.NOW
            self._end_epoch(learned, figures)
            if (stop := self._stop_between_epochs()) and not self._complete():
                return stop
        self._own.end()
        if self._spec.target is not None:
            self._report.target(self._spec.target, self._reached())
        return None

    def result(self) -> dict[str, Detail]:
        """What there is to show: the test set's figures are the last epoch's validation."""
        result: dict[str, Detail] = {
            "epochs": len(self.history),
            "parameters": self._model.count_params(),
            "training_seconds": round(sum(record.seconds for record in self.history), 3),
        }
        if self.history:
            metrics = self.history[-1].metrics
            known = {"test_loss": "val_loss", "test_accuracy": "val_accuracy"}
            result |= {ours: metrics[name] for ours, name in known.items() if name in metrics}
        if self._spec.target is not None:
            result["target_accuracy"] = self._spec.target
            if (reached := self._reached()) is not None:
                result["target_epoch"] = reached
        return result

    @property
    def _epoch(self) -> int:
        """The epoch being worked on, from 1."""
        return len(self.history) + 1

    def _epochs(self) -> int:
        """How many there shall be, as things stand."""
        return self._run.control.epochs or self._spec.epochs

    def _complete(self) -> bool:
        """Whether all epochs are done; a wish for more that came last counts still."""
        if len(self.history) >= self._epochs():
            self._run.look()
        return len(self.history) >= self._epochs() or self._reached() is not None

    def _reached(self) -> int | None:
        """The first epoch of its own with the accuracy that was aimed at; none as yet."""
        target, born_at = self._spec.target, self._spec.born_at or 0
        if target is None:
            return None
        own = (record for record in self.history if record.epoch > born_at)
        return next((r.epoch for r in own if reaches(r.metrics.get(ACCURACY, 0.0), target)), None)

    def _past_last_epoch(self) -> bool:
        last_epoch = self._run.control.last_epoch
        return last_epoch is not None and len(self.history) >= last_epoch

    def _stop_between_epochs(self) -> StopMode | None:
        return self._run.stop or (StopMode.AFTER_EPOCH if self._past_last_epoch() else None)

    def _resume(self) -> None:
        for checkpoint in self._checkpoints.newest_first():
            try:
                snapshot = self._checkpoints.read(checkpoint)
                write_state(self._model, snapshot.state)
            except (CheckpointUnusable, ValueError) as error:
                self._report.checkpoint_unusable(epoch_of(checkpoint), error)
                continue
            self._checkpoints.go_on_from(checkpoint)
            if self._checkpoints.is_of_parent(checkpoint):
                self._rates.set_to(self._spec.effective_learning_rate)
            self.history = snapshot.history
            self._step = snapshot.step
            self._rates.go_on_in(self._epoch)
            self._epoch_began = time.monotonic() - snapshot.seconds
            self._report.resumed(snapshot.epoch, snapshot.step)
            return

    def _begin_own(self) -> None:
        """Let the user's callbacks know what was before; what they change by that is undone."""
        state = read_state(self._model)
        self._own.begin([(record.epoch, record.metrics) for record in self.history])
        if self.history and self._own.any:
            write_state(self._model, state)

    def _learn(self) -> None:
        """Do the steps of this epoch that are not done yet."""
        if self._step == self._train.steps:
            return
        order = epoch_order(self._spec.seed, self._epoch - 1, self._samples)
        counted = metrics_of(read_state(self._model)) if self._step else {}
        watch = EpochWatch(lambda: write_metrics(self._model, counted), self._before_step)
        self._model.fit(
            self._train.in_order(order, self._step, self._epoch - 1),
            initial_epoch=self._epoch - 1,
            epochs=self._epoch,
            callbacks=[watch, *self._own.within()],
            verbose=0,
            shuffle=False,
        )
        self._step += watch.steps_done

    def _before_step(self, steps_done: int) -> bool:
        step = self._step + steps_done
        # The first step at once: somebody waits to see it move, and the rest in its own pace.
        if (steps_done and not self._moved) or self._progress_due.is_over():
            self._moved = steps_done > 0
            metrics = _figures(self._model.get_metrics_result())
            self._must_be_sound(metrics)
            self._report.progressed(self._epoch, step, metrics)
        if steps_done and self._checkpoint_due.is_over():
            self._save(self._snapshot(step))
        self._rates.before_step(self._epoch, step / self._train.steps)
        return not self._must_leave()

    def _must_leave(self) -> bool:
        return self._run.stop is StopMode.NOW

    def _evaluate(self) -> Metrics:
        watch = EvaluationWatch(lambda: not self._must_leave())
        metrics = self._model.evaluate(
            self._test.in_order(), callbacks=[watch], verbose=0, return_dict=True
        )
        return {f"val_{name}": value for name, value in _figures(metrics).items()}

    def _must_be_sound(self, metrics: Metrics) -> None:
        """Leave a training that can learn nothing more; its last good checkpoint stays.

        Raises:
            TaskError: NOT_FINITE.
        """
        bad = next((name for name, value in metrics.items() if not math.isfinite(value)), None)
        if bad is not None and not is_sound(read_state(self._model)):
            details = {"epoch": self._epoch, "learning_rate": self._rates.now}
            raise TaskError(FailureCode.NOT_FINITE, metric=bad, **details)

    def _end_epoch(self, learned: Snapshot, metrics: Metrics) -> None:
        self._must_be_sound(metrics)
        record = EpochRecord(
            epoch=self._epoch,
            seconds=time.monotonic() - self._epoch_began,
            learning_rate=self._rates.now,
            metrics=metrics,
        )
        self._report.epoch_ended(record)
        if self._own.any:
            self._own.epoch_ended(record.epoch, metrics)
            learned = replace(learned, state=read_state(self._model))  # they may change the rate
        self.history = (*self.history, record)
        self._step = 0
        self._save(replace(learned, epoch=record.epoch, step=0, seconds=0.0, history=self.history))

    def _snapshot(self, step: int) -> Snapshot:
        seconds = time.monotonic() - self._epoch_began
        state = read_state(self._model)
        return Snapshot(len(self.history), step, seconds, self.history, state)

    def _save(self, snapshot: Snapshot) -> None:
        if not is_sound(snapshot.state):
            return  # nobody could go on from there
        try:
            self._checkpoints.save(snapshot)
        except OSError as error:
            self._report.checkpoint_not_saved(snapshot.epoch, error)
        else:
            self._report.checkpoint_saved(snapshot.epoch, snapshot.step)
        self._checkpoint_due.restart()


def reaches(accuracy: float, target: float) -> bool:
    """Whether an accuracy is a target or more.

    Keras has it as a float32: 99.3 % of 10,000 is 0.99299997, and meant to be 0.993.
    """
    return bool(np.float32(accuracy) >= np.float32(target))


def shifts_of(spec: TrainSpec, samples: Pictures | Rows) -> Shifts | None:
    """How the samples are moved while they are learned; a table has nothing to move."""
    wanted = spec.shifted and len(samples.shape) == PICTURE
    return Shifts(spec.seed, samples.shape) if wanted else None


def _figures(metrics: Mapping[str, Any]) -> Metrics:
    """All that are one number, loss and accuracy first; any accuracy goes by that name."""
    figures = {name: float(value) for name, value in metrics.items() if np.ndim(value) == 0}
    if "accuracy" not in figures:
        named = next((name for name in figures if name.endswith(("accuracy", "acc"))), None)
        if named is not None:
            figures["accuracy"] = figures.pop(named)
    first = {name: figures[name] for name in ("loss", "accuracy") if name in figures}
    return first | figures
