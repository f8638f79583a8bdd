"""What each epoch came to, as records and as files to keep."""

import csv
import json
import math
from collections.abc import Sequence
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from training.protocol.events import Metrics


class EpochRecord(BaseModel):
    """One epoch, its validation included.

    Attributes:
        epoch: from 1.
        learning_rate: none where nobody knows it.
        seconds: how long it took; over all runs, where it took several.
        metrics: by their Keras names; ``val_`` is the test set.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", ser_json_inf_nan="strings")

    epoch: int
    seconds: float
    learning_rate: float | None
    metrics: Metrics

    def row(self) -> dict[str, float]:
        """The record as one row of a table."""
        own = {"epoch": self.epoch, "seconds": round(self.seconds, 3)}
        rate = {} if self.learning_rate is None else {"learning_rate": self.learning_rate}
        return {**own, **rate, **self.metrics}


def write_history_csv(history: Sequence[EpochRecord], file: Path) -> None:
    """Write a table with a row an epoch; nothing but the heading's file for no epochs."""
    rows = [record.row() for record in history]
    names = list(dict.fromkeys(name for row in rows for name in row))  # a script has many fits
    with file.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, fieldnames=names or ["epoch"])
        writer.writeheader()
        writer.writerows(rows)


def write_history_json(history: Sequence[EpochRecord], file: Path) -> None:
    """Write a list with an object an epoch; what is not finite becomes null."""
    rows = [
        {name: value if math.isfinite(value) else None for name, value in record.row().items()}
        for record in history
    ]
    file.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")
