"""Following a program until it is known what its first training would take."""

import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from training.kept_code import text_of, with_modules
from training.protocol.failure import Detail
from training.protocol.spec import PROGRAMS
from training.run import Run
from training.scripts.printed_progress import Stand
from training.scripts.report_reader import ReportReader

# So long for a training to begin, and then to tell its pace.
BEGIN_S, TELL_S = 180.0, 120.0
# An epoch whose end is near is waited for: it has the validation in it.
NEAR_S: Final = 30.0
LEAST_S: Final = 8.0
LEAST_LAPS: Final = 3  # the beginning, and two with steps between them
SURE, STEPS_ALONE = 0.06, 0.12
KERAS = re.compile(rb"\b(?:keras|tensorflow|tf_keras)\b")


class Trial(ReportReader):
    """Watches the first ``fit`` of a program, and tells nobody of its epochs.

    Args:
        now: the clock, in seconds; the program starts when this is made.

    Attributes:
        satisfied: whether it has said that it knows enough.
    """

    def __init__(self, run: Run, now: Callable[[], float] = time.monotonic) -> None:
        super().__init__(run)
        self._now = now
        self._started = now()
        self._laps: list[tuple[float, int]] = []  # of its first epoch: when, and steps done
        self._epochs_s: list[float] = []
        self._fit: tuple[object, ...] | None = None
        self._steps_total: int | None = None
        self._epochs = 0
        self.satisfied = False

    @property
    def began(self) -> bool:
        """Whether a training was seen."""
        return bool(self._laps)

    def knows_enough(self) -> bool:
        """Whether its pace is known, or will not be."""
        self.satisfied = self.satisfied or self._is_known()
        return self.satisfied

    def _is_known(self) -> bool:
        now = self._now()
        if not self._laps:
            return now - self._started > BEGIN_S
        if len(self._epochs_s) >= min(2, self._epochs):
            return True
        watched_s = now - self._laps[0][0]
        step_s = self._step_s()
        if watched_s > TELL_S:
            return True
        if step_s is None or self._steps_total is None or watched_s < LEAST_S:
            return False
        left_s = self._steps_total * step_s - (0.0 if self._epochs_s else watched_s)
        return left_s > NEAR_S

    def found(self) -> dict[str, Detail]:
        """What the first training would take; empty where that is not known."""
        epoch_s = self._epoch_s()
        if epoch_s is None:
            return {}
        start_s = self._laps[0][0] - self._started + self._first_s()
        epochs_s, spread = self._epochs * epoch_s, SURE if self._epochs_s else STEPS_ALONE
        return {
            "seconds": start_s + epochs_s,
            "least_seconds": start_s + epochs_s * (1 - spread),
            "most_seconds": start_s + epochs_s * (1 + spread),
            "epoch_seconds": epoch_s,
            "start_seconds": start_s,
            "epochs": self._epochs,
            "validated": len(self._epochs_s),
        }

    def printed(self, stand: Stand) -> None:
        """What it prints says nothing of how long it takes."""

    def _epoch_s(self) -> float | None:
        if len(self._epochs_s) > 1:
            return self._epochs_s[-1]
        if self._epochs_s:
            return self._epochs_s[0] - self._first_s()
        step_s = self._step_s()
        return None if step_s is None or not self._steps_total else self._steps_total * step_s

    def _step_s(self) -> float | None:
        """Between the reports of the first epoch, but for the first: it has the tracing in it."""
        if len(self._laps) < LEAST_LAPS:
            return None
        (first, done), (last, done_by_then) = self._laps[1], self._laps[-1]
        return (last - first) / (done_by_then - done) if done_by_then > done else None

    def _first_s(self) -> float:
        """What its beginning took beside its steps."""
        if len(self._epochs_s) > 1:
            return max(0.0, self._epochs_s[0] - self._epochs_s[1])
        step_s = self._step_s()
        if step_s is None:
            return 0.0
        (begun, _), (first, done) = self._laps[:2]
        return max(0.0, first - begun - done * step_s)

    def _counted(self, said: dict[str, Any], whose: tuple[int, int]) -> bool:
        """Whether this is of the first ``fit``; how many epochs and steps that has."""
        key = (*whose, said["fit"])
        self._fit = self._fit or key
        if self._fit != key:
            return False
        self._epochs = int(said["epochs"])
        return True

    def _steps(self, said: dict[str, Any], whose: tuple[int, int]) -> None:
        if not self._counted(said, whose):
            return
        self._steps_total = said["total"] or self._steps_total
        if not self._epochs_s:
            self._laps.append((self._now(), int(said["done"])))

    def _epoch(self, said: dict[str, Any], whose: tuple[int, int]) -> None:
        if self._counted(said, whose) and self._laps:
            self._epochs_s.append(float(said["seconds"]))

    def _evaluated(self, metrics: dict[str, float]) -> None:
        """It is the training that is timed."""

    def _cell_begins(self, number: int, cells: int) -> None:
        print(f"Cell {number}/{cells}", flush=True)


def may_train(program: Path) -> bool:
    """Whether a program names Keras, or a module beside it that it names does."""
    if program.suffix.lower() not in PROGRAMS or program.suffix.lower() == ".sh":
        return False
    return any(KERAS.search(text_of(file)) for file in with_modules(program))
