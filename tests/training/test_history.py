"""The history as files."""

import csv
import json
from pathlib import Path

from training.history import EpochRecord, write_history_csv, write_history_json

HISTORY = [
    EpochRecord(epoch=1, seconds=2.5, learning_rate=1.0, metrics={"loss": 0.5, "val_loss": 0.25}),
    EpochRecord(
        epoch=2, seconds=2.0, learning_rate=0.1, metrics={"loss": float("nan"), "val_loss": 0.2}
    ),
]


def test_the_table_has_a_row_an_epoch(tmp_path: Path) -> None:
    """Every figure is found under its name."""
    file = tmp_path / "history.csv"
    write_history_csv(HISTORY, file)
    with file.open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert rows[0] == {
        "epoch": "1",
        "seconds": "2.5",
        "learning_rate": "1.0",
        "loss": "0.5",
        "val_loss": "0.25",
    }
    assert rows[1]["loss"] == "nan"


def test_the_json_is_read_by_any_reader(tmp_path: Path) -> None:
    """A loss that is not a number is null: NaN is not JSON."""
    file = tmp_path / "history.json"
    write_history_json(HISTORY, file)
    rows = json.loads(file.read_text(), parse_constant=lambda name: 1 / 0)
    assert [row["loss"] for row in rows] == [0.5, None]
    assert [row["learning_rate"] for row in rows] == [1.0, 0.1]


def test_a_training_without_epochs_has_empty_files(tmp_path: Path) -> None:
    """Nothing to tell is no error."""
    write_history_csv([], tmp_path / "history.csv")
    write_history_json([], tmp_path / "history.json")
    assert json.loads((tmp_path / "history.json").read_text()) == []
