"""Looks into data for the bot, with an end: ``python -m training.datasets.looking``.

The question comes on standard input; the answer is a line of JSON, behind which a
picture of samples may follow. Keras is not needed for it, so it takes no seconds to begin.
"""

import contextlib
import sys
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import numpy as np

from training.data import Dataset
from training.datasets.balance import balance
from training.datasets.contact_sheet import ACROSS, contact_sheet
from training.datasets.glancing import glance_at_pictures
from training.datasets.listing import list_data
from training.datasets.opening import read_data
from training.datasets.reading import Glance, OutOfTime
from training.datasets.rows import Rows
from training.protocol.data_look import (
    NOT_WHOLE,
    QUESTION,
    TEST_IN_TRAIN,
    DataSeen,
    ListData,
    LookAtData,
    Trouble,
)
from training.protocol.events import MOST_NAMED, WarningRaised
from training.protocol.failure import FailureCode, TaskError
from training.protocol.spec import TrainSpec

PICTURE: Final = 3  # dimensions of one


def main() -> None:
    """Answer the one question on standard input."""
    warnings.simplefilter("ignore")
    question = QUESTION.validate_json(sys.stdin.buffer.read())
    picture = b""
    with contextlib.redirect_stdout(sys.stderr):  # what a job would log is no answer
        match question:
            case ListData(roots=roots, most=most):
                answer = list_data([Path(root) for root in roots], most).model_dump_json()
            case LookAtData(path=path, until=until):
                seen, picture = look(Path(path), until)
                answer = seen.model_dump_json()
    sys.stdout.buffer.write(answer.encode() + b"\n" + picture)


def look(path: Path, until: float) -> tuple[DataSeen, bytes]:
    """What is in the data at a path, and a picture of samples."""
    with tempfile.TemporaryDirectory() as place:
        glance = Glance(Path(place), until)
        try:
            if path.is_dir():
                return glance_at_pictures(path, glance)
            return _look_at_rows(path, glance)
        except TaskError as error:
            trouble = Trouble(code=error.code, details=error.details)
        except OutOfTime:
            trouble = Trouble(code=NOT_WHOLE)
        except OSError as error:
            details = {"file": str(path), "error": error.strerror or type(error).__name__}
            trouble = Trouble(code=FailureCode.DATA_UNREADABLE, details=details)
    troubles = (trouble, *_told(glance))
    return DataSeen(name=path.name, size_bytes=_size(path), troubles=troubles), b""


def _look_at_rows(path: Path, glance: Glance) -> tuple[DataSeen, bytes]:
    data = read_data(path, TrainSpec(data=str(path)), glance)
    train, test = data.train, data.test
    assert isinstance(train, Rows)  # noqa: S101 - only the shipped data is pictures in memory
    assert isinstance(test, Rows)  # noqa: S101
    names = _names(data)
    counts = tuple(
        (name, int((train.labels == number).sum()), int((test.labels == number).sum()))
        for number, name in enumerate(names)
    )
    picture = contact_sheet(_samples(train, names)) if len(train.shape) == PICTURE else b""
    troubles = (*_told(glance), *balance(counts), *_in_both(train, test, glance))
    seen = DataSeen(
        name=path.name, size_bytes=_size(path), about=data.about, counts=counts,
        troubles=troubles, picture=bool(picture),
    )  # fmt: skip
    return seen, picture


def _told(glance: Glance) -> Iterator[Trouble]:
    """What a training would warn of."""
    for event in glance.told:
        if isinstance(event, WarningRaised):
            yield Trouble(code=event.code, details=event.details)


def _names(data: Dataset) -> tuple[str, ...]:
    return () if data.about is None else data.about.classes[:MOST_NAMED]


def _samples(rows: Rows, names: tuple[str, ...]) -> dict[str, list[np.ndarray]]:
    found = {}
    for number, name in enumerate(names):
        positions = np.flatnonzero(rows.labels == number)[:ACROSS]
        pixels = rows.take(positions).astype(np.float32) * (255 / rows.divisor)
        channels = min(rows.shape[-1], 3) if rows.shape[-1] >= 3 else 1  # noqa: PLR2004
        found[name] = list(np.clip(pixels[..., :channels], 0, 255).astype(np.uint8))
    return found


def _in_both(train: Rows, test: Rows, glance: Glance) -> Iterator[Trouble]:
    """Samples to test with that are learned as well."""
    learned: set[bytes] = set()
    for begin in range(0, len(train), 1024):
        if glance.is_over:
            return
        piece = train.take(np.arange(begin, min(len(train), begin + 1024)))
        learned.update(row.tobytes() for row in piece)
    again = [
        index for index in range(len(test)) if test.take(np.array([index]))[0].tobytes() in learned
    ]
    if again:
        files = [f"#{test.chosen[index]}" for index in again[:3]]
        yield Trouble(code=TEST_IN_TRAIN, details={"count": len(again), "files": files})


def _size(path: Path) -> int:
    try:
        return path.stat().st_size if path.is_file() else 0
    except OSError:
        return 0


if __name__ == "__main__":
    main()
