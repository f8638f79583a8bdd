"""The columns of a table as numbers."""

import math
from array import array
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from training.datasets.csv_lines import CsvLines, is_missing, looks_like_number
from training.protocol.failure import FailureCode, TaskError

# A column of more different words tells single rows apart: names, numbers of tickets.
MOST_WORDS: Final = 30
LOOK_EVERY: Final = 10_000
IN_MEMORY_BYTES: Final = 1 << 28


class Columns:
    """Finds out what each column holds: numbers, a few words, or what cannot be used.

    Args:
        label: the column that is learned.
        passed: called now and then while it reads.

    Attributes:
        names: of the columns that are used; one of words is there once for each word.
        left_out: those that hold many different words, or nothing.
        count: of all rows.
        like_numbers: those of words that look like numbers, with one such word.
    """

    def __init__(self, lines: CsvLines, label: int, passed: Callable[[], None]) -> None:
        self._lines, self._label, self._passed = lines, label, passed
        self.count = 0
        others = [column for column in range(len(lines.names)) if column != label]
        self._numbers = set(others)
        self._words: dict[int, set[str]] = {column: set() for column in others}
        self._find_out()
        if not self.count:
            raise TaskError(FailureCode.DATA_EMPTY, file=str(lines.file), name=lines.file.name)
        # A column with nothing but gaps tells nothing; one of words has two at least.
        usable = {c: sorted(w) for c, w in self._words.items() if 0 < len(w) <= MOST_WORDS}
        self._of_words = {c: words for c, words in usable.items() if c not in self._numbers}
        self._of_numbers = [c for c in others if c in self._numbers and self._words[c]]
        self.like_numbers = {
            lines.names[c]: min(w) for c, w in self._words.items()
            if c not in self._numbers and all(map(looks_like_number, w))
        }  # fmt: skip
        used = {*self._of_numbers, *self._of_words}
        self.left_out = [lines.names[c] for c in others if c not in used]
        self.names = [lines.names[c] for c in self._of_numbers]
        for column, words in self._of_words.items():
            self.names += [f"{lines.names[column]}={word}" for word in words]
        if not self.names:
            raise TaskError(FailureCode.NO_COLUMNS, file=str(lines.file), columns=lines.names[:30])

    def values(self, aside: Path) -> tuple[NDArray[np.float32], NDArray[Any]]:
        """All rows that have a label.

        Args:
            aside: folder for a table that is too large for the memory.

        Shapes:
            output: (n, columns) float32 with NaN for gaps; (n,) of whole numbers or text
        """
        values = self._room(aside)
        labels: list[str] = []
        for line, row in self._lines:
            if is_missing(row[self._label]):
                continue
            values[len(labels)] = self._row(line, row)
            labels.append(row[self._label].strip())
            if len(labels) % LOOK_EVERY == 0:
                self._passed()
        return values[: len(labels)], self._as_labels(labels)

    def _find_out(self) -> None:
        for _, row in self._lines:
            self.count += 1
            for column, words in self._words.items():
                cell = row[column]
                if is_missing(cell):
                    continue
                if column in self._numbers and self._lines.number(cell) is None:
                    self._numbers.discard(column)
                if len(words) <= MOST_WORDS:
                    words.add(cell.strip())
            if self.count % LOOK_EVERY == 0:
                self._passed()

    def _room(self, aside: Path) -> NDArray[np.float32]:
        shape = (self.count, len(self.names))
        if math.prod(shape) * 4 <= IN_MEMORY_BYTES:
            return np.empty(shape, np.float32)
        aside.mkdir(parents=True, exist_ok=True)
        room: NDArray[np.float32] = np.lib.format.open_memmap(
            aside / "table.npy", "w+", np.float32, shape
        )
        return room

    def _row(self, line: int, row: list[str]) -> "array[float]":
        values = array("d")
        for column in self._of_numbers:
            value = math.nan if is_missing(row[column]) else self._lines.number(row[column])
            if value is None or math.isinf(value):
                raise TaskError(
                    FailureCode.DATA_NOT_NUMBERS, file=str(self._lines.file),
                    name=self._lines.names[column], row=line,
                )  # fmt: skip
            values.append(value)
        for column, words in self._of_words.items():
            cell = row[column].strip()
            values.extend(float(word == cell) for word in words)
        return values

    def _as_labels(self, labels: list[str]) -> NDArray[Any]:
        numbers = [self._lines.number(label) for label in labels]
        if all(number is not None and math.isfinite(number) for number in numbers):
            return np.array(numbers, np.float64)
        return np.array(labels)
