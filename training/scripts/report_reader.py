"""What a program's process reports, turned into events."""

import json
import math
import os
from typing import Any

import psutil

from training.history import EpochRecord
from training.hooks.numbering import Numbering
from training.protocol.events import EpochEnded, MetricLogged, Metrics, Progressed, WarningRaised
from training.protocol.failure import Detail, WarningCode
from training.run import Run
from training.scripts.printed_progress import Stand

# What Keras may call an accuracy, as a user's compile() asks for it.
ACCURACIES = (
    "accuracy", "acc", "categorical_accuracy", "sparse_categorical_accuracy", "binary_accuracy",
)  # fmt: skip
MOST_RESULTS = 12


class ReportReader:
    """Follows one program through its reports.

    One ``fit`` at a time counts: while a thread of one process trains, what others report
    of theirs is passed over, for their epochs would be mixed up.

    Attributes:
        records: the epochs so far.
        result: what the latest ``evaluate`` came to.
        failure: what the program says it failed by.
        stopped: whether it has ended a training as it was wished to.
        last_words: what ``sys.exit`` was given to say.
        in_epoch: the epoch that has begun and not ended.
        unreadable: why a notebook cannot be read.
    """

    def __init__(self, run: Run) -> None:
        self.records: list[EpochRecord] = []
        self.result: dict[str, Detail] = {}
        self.failure: dict[str, Any] | None = None
        self.stopped = False
        self.last_words: str | None = None
        self.in_epoch: int | None = None
        self.unreadable: str | None = None
        self._cell: tuple[int, int] | None = None
        self._run = run
        self._owner: tuple[int, int] | None = None
        self._numbering: dict[tuple[int, int, int], int] = {}
        self._warned = False
        self._begun = b""
        self._trouble = 0

    @property
    def trains(self) -> bool:
        """Whether a ``fit`` was seen."""
        return bool(self._numbering)

    def knows_enough(self) -> bool:
        """Whether the program may be stopped: there is nothing more to learn from it."""
        return False

    def feed(self, block: bytes) -> None:
        """Take in what came through the pipe; what is no report is passed over."""
        *lines, self._begun = (self._begun + block).split(b"\n")
        for line in lines:
            try:
                self._heard(json.loads(line))
            except (ValueError, KeyError, TypeError, AttributeError):
                continue

    def printed(self, stand: Stand) -> None:
        """The program printed how far it is; what Keras reports is better."""
        if self.trains:
            return
        if stand.epoch is None or stand.epochs is None:
            done, total = stand.done or 0, stand.total
            self._run.report(Progressed(unit="parts", done=done, total=total))
            return
        event = Progressed(
            unit="parts", epoch=stand.epoch, epochs=stand.epochs,
            done=stand.done or 0, total=stand.total,
        )  # fmt: skip
        self._run.report(event)

    def _heard(self, said: dict[str, Any]) -> None:
        whose = (int(said["pid"]), int(said["thread"]))
        match said["kind"]:
            case "steps" if self._counts(whose):
                self._steps(said, whose)
            case "epoch" if self._counts(whose):
                self._epoch(said, whose)
            case "left":
                self._owner = None if self._owner == whose else self._owner
            case "evaluated" if self._owner in (None, whose):
                self._evaluated(_figures(said["metrics"]))
            case "cell":
                self._cell_begins(int(said["number"]), int(said["cells"]))
            case "unreadable":
                self.unreadable = str(said["error"])
            case "stopping":
                self.stopped = True
            case "exited":
                self.last_words = said["said"]
            case "failed":
                self.failure = said
            case "keras":
                print(f"Watching Keras {said['version']}", flush=True)
            case "trouble" if self._trouble < 3:  # noqa: PLR2004 - the rest would say the same
                self._trouble += 1
                print(f"Coltrain could not follow a training:\n{said['text']}", flush=True)

    def _cell_begins(self, number: int, cells: int) -> None:
        self._cell, self.in_epoch = (number, cells), None
        print(f"Cell {number}/{cells}", flush=True)
        done = max(0, number - 1)
        self._run.report(Progressed(unit="cells", done=done, total=cells, cell=number, cells=cells))

    def _in_cell(self) -> dict[str, int]:
        return {} if self._cell is None else {"cell": self._cell[0], "cells": self._cell[1]}

    def _counts(self, whose: tuple[int, int]) -> bool:
        if self._owner not in (None, whose) and psutil.pid_exists(self._owner[0]):
            return False
        self._owner = whose
        return True

    def _shift(self, said: dict[str, Any], whose: tuple[int, int]) -> int:
        """What to add to a process's own numbers: another one begins at 1 again."""
        key = (*whose, int(said["fit"]))
        if key not in self._numbering:
            numbering = Numbering()
            numbering.last = self.records[-1].epoch if self.records else 0
            first = int(said["epoch"]) - 1
            numbering.begin(first)
            self._numbering[key] = numbering.number(first) - 1 - first
        return self._numbering[key]

    def _steps(self, said: dict[str, Any], whose: tuple[int, int]) -> None:
        shift = self._shift(said, whose)
        metrics, epoch = _figures(said["metrics"]), int(said["epoch"]) + shift
        self._warn_if_not_finite(metrics, epoch)
        self.in_epoch = epoch
        event = Progressed(
            unit="steps", done=said["done"], total=said["total"], epoch=epoch,
            epochs=max(epoch, said["epochs"] + shift), fit=len(self._numbering), metrics=metrics,
            **self._in_cell(),
        )  # fmt: skip
        self._run.report(event)

    def _epoch(self, said: dict[str, Any], whose: tuple[int, int]) -> None:
        shift = self._shift(said, whose)
        record = EpochRecord(
            epoch=int(said["epoch"]) + shift,
            seconds=said["seconds"],
            learning_rate=said["learning_rate"],
            metrics=_figures(said["metrics"]),
        )
        self._warn_if_not_finite(record.metrics, record.epoch)
        self.records.append(record)
        self.in_epoch = None
        epochs, fit = max(record.epoch, said["epochs"] + shift), len(self._numbering)
        self._run.report(EpochEnded(epochs=epochs, fit=fit, **record.model_dump()))

    def _evaluated(self, metrics: Metrics) -> None:
        self.result = {}
        for name, value in list(metrics.items())[:MOST_RESULTS]:
            self._run.report(MetricLogged(name=f"test_{name}", value=value))
            self.result[f"test_{name}"] = value
        accuracy = next((name for name in ACCURACIES if name in metrics), None)
        if accuracy is not None:
            self.result.pop(f"test_{accuracy}")
            self.result["test_accuracy"] = metrics[accuracy]

    def _warn_if_not_finite(self, metrics: Metrics, epoch: int) -> None:
        bad = next((name for name, value in metrics.items() if not math.isfinite(value)), None)
        if bad is None or self._warned:
            return
        self._warned = True
        details: dict[str, Detail] = {"metric": bad, "epoch": epoch}
        self._run.report(WarningRaised(code=WarningCode.METRIC_NOT_FINITE, details=details))


def _figures(said: dict[str, Any]) -> Metrics:
    return {os.fsencode(name).decode(errors="replace"): float(v) for name, v in said.items()}
