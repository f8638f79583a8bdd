"""A table of one's own: read as people write them, or refused with the line."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from training.data import Dataset
from training.datasets import columns as table_columns
from training.datasets.opening import open_dataset
from training.datasets.rows import Rows
from training.datasets.splitting import split
from training.datasets.table import statistics
from training.protocol.events import DataRead, Event, WarningRaised
from training.protocol.failure import FailureCode, TaskError, WarningCode
from training.protocol.folder import JobFolder
from training.protocol.spec import TrainSpec
from training.run import Run

Told = Callable[[type[Event]], list[Any]]
PLAIN = "size,weight,label\n" + "".join(f"{n},{n * 10},{'ab'[n % 2]}\n" for n in range(1, 11))


@pytest.fixture
def opened(tmp_path: Path, job: JobFolder, start_run: Callable[..., Run]) -> Any:
    """Write a table and open it as data."""

    def open_(content: str | bytes, **parameters: Any) -> Dataset:
        file = tmp_path / "mine.csv"
        file.write_bytes(content.encode() if isinstance(content, str) else content)
        return open_dataset(TrainSpec(data=str(file), **parameters), start_run(job))

    return open_


def table_of(data: Dataset) -> NDArray[Any]:
    """All rows as they stood in the file, with their classes behind."""
    assert isinstance(data.train, Rows)
    assert isinstance(data.test, Rows)
    rows = np.empty((len(data.train) + len(data.test), data.train.shape[0] + 1))
    for part in (data.train, data.test):
        rows[part.chosen, :-1] = part.take(np.arange(len(part)))
        rows[part.chosen, -1] = part.labels
    return rows


EXPECTED = np.array([[n, n * 10, n % 2] for n in range(1, 11)], float)


@pytest.mark.parametrize(
    "content",
    [
        PLAIN,
        PLAIN.replace(",", ";"),
        PLAIN.replace(",", "\t"),
        PLAIN.replace(",", " , "),
        PLAIN.replace("\n", "\r\n") + "\r\n\r\n",
        b"\xef\xbb\xbf" + PLAIN.encode(),
        PLAIN.encode("utf-16"),
        '"size","weight","label"' + PLAIN[PLAIN.index("\n") :],
        PLAIN.replace("10,", "10.0,").replace(",", ";").replace(".", ","),
    ],
    ids=["plain", "semicolons", "tabs", "blanks", "lines", "mark", "utf-16", "quotes", "commas"],
)
def test_tables_are_read_as_they_are_written(opened: Any, content: str | bytes, told: Told) -> None:
    """Whatever program wrote it, the same numbers and classes."""
    data = opened(content)
    found = table_of(data)
    assert np.array_equal(found[:, :2], EXPECTED[:, :2])
    assert data.about.classes == ("a", "b")
    assert np.array_equal(found[:, 2], np.array([1, 0] * 5))
    (read,) = told(DataRead)
    assert (read.columns, read.shape) == (("size", "weight"), (2,))


@pytest.mark.parametrize(
    ("encoding", "words"),
    [("gb18030", ("猫", "狗")), ("cp1251", ("кошка", "собака")), ("latin-1", ("Löwe", "Bär"))],
)
def test_a_table_in_a_legacy_encoding_is_read(
    opened: Any, told: Told, encoding: str, words: tuple[str, str]
) -> None:
    """By the likeliest of its letters, and which one that is is said."""
    content = "n,label\n" + "".join(f"{n},{words[n % 2]}\n" for n in range(1000))
    assert set(opened(content.encode(encoding)).about.classes) == set(words)
    (warned,) = told(WarningRaised)
    assert warned.code is WarningCode.TEXT_DECODED


@pytest.mark.parametrize(
    ("separator", "cell"), [(",", '"1,200.5"'), (";", "1,200.5"), (";", "1.200,5"), (";", "1200,5")]
)
def test_thousands_may_be_set_apart(opened: Any, separator: str, cell: str) -> None:
    """As spreadsheets write them, in either way; such a column stays one of numbers."""
    rows = [("n", "label"), *[(cell, "ab"[n % 2]) for n in range(4)], ("950", "a"), ("12", "b")]
    data = opened("".join(separator.join(row) + "\n" for row in rows))
    assert data.about.columns == ("n",)
    assert table_of(data)[:, 0].tolist() == [1200.5] * 4 + [950, 12]


def test_numbers_that_are_taken_as_words_are_named(opened: Any, told: Told) -> None:
    """With one of them, as it stands there; words that are no numbers are not."""
    rows = "".join(f"{n % 4} %,{'xy'[n % 2]},{n},{n % 2}\n" for n in range(12))
    opened("share,word,n,label\n" + rows)
    (warned,) = told(WarningRaised)
    assert warned.code is WarningCode.NUMBERS_AS_WORDS
    assert warned.details == {"columns": ["share"], "example": "0 %"}


def test_the_label_is_the_column_that_is_named(opened: Any) -> None:
    """Any column, in any case of letters; the others are what tells it."""
    content = "kind,a\n" + "x,1\ny,2\n" * 5
    assert opened(content, label="KIND").about.classes == ("x", "y")
    assert opened(content, label="a").about.columns == ("kind=x", "kind=y")


def test_without_a_known_name_the_last_column_is_learned(opened: Any) -> None:
    """As most tables have it; one without a heading has numbers for names."""
    assert opened("1,2,5\n3,4,6\n" * 5).about.columns == ("1", "2")
    assert opened("1,2,5\n3,4,6\n" * 5, label="1").about.classes == ("1", "3")


def test_words_become_columns_and_gaps_means(opened: Any) -> None:
    """A column of words is 0 and 1 for each; a gap is the mean of what is learned."""
    content = "n,colour,label\n" + "".join(
        f"{'' if row == 5 else row % 3},{('red', 'blue')[row % 2]},{row % 2}\n" for row in range(12)
    )
    data = opened(content)
    assert data.about.columns == ("n", "colour=blue", "colour=red")
    found = table_of(data)
    assert np.array_equal(found[:, 1], np.arange(12) % 2)
    assert np.array_equal(found[:, 2], 1 - np.arange(12) % 2)
    known = [row for row in data.train.chosen.tolist() if row != 5]
    assert found[5, 0] == pytest.approx(np.mean([row % 3 for row in known]), rel=1e-6)


def test_columns_that_tell_single_rows_apart_are_left_out_and_named(
    opened: Any, told: Told
) -> None:
    """Names and numbers of tickets; so is a column with nothing in it."""
    rows = "".join(f"{n % 4},person {n},,{n % 2}\n" for n in range(60))
    data = opened("n,name,empty,label\n" + rows)
    assert data.about.columns == ("n",)
    assert told(WarningRaised)[0].details["columns"] == ["name", "empty"]


def test_rows_without_a_label_are_not_learned(opened: Any, told: Told) -> None:
    """They are not counted among the samples, and how many they are is said."""
    data = opened(PLAIN + "11,110,\n12,120,NA\n")
    assert len(data.train) + len(data.test) == 10
    (warned,) = told(WarningRaised)
    assert warned.code is WarningCode.ROWS_WITHOUT_LABEL
    assert warned.details == {"column": "label", "count": 2, "total": 12}


def test_a_large_table_stays_on_the_disk(
    opened: Any, job: JobFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Beyond a limit; with the same content."""
    monkeypatch.setattr(table_columns, "IN_MEMORY_BYTES", 10)
    data = opened(PLAIN)
    assert (job.prepared / "table.npy").is_file()
    assert np.array_equal(table_of(data)[:, :2], EXPECTED[:, :2])


BAD: dict[str, tuple[str | bytes, FailureCode, dict[str, object]]] = {
    "empty": ("", FailureCode.DATA_EMPTY, {"name": "mine.csv"}),
    "blank": ("\n\n  \n", FailureCode.DATA_EMPTY, {"name": "mine.csv"}),
    "heading alone": ("a,label\n", FailureCode.DATA_EMPTY, {"name": "mine.csv"}),
    "one column": ("label\nx\ny\n", FailureCode.NO_COLUMNS, {"columns": ["label"]}),
    "names only": (
        "name,label\n" + "".join(f"p{n},{n % 2}\n" for n in range(60)),
        FailureCode.NO_COLUMNS, {"columns": ["name", "label"]},
    ),
    "a field too much": (
        PLAIN + "1,2,3,a\n", FailureCode.TABLE_ROW, {"line": 12, "fields": 4, "expected": 3},
    ),
    "a line cut off": (PLAIN + "11,1", FailureCode.TABLE_ROW, {"line": 12, "fields": 2}),
    "infinity": (PLAIN + "inf,1,a\n", FailureCode.DATA_NOT_NUMBERS, {"name": "size", "row": 12}),
    "one class": (
        "n,label\n1,a\n2,a\n", FailureCode.DATA_ONE_CLASS, {"classes": ["a"]},
    ),
    "measured": (
        "n,price\n" + "".join(f"{n},{n * 1.37}\n" for n in range(60)),
        FailureCode.DATA_NOT_CLASSES, {"name": "price", "values": 60},
    ),
    "no labels": ("n,label\n1,\n2,?\n", FailureCode.DATA_EMPTY, {"name": "label"}),
    "binary": (b"\x00\x01" * 5000, FailureCode.DATA_UNREADABLE, {}),
}  # fmt: skip


@pytest.mark.parametrize("what", BAD)
def test_what_is_wrong_is_named(opened: Any, what: str) -> None:
    """The reason, the column and the line."""
    content, code, details = BAD[what]
    with pytest.raises(TaskError) as raised:
        opened(content)
    assert raised.value.code is code
    assert details.items() <= raised.value.details.items()


def test_a_column_that_is_not_there_is_named(opened: Any) -> None:
    """With those that are."""
    with pytest.raises(TaskError) as raised:
        opened(PLAIN, label="price")
    assert raised.value.code is FailureCode.COLUMN_MISSING
    assert raised.value.details["columns"] == ["size", "weight", "label"]


@given(st.lists(st.floats(-1e4, 1e4, width=32), min_size=4, max_size=50))
def test_statistics_are_those_of_the_rows(values: list[float]) -> None:
    """Mean and variance as numpy has them; a column that is always the same has variance 1."""
    inputs = np.array([values, [3.0] * len(values)], np.float32).T
    rows = Rows(inputs, np.arange(len(values)), np.zeros(len(values), np.int64), 2)
    found = statistics(rows)
    expected = inputs.astype(np.float64)
    assert np.allclose(found.mean, expected.mean(axis=0), rtol=1e-4, atol=1e-3)
    assert found.variance[1] == 1
    spread = expected[:, 0].var()
    if spread > 1:
        assert np.isclose(found.variance[0], spread, rtol=1e-2)


@given(st.lists(st.integers(0, 4), min_size=1, max_size=80), st.floats(0.01, 0.99))
def test_a_split_parts_all_samples(labels: list[int], share: float) -> None:
    """Each on one side; a class of two or more is on both."""
    array = np.array(labels)
    learned, tested = split(array, share)
    assert sorted([*learned, *tested]) == list(range(len(labels)))
    for label in set(labels):
        count = labels.count(label)
        on_test = int((array[tested] == label).sum())
        assert (0 < on_test < count) if count > 1 else on_test == 0
