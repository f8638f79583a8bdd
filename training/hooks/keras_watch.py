"""The watch over ``fit`` and ``evaluate`` of whatever Keras a script imports.

Covered: every model whose ``fit`` is Keras's own or ends there: sequential, functional,
subclassed, with a ``train_step`` of its own.
Not covered: loops that call ``train_on_batch`` or a gradient tape themselves, and Python
processes that the script starts anew.
"""

import functools
import inspect
import threading
import time
from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Any

from .numbering import Numbering
from .reporter import Reporter

PACE_S = 1.0
MOST_METRICS, NAME_LIMIT = 40, 60
AFTER_EPOCH = "after_epoch"

Args = tuple[Any, ...]
Kwargs = dict[str, Any]


class KerasWatch:
    """Adds one callback to the outermost ``fit`` or ``evaluate`` of a thread.

    Args:
        reporter: where it tells what it sees.
        pace_s: how long it says nothing between two steps.
    """

    def __init__(self, reporter: Reporter, pace_s: float = PACE_S) -> None:
        self.reporter = reporter
        self.numbering = Numbering()
        self.pace_s = pace_s
        self.stopped = False
        self._inside = threading.local()

    def install(self, keras: ModuleType) -> None:
        """Wrap the methods of a Keras that has just been imported."""
        try:
            if getattr(keras.Model.fit, "coltrain", None) is not None:
                return
            callback, many = keras.callbacks.Callback, keras.callbacks.CallbackList
            for name, kind in (("fit", _fit_watch), ("evaluate", _evaluation_watch)):
                owner = next(one for one in keras.Model.__mro__ if name in vars(one))
                watch = functools.partial(kind(callback), self)
                setattr(owner, name, self._watched(vars(owner)[name], watch, many))
            self.reporter.send("keras", version=str(keras.__version__))
        except Exception:
            self.reporter.trouble()

    def _watched(
        self, original: Callable[..., Any], watch: Callable[[], Any], many: Any
    ) -> Callable[..., Any]:
        @functools.wraps(original)
        def method(*args: Any, **kwargs: Any) -> Any:
            if getattr(self._inside, "now", False):
                return original(*args, **kwargs)
            self._inside.now = True
            undo: Callable[[], object] = _nothing
            try:
                args, kwargs, undo = self._added(original, args, kwargs, watch, many)
                return original(*args, **kwargs)
            finally:
                undo()
                self._inside.now = False
                self.reporter.send("left")

        method.coltrain = True  # type: ignore[attr-defined]
        return method

    def _added(
        self,
        original: Callable[..., Any],
        args: Args,
        kwargs: Kwargs,
        watch: Callable[[], Any],
        many: Any,
    ) -> tuple[Args, Kwargs, Callable[[], object]]:
        """The arguments with one callback more, and what takes it away again.

        They are as they were where that does not work.
        """
        try:
            bound = inspect.signature(original).bind(*args, **kwargs)
        except TypeError:  # Keras says itself what is wrong with them
            return args, kwargs, _nothing
        try:
            given, ours = bound.arguments.get("callbacks"), watch()
            if isinstance(given, many):
                ours.set_model(args[0])
                ours.set_params({"epochs": bound.arguments.get("epochs", 1)})
                given.callbacks.append(ours)
                return args, kwargs, lambda: given.callbacks.remove(ours)
            listed = given if isinstance(given, list | tuple) else [given] if given else []
            bound.arguments["callbacks"] = [*listed, ours]
        except Exception:
            self.reporter.trouble()
            return args, kwargs, _nothing
        return bound.args, bound.kwargs, _nothing


def _nothing() -> None:
    """There is nothing to take away."""


def figures(logs: Mapping[str, Any] | None) -> dict[str, float]:
    """What of Keras's logs is a number, by its name."""
    found: dict[str, float] = {}
    for name, value in list((logs or {}).items())[:MOST_METRICS]:
        try:
            found[str(name)[:NAME_LIMIT]] = float(value)
        except (TypeError, ValueError):
            continue
    return found


def _quietly(method: Callable[..., None]) -> Callable[..., None]:
    """A callback's method that reports an error of ours instead of breaking the script."""

    @functools.wraps(method)
    def quiet(self: Any, *args: Any, **kwargs: Any) -> None:
        try:
            method(self, *args, **kwargs)
        except Exception:
            self.watch.reporter.trouble()

    return quiet


def _fit_watch(callback: Any) -> Any:
    class FitWatch(callback):  # type: ignore[misc]
        """Reports steps and epochs of one ``fit``, and ends it after an epoch on request."""

        def __init__(self, watch: KerasWatch) -> None:
            super().__init__()
            self.watch = watch
            self.begun = False
            self.steps: int | None = None
            self.step = 0
            self.epoch_began = self.said_at = time.monotonic()

        def on_train_begin(self, logs: Any = None) -> None:
            if self.watch.stopped:
                raise KeyboardInterrupt  # the user has stopped the script after an earlier fit

        @_quietly
        def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
            if not self.begun:
                self.watch.numbering.begin(epoch)
                self.begun = True
            self.step, self.epoch_began = 0, time.monotonic()
            self.said_at = self.epoch_began - self.watch.pace_s
            self._say(epoch, 0)
            self.epoch = epoch

        @_quietly
        def on_train_batch_begin(self, batch: int, logs: Any = None) -> None:
            # Before a step: behind one, Keras would have to fetch its figures from the GPU.
            self.step += 1
            if batch and time.monotonic() - self.said_at >= self.watch.pace_s:
                self._say(self.epoch, batch)

        @_quietly
        def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
            numbering, seconds = self.watch.numbering, time.monotonic() - self.epoch_began
            self.steps = self.params.get("steps") or self.step
            number = numbering.number(epoch)
            rate = self._learning_rate()
            numbering.ended(epoch)
            self.watch.reporter.send(
                "epoch",
                fit=numbering.fit,
                epoch=number,
                epochs=numbering.total(self.params.get("epochs") or epoch + 1),
                seconds=seconds,
                metrics=figures(logs),
                learning_rate=rate,
            )
            self._obey(number)

        def _say(self, epoch: int, step: int) -> None:
            numbering, self.said_at = self.watch.numbering, time.monotonic()
            self.watch.reporter.send(
                "steps",
                durable=not step,
                fit=numbering.fit,
                epoch=numbering.number(epoch),
                epochs=numbering.total(self.params.get("epochs") or epoch + 1),
                done=step,
                total=self.params.get("steps") or self.steps,
                metrics=self._running_figures() if step else {},
            )

        def _running_figures(self) -> dict[str, float]:
            try:
                return figures(self.model.get_metrics_result())
            except Exception:  # a model of the user's own may not have any yet
                return {}

        def _learning_rate(self) -> float | None:
            try:
                return float(str(self.model.optimizer.learning_rate.numpy()))
            except Exception:  # no optimizer, or one of the user's own kind
                return None

        def _obey(self, number: int) -> None:
            wishes = self.watch.reporter.wishes()
            last = wishes.get("last_epoch")
            passed = isinstance(last, int) and number >= last
            if wishes.get("stop") == AFTER_EPOCH or passed:
                self.model.stop_training = True
                self.watch.stopped = True
                self.watch.reporter.send("stopping", epoch=number)

    return FitWatch


def _evaluation_watch(callback: Any) -> Any:
    class EvaluationWatch(callback):  # type: ignore[misc]
        """Reports what one ``evaluate`` came to."""

        def __init__(self, watch: KerasWatch) -> None:
            super().__init__()
            self.watch = watch

        @_quietly
        def on_test_end(self, logs: Any = None) -> None:
            self.watch.reporter.send("evaluated", metrics=figures(logs))

    return EvaluationWatch
