"""An .npz of one's own: read as it is meant, or refused with what is wrong and where."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from training.data import Dataset
from training.datasets import arrays as array_files
from training.datasets.opening import open_dataset
from training.datasets.rows import Rows
from training.protocol.events import DataRead, Event, WarningRaised
from training.protocol.failure import FailureCode, TaskError, WarningCode
from training.protocol.folder import JobFolder
from training.protocol.spec import TrainSpec
from training.run import Run

Arrays = dict[str, NDArray[Any]]


@pytest.fixture
def opened(tmp_path: Path, job: JobFolder, start_run: Callable[..., Run]) -> Any:
    """Save arrays as a file and open it as data."""

    def open_(arrays: Arrays, **parameters: Any) -> Dataset:
        file = tmp_path / "mine.npz"
        np.savez(file, **arrays)
        return open_dataset(TrainSpec(data=str(file), **parameters), start_run(job))

    return open_


def everything(rows: Rows) -> NDArray[Any]:
    return rows.take(np.arange(len(rows)))


def test_arrays_are_taken_as_they_are(
    opened: Any, arrays: Arrays, job: JobFolder, told: Callable[[type[Event]], list[Any]]
) -> None:
    """Pictures, labels and test set are those of the file, and what was found is told."""
    data = opened(arrays)
    assert np.array_equal(everything(data.train), arrays["x_train"])
    assert np.array_equal(data.train.labels, arrays["y_train"])
    assert np.array_equal(everything(data.test), arrays["x_test"])
    assert (data.train.divisor, data.train.classes) == (255, 3)
    (read,) = told(DataRead)
    assert (read.name, read.train, read.test, read.own_test) == ("mine.npz", 90, 30, True)
    assert (read.shape, read.classes, read.class_count) == ((12, 10, 3), ("0", "1", "2"), 3)


@pytest.mark.parametrize(
    "names", [("X_train", "y_train"), ("train_images", "train_labels"), ("x", "y")]
)
def test_other_usual_names_are_known(opened: Any, arrays: Arrays, names: tuple[str, str]) -> None:
    """As scikit-learn's and MedMNIST's users write them."""
    data = opened({names[0]: arrays["x_train"], names[1]: arrays["y_train"]})
    assert len(data.train) + len(data.test) == 90


def test_without_a_test_set_the_same_share_of_each_class_is_kept(
    opened: Any, arrays: Arrays
) -> None:
    """No sample stands on both sides, none is lost, and any seed gives the same split."""
    own = {name: arrays[name] for name in ("x_train", "y_train")}
    data, again = opened(own, validation=0.3), opened(own, validation=0.3, seed=9)
    assert np.bincount(data.test.labels).tolist() == [9, 9, 9]
    both = np.concatenate([data.train.chosen, data.test.chosen])
    assert sorted(both) == list(range(90))
    assert np.array_equal(data.test.chosen, again.test.chosen)
    assert not data.about.own_test


def test_fewer_samples_are_drawn_from_all_classes(opened: Any, arrays: Arrays) -> None:
    """Also where the file has one class after the other."""
    order = np.argsort(arrays["y_train"], kind="stable")
    ordered = arrays | {"x_train": arrays["x_train"][order], "y_train": arrays["y_train"][order]}
    data = opened(ordered, samples=30)
    assert len(data.train) == 30
    assert set(data.train.labels) == {0, 1, 2}
    assert np.array_equal(everything(data.train), ordered["x_train"][data.train.chosen])


@pytest.mark.parametrize(
    ("labels", "names"),
    [
        (lambda y: y + 7, ("7", "8", "9")),
        (lambda y: y.astype(np.float32), ("0", "1", "2")),
        (lambda y: y[:, np.newaxis], ("0", "1", "2")),
        (lambda y: np.eye(3, dtype=np.float32)[y], ("0", "1", "2")),
        (lambda y: np.array(["cat", "dog", "owl"])[y], ("cat", "dog", "owl")),
        (lambda y: np.array([b"cat", b"dog", b"owl"])[y], ("cat", "dog", "owl")),
        (lambda y: y > 0, ("False", "True")),
    ],
    ids=["shifted", "floats", "column", "one-hot", "text", "bytes", "truth"],
)
def test_labels_may_be_written_in_many_ways(
    opened: Any, arrays: Arrays, labels: Callable[[Any], Any], names: tuple[str, ...]
) -> None:
    """Numbers, one-hot rows, names: the classes are the same samples'."""
    changed = arrays | {name: labels(arrays[name]) for name in ("y_train", "y_test")}
    data = opened(changed)
    assert data.about.classes == names
    plain = arrays["y_train"] if len(names) == 3 else arrays["y_train"] > 0
    assert np.array_equal(data.train.labels, plain)


@pytest.mark.parametrize(
    ("pictures", "divisor"),
    [
        (lambda x: x.astype(np.float32) / 255, 1),
        (lambda x: x.astype(np.float64), 255),
        (lambda x: x.astype(np.int64), 255),
        (lambda x: x.astype(np.uint16) * 100, 25_400),
        (lambda x: x[..., 0], 255),
        (lambda x: x > 127, 1),
    ],
    ids=["unit", "floats", "integers", "16 bits", "grey", "black and white"],
)
def test_values_are_brought_into_the_unit_range(
    opened: Any, arrays: Arrays, pictures: Callable[[Any], Any], divisor: float
) -> None:
    """Whatever they are written as, the network sees numbers from 0 to 1."""
    data = opened(arrays | {name: pictures(arrays[name]) for name in ("x_train", "x_test")})
    values = everything(data.train) / data.train.divisor
    assert data.train.divisor == divisor
    assert 0.99 < values.max() <= 1
    assert len(data.train.shape) == 3


def test_large_arrays_stay_on_the_disk(
    opened: Any, arrays: Arrays, job: JobFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is larger than a limit is read from a file beside the job, with the same content."""
    monkeypatch.setattr(array_files, "IN_MEMORY_BYTES", 1000)
    data = opened(arrays)
    assert isinstance(data.train.source, np.memmap)
    assert np.array_equal(everything(data.train), arrays["x_train"])
    assert (job.prepared / "x_train.npy").is_file()


class Evil:
    """Ends whoever unpickles it."""

    def __reduce__(self) -> Any:
        return (exec, ("raise SystemExit('unpickled')",))


def with_nan(x: NDArray[Any]) -> NDArray[Any]:
    wrong = x.astype(np.float32)
    wrong[17, 3, 3, 0] = np.nan
    return wrong


BAD: dict[str, tuple[Callable[[Arrays], Arrays], FailureCode, dict[str, object]]] = {
    "other arrays": (
        lambda a: {"pictures": a["x_train"]}, FailureCode.ARRAYS_MISSING, {"arrays": ["pictures"]},
    ),
    "pickles": (
        lambda a: a | {"y_train": np.array([Evil()] * 90, dtype=object)},
        FailureCode.ARRAY_OF_OBJECTS, {"name": "y_train"},
    ),
    "five dimensions": (
        lambda a: a | {"x_train": a["x_train"][..., None]},
        FailureCode.ARRAY_SHAPE, {"name": "x_train", "shape": "uint8 (90, 12, 10, 3, 1)"},
    ),
    "no pixels": (
        lambda a: a | {"x_train": a["x_train"][:, :0]},
        FailureCode.ARRAY_SHAPE, {"name": "x_train"},
    ),
    "one number": (
        lambda a: a | {"x_train": np.float32(3)}, FailureCode.ARRAY_SHAPE, {"name": "x_train"},
    ),
    "pictures as text": (
        lambda a: a | {"x_train": np.full((90, 3), "x")},
        FailureCode.ARRAY_SHAPE, {"name": "x_train"},
    ),
    "labels of two dimensions": (
        lambda a: a | {"y_train": np.ones((90, 2), int)},
        FailureCode.ARRAY_SHAPE, {"name": "y_train"},
    ),
    "too few labels": (
        lambda a: a | {"y_train": a["y_train"][:80]},
        FailureCode.ARRAYS_UNEQUAL, {"name": "x_train", "count": 90, "others": 80},
    ),
    "no samples": (
        lambda a: a | {"x_train": a["x_train"][:0], "y_train": a["y_train"][:0]},
        FailureCode.DATA_EMPTY, {"name": "x_train"},
    ),
    "another test set": (
        lambda a: a | {"x_test": a["x_test"][:, :5]}, FailureCode.ARRAY_SHAPE, {"name": "x_test"},
    ),
    "a class of the test set": (
        lambda a: a | {"y_test": a["y_test"] + 1}, FailureCode.DATA_NEW_CLASS, {"classes": ["3"]},
    ),
    "one class": (
        lambda a: a | {"y_train": np.zeros(90, int)},
        FailureCode.DATA_ONE_CLASS, {"classes": ["0"]},
    ),
    "measured values": (
        lambda a: a | {"y_train": np.linspace(0, 1, 90)},
        FailureCode.DATA_NOT_CLASSES, {"name": "y_train", "values": 90},
    ),
    "numbers of rows": (
        lambda a: a | {"y_train": np.arange(90)},
        FailureCode.DATA_NOT_CLASSES, {"name": "y_train", "values": 90},
    ),
    "no number": (
        lambda a: a | {"x_train": with_nan(a["x_train"])},
        FailureCode.DATA_NOT_NUMBERS, {"name": "x_train", "row": 17},
    ),
    "no number among labels": (
        lambda a: a | {"y_train": np.where(np.arange(90) == 4, np.nan, 1.0)},
        FailureCode.DATA_NOT_NUMBERS, {"name": "y_train", "row": 4},
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", BAD)
def test_what_is_wrong_is_named(opened: Any, arrays: Arrays, what: str) -> None:
    """The reason, the array and where in it; nothing is ever unpickled."""
    change, code, details = BAD[what]
    with pytest.raises(TaskError) as raised:
        opened(change(arrays))
    assert raised.value.code is code
    assert details.items() <= raised.value.details.items()


@pytest.mark.parametrize("first", [True, False])
def test_channels_that_seem_to_come_first_are_told(
    tmp_path: Path, job: JobFolder, start_run: Callable[..., Run], told: Any, first: bool
) -> None:
    """Pictures whose channels come last are not."""
    pictures = np.zeros((60, 3, 16, 16) if first else (60, 16, 16, 3), np.uint8)
    np.savez(tmp_path / "a.npz", x=pictures, y=np.arange(60) % 2)
    open_dataset(TrainSpec(data=str(tmp_path / "a.npz")), start_run(job))
    warned = [(event.code, event.details) for event in told(WarningRaised)]
    assert warned == ([(WarningCode.CHANNELS_FIRST, {"shape": "(3, 16, 16)"})] if first else [])


@pytest.mark.parametrize("damage", ["missing", "empty", "cut", "flipped", "no zip", "a folder"])
def test_a_damaged_file_is_named(
    npz: Path, job: JobFolder, start_run: Callable[..., Run], damage: str
) -> None:
    """Whatever happened to it: the file once and what is the matter, never a training."""
    content = bytearray(npz.read_bytes())
    content[len(content) // 2] ^= 1
    npz.unlink()
    match damage:
        case "a folder":
            npz.mkdir()
        case "missing":
            pass
        case _:
            bad = {"empty": b"", "cut": content[:20_000], "flipped": content, "no zip": b"x" * 500}
            npz.write_bytes(bad[damage])
    with pytest.raises(TaskError) as raised:
        open_dataset(TrainSpec(data=str(npz)), start_run(job))
    assert raised.value.details["file"] == str(npz)
    assert str(npz.parent) not in str(raised.value.details.get("error", ""))
    codes = {"missing": FailureCode.DATA_MISSING, "a folder": FailureCode.NO_CLASS_FOLDERS}
    assert raised.value.code is codes.get(damage, FailureCode.DATA_UNREADABLE)
