"""The lines of a ``.csv``, as people and programs write them."""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from training.protocol.failure import FailureCode, TaskError

HEAD_BYTES: Final = 1 << 16
SEPARATORS: Final = ",;\t|"
ENCODINGS: Final = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
MISSING: Final = frozenset({"", "?", "-", "na", "n/a", "nan", "null", "none"})


class CsvLines:
    """A table's rows, read one by one however many there are.

    Covered: commas, semicolons, tabs and bars; UTF-8 with and without a mark, UTF-16,
    Latin-1; numbers with a decimal comma where that does not part the fields; tables
    without a heading, whose columns are called 1, 2, 3 …

    Raises:
        TaskError: DATA_EMPTY; there is no row. DATA_UNREADABLE.
    """

    def __init__(self, file: Path) -> None:
        self.file = file
        with file.open("rb") as content:
            head = content.read(HEAD_BYTES)
        self._encoding = _encoding(file, head)
        first = head.decode(self._encoding, errors="replace").lstrip("\ufeff").splitlines()
        line = next((line for line in first if line.strip()), "")
        self.separator = max(SEPARATORS, key=line.count)
        heading = next(self._rows(), (0, []))[1]
        if not heading:
            raise TaskError(FailureCode.DATA_EMPTY, file=str(file), name=file.name)
        self._has_heading = not any(self.number(cell) is not None for cell in heading)
        self.names = (
            _unlike([cell.strip() for cell in heading])
            if self._has_heading
            else [str(column) for column in range(1, len(heading) + 1)]
        )

    def __iter__(self) -> Iterator[tuple[int, list[str]]]:
        """Rows with the number of their line, from 1.

        Raises:
            TaskError: TABLE_ROW, for one with more or fewer fields; DATA_UNREADABLE.
        """
        rows = self._rows()
        if self._has_heading:
            next(rows)
        for line, row in rows:
            if len(row) != len(self.names):
                raise TaskError(
                    FailureCode.TABLE_ROW, file=str(self.file),
                    line=line, fields=len(row), expected=len(self.names),
                )  # fmt: skip
            yield line, row

    def number(self, cell: str) -> float | None:
        """A cell's number; none where it is no number."""
        text = cell.strip()
        if self.separator != ",":
            text = text.replace(",", ".")
        try:
            return float(text) if text.isascii() and "_" not in text else None
        except ValueError:
            return None

    def _rows(self) -> Iterator[tuple[int, list[str]]]:
        try:
            with self.file.open(encoding=self._encoding, newline="") as text:
                reader = csv.reader(text, delimiter=self.separator, skipinitialspace=True)
                yield from ((reader.line_num, row) for row in reader if any(map(str.strip, row)))
        except (csv.Error, UnicodeError) as error:
            raise TaskError(
                FailureCode.DATA_UNREADABLE, file=str(self.file), error=str(error)
            ) from error


def is_missing(cell: str) -> bool:
    """Whether a cell says that there is no value."""
    return cell.strip().lower() in MISSING


def _encoding(file: Path, head: bytes) -> str:
    if head[:2] in ENCODINGS:
        return ENCODINGS[head[:2]]
    if b"\0" in head:
        raise TaskError(FailureCode.DATA_UNREADABLE, file=str(file), error="it is no text")
    try:
        with file.open(encoding="utf-8-sig") as text:
            while text.read(HEAD_BYTES):
                pass
    except UnicodeDecodeError:
        return "latin-1"
    return "utf-8-sig"


def _unlike(names: list[str]) -> list[str]:
    """Names with a number behind those that are there twice, and for those without one."""
    seen: dict[str, int] = {}
    for place, name in enumerate(names):
        named = name or str(place + 1)
        count = seen[named] = seen.get(named, 0) + 1
        names[place] = named if count == 1 else f"{named}_{count}"
    return names
