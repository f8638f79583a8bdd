"""The lines of a ``.csv``, as people and programs write them."""

import csv
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from training.archives.encodings import legacy_encoding
from training.protocol.failure import FailureCode, TaskError

HEAD_BYTES: Final = 1 << 16
SEPARATORS: Final = ",;\t|"
ENCODINGS: Final = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
MOST_JUDGED_BYTES: Final = 1 << 20
# No second byte of a character in any of these encodings; a bar may be one.
BETWEEN: Final = re.compile(rb"[,;\t\r\n\"]")
# Decodes any bytes.
LAST_RESORT: Final = "latin-1"
# 1,200 and 1,200.5; 1.200,5, where commas do not part the fields; what is like these.
THOUSANDS: Final = re.compile(r"[+-]?[1-9]\d{0,2}(,\d{3})+(\.\d+)?", re.ASCII)
FULL_STOPS: Final = re.compile(r"[+-]?[1-9]\d{0,2}(\.\d{3})+(,\d+|(\.\d{3})+)", re.ASCII)
LIKE_NUMBER: Final = re.compile(r"[+-]?[$€£¥]?\s?\d[\d.,'\s]*\s?[%$€£¥]?")
MISSING: Final = frozenset({"", "?", "-", "na", "n/a", "nan", "null", "none"})


class CsvLines:
    """A table's rows, read one by one however many there are.

    Covered: commas, semicolons, tabs and bars; UTF-8 with and without a mark, UTF-16, the
    legacy code pages that names in archives are told by; numbers with a decimal comma where
    that does not part the fields, and with thousands set apart; tables without a heading,
    whose columns are called 1, 2, 3 …

    Attributes:
        guessed: the encoding where nothing but its letters tells it.

    Raises:
        TaskError: DATA_EMPTY; there is no row. DATA_UNREADABLE.
    """

    def __init__(self, file: Path) -> None:
        self.file = file
        with file.open("rb") as content:
            head = content.read(HEAD_BYTES)
        stated = _encoding(file, head)
        self.guessed = None if stated else _likeliest(file)
        self._encoding = stated or self.guessed or LAST_RESORT
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
        if THOUSANDS.fullmatch(text) and (self.separator == "," or "." in text):
            text = text.replace(",", "")
        elif self.separator != ",":
            if FULL_STOPS.fullmatch(text):
                text = text.replace(".", "")
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


def looks_like_number(cell: str) -> bool:
    """Whether a cell is of digits and what stands between them, as of a number not understood."""
    return LIKE_NUMBER.fullmatch(cell.strip()) is not None


def is_missing(cell: str) -> bool:
    """Whether a cell says that there is no value."""
    return cell.strip().lower() in MISSING


def _encoding(file: Path, head: bytes) -> str | None:
    """The encoding that is beyond doubt.

    Raises:
        TaskError: DATA_UNREADABLE; it is no text.
    """
    if head[:2] in ENCODINGS:
        return ENCODINGS[head[:2]]
    if b"\0" in head:
        raise TaskError(FailureCode.DATA_UNREADABLE, file=str(file), error="it is no text")
    try:
        with file.open(encoding="utf-8-sig") as text:
            while text.read(HEAD_BYTES):
                pass
    except UnicodeDecodeError:
        return None
    return "utf-8-sig"


def _likeliest(file: Path) -> str | None:
    """The legacy encoding of a table, by its different words that are not ASCII."""
    words, size = set[bytes](), 0
    with file.open("rb") as content:
        for line in content:
            if size > MOST_JUDGED_BYTES:
                break
            for word in () if line.isascii() else BETWEEN.split(line):
                if not word.isascii() and word not in words:
                    words.add(word)
                    size += len(word)
    encoding = legacy_encoding(words)
    try:
        with file.open(encoding=encoding) as text:
            while text.read(HEAD_BYTES):
                pass
    except UnicodeDecodeError:
        return None
    return encoding


def _unlike(names: list[str]) -> list[str]:
    """Names with a number behind those that are there twice, and for those without one."""
    seen: dict[str, int] = {}
    for place, name in enumerate(names):
        named = name or str(place + 1)
        count = seen[named] = seen.get(named, 0) + 1
        names[place] = named if count == 1 else f"{named}_{count}"
    return names
