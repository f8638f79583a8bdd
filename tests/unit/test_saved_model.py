"""What a saved model takes, as its file tells."""

import json
import zipfile
from pathlib import Path

import pytest

from bot.saved_model import may_take_pictures


def layers(*shapes: list[int | None]) -> object:
    """A model with such input layers, and one more."""
    found = [{"config": {"batch_shape": shape}} for shape in shapes]
    return {"config": {"layers": [*found, {"config": {"units": 3}}]}}


@pytest.mark.parametrize(
    ("config", "pictures"),
    [
        (layers([None, 28, 28, 1]), True),
        (layers([None, None, None, 3]), True),
        (layers([None, 8]), False),
        (layers([None, 28, 28, 5]), False),
        ({"config": {"layers": []}, "build_config": {"input_shape": [None, 8]}}, False),
        ({"config": {"units": 3}}, True),
        ([], True),
        ({"config": {"layers": 3}, "build_config": "x"}, True),
    ],
)
def test_its_input_tells(tmp_path: Path, config: object, pictures: bool) -> None:
    """Pictures have a height, a width and one or three channels; who tells nothing may."""
    file = tmp_path / "model.keras"
    with zipfile.ZipFile(file, "w") as parts:
        parts.writestr("config.json", json.dumps(config))
    assert may_take_pictures(file) is pictures


def test_a_file_that_cannot_be_read_may(tmp_path: Path) -> None:
    """Who loads it says what is wrong with it."""
    file = tmp_path / "model.keras"
    assert may_take_pictures(file)
    file.write_bytes(b"PK no archive")
    assert may_take_pictures(file)
