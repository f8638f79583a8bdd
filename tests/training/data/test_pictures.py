"""A folder of pictures of one's own: what is found in it, and what each picture becomes."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from tests.training.data.conftest import striped
from training.data import Dataset
from training.datasets import preparing
from training.datasets.opening import open_dataset
from training.datasets.picture import Form, decode
from training.datasets.rows import Rows
from training.protocol.control import Control, StopMode
from training.protocol.events import DataRead, Event, Progressed, WarningRaised
from training.protocol.failure import FailureCode, TaskError, WarningCode
from training.protocol.folder import JobFolder
from training.protocol.spec import Colour, TrainSpec
from training.run import Run, Stopped

Told = Callable[[type[Event]], list[Any]]
NAMES = ["Zebra", "wide & <odd>", "éa"]  # as sorted


@pytest.fixture
def opened(pictures: Path, job: JobFolder, start_run: Callable[..., Run]) -> Any:
    """Open a folder as data."""

    def open_(folder: Path = pictures, **parameters: Any) -> Dataset:
        return open_dataset(TrainSpec(data=str(folder), **parameters), start_run(job))

    return open_


def everything(rows: Rows) -> NDArray[Any]:
    return rows.take(np.arange(len(rows)))


def fill(folder: Path, classes: dict[str, int], mode: str = "RGB") -> None:
    for name, count in classes.items():
        (folder / name).mkdir(parents=True, exist_ok=True)
        for number in range(count):
            Image.new(mode, (9, 8), number).save(folder / name / f"{number}.png")


def test_what_a_folder_holds_is_found(opened: Any, told: Told) -> None:
    """Size, colour, classes and how many, through a folder that holds nothing but one other."""
    data = opened()
    (read,) = told(DataRead)
    assert (read.train, read.test, read.own_test) == (72, 18, False)
    assert (read.shape, list(read.classes)) == ((12, 10, 3), NAMES)
    assert np.bincount(data.test.labels).tolist() == [6, 6, 6]
    assert told(Progressed)[0].unit == "pictures"


def test_each_picture_is_with_its_class(opened: Any, pictures: Path) -> None:
    """Pixel for pixel what the files hold, on one of the two sides."""
    data = opened()
    known = {
        np.asarray(Image.open(file)).tobytes(): NAMES.index(file.parent.name)
        for file in pictures.rglob("*.png")
    }
    found = [
        (pixels.tobytes(), label)
        for rows in (data.train, data.test)
        for pixels, label in zip(everything(rows), rows.labels.tolist(), strict=True)
    ]
    assert dict(found) == known
    assert len(found) == len(known) == 90


@pytest.mark.keras
def test_keras_finds_the_same_in_it(opened: Any, pictures: Path) -> None:
    """Classes, labels and pixels are those of ``image_dataset_from_directory``."""
    from training.backend import keras  # noqa: PLC0415

    theirs = keras.utils.image_dataset_from_directory(
        pictures / "inner", shuffle=False, batch_size=None, image_size=(12, 10), verbose=False
    )
    assert theirs.class_names == NAMES
    known = {image.numpy().astype(np.uint8).tobytes(): int(label) for image, label in theirs}
    data = opened()
    for rows in (data.train, data.test):
        for pixels, label in zip(everything(rows), rows.labels.tolist(), strict=True):
            assert known.pop(pixels.tobytes()) == label
    assert not known


@pytest.mark.parametrize("test", ["test", "val", "Validation"])
def test_folders_for_training_and_test_are_what_they_say(
    opened: Any, tmp_path: Path, test: str
) -> None:
    """With the test set that the folder brings, and nothing of it learned."""
    fill(tmp_path / "mine" / "Train", {"a": 5, "b": 4})
    fill(tmp_path / "mine" / test, {"a": 2, "b": 1})
    data = opened(tmp_path / "mine")
    assert (len(data.train), len(data.test), data.about.own_test) == (9, 3, True)
    assert everything(data.test)[:, 0, 0, 0].tolist() == [0, 1, 0]


def test_a_test_set_without_classes_is_left_alone(opened: Any, tmp_path: Path) -> None:
    """As competitions have it: the test is taken from what is labelled."""
    fill(tmp_path / "mine" / "train", {"a": 10, "b": 10})
    fill(tmp_path / "mine", {"test": 6})
    data = opened(tmp_path / "mine")
    assert (len(data.train), len(data.test), data.about.own_test) == (16, 4, False)


def test_what_is_no_picture_of_the_user_is_passed_over(
    opened: Any, tmp_path: Path, pictures: Path
) -> None:
    """Hidden files and folders, notes, macOS's own, pipes, folders without a picture."""
    before = opened(validation=0.5)
    inner = pictures / "inner"
    (inner / "Zebra" / "Thumbs.db").write_bytes(b"x")
    (inner / "Zebra" / "._1.png").write_bytes(b"x")
    (inner / "empty").mkdir()
    os.mkfifo(inner / "Zebra" / "pipe.png")
    fill(inner, {".ipynb_checkpoints": 3})
    fill(pictures, {"__MACOSX": 3})
    assert opened(validation=0.5).about.train == before.about.train


@pytest.mark.parametrize(
    ("parameters", "shape"),
    [
        ({"image_size": "8"}, (8, 8, 3)),
        ({"image_size": "20x16", "colour": Colour.GREY}, (20, 16, 1)),
        ({"colour": "grey"}, (12, 10, 1)),
    ],
)
def test_size_and_colour_can_be_chosen(
    opened: Any, parameters: dict[str, Any], shape: tuple[int, ...]
) -> None:
    """Whatever the files have."""
    data = opened(**parameters)
    assert data.train.shape == data.test.shape == shape
    assert everything(data.train).shape == (72, *shape)


def test_large_pictures_are_shrunk_as_they_are(opened: Any, tmp_path: Path) -> None:
    """To 96 pixels on their longer side, with their proportions; grey stays grey."""
    for name in ("a", "b"):
        (tmp_path / "large" / name).mkdir(parents=True)
        for number in range(3):
            Image.new("L", (400, 300), 90).save(tmp_path / "large" / name / f"{number}.jpg")
    assert opened(tmp_path / "large").train.shape == (72, 96, 1)


def saved(folder: Path, name: str, picture: Image.Image, **options: Any) -> bytes:
    file = folder / name
    picture.save(file, **options)
    return file.read_bytes()


def test_pictures_of_many_kinds_are_read_alike(tmp_path: Path) -> None:
    """Palette, see-through, 16 bits, print colours, one bit: the grey that one would see."""
    form = Form(4, 4, Colour.GREY)
    half = Image.new("L", (4, 4), 128)
    deep = Image.fromarray(np.full((4, 4), 128 * 257, np.uint16))
    kinds = [
        ("p.png", half.convert("P")), ("a.png", half.convert("RGBA")), ("l.gif", half),
        ("w.webp", half.convert("RGB")), ("c.tif", half.convert("RGB").convert("CMYK")),
        ("d.png", deep), ("b.bmp", half),
    ]  # fmt: skip
    for name, picture in kinds:
        found = decode(saved(tmp_path, name, picture), form)
        assert np.abs(found.astype(int) - 128).max() <= 2, name
    assert decode(saved(tmp_path, "1.png", Image.new("1", (4, 4), 1)), form).min() == 255


def test_a_picture_is_turned_as_it_was_held(tmp_path: Path) -> None:
    """Phones save pictures lying on their side, with a note; its pixels are what one sees."""
    upright = Image.fromarray(striped(1, (8, 4, 3))[0][0])
    exif = Image.Exif()
    exif[0x0112] = 6  # turn clockwise to see it
    lying = upright.transpose(Image.Transpose.ROTATE_90)
    found = decode(saved(tmp_path, "x.png", lying, exif=exif), Form(8, 4, Colour.RGB))
    assert np.array_equal(found, np.asarray(upright))


def damage(file: Path, how: str) -> None:
    content = file.read_bytes()
    match how:
        case "empty":
            file.write_bytes(b"")
        case "text":
            file.write_bytes(b"this is no picture")
        case "cut":
            file.write_bytes(content[: len(content) // 2])
        case "folder":
            file.unlink()
            file.mkdir()
        case "dangling":
            file.unlink()
            file.symlink_to("/nowhere")


@pytest.mark.parametrize("how", ["empty", "text", "cut", "dangling"])
def test_a_damaged_picture_is_left_out_and_named(
    opened: Any, pictures: Path, told: Told, how: str
) -> None:
    """One among many does not end a training; its place is told."""
    damage(pictures / "inner" / "Zebra" / "10.png", how)
    data = opened()
    assert len(data.train) + len(data.test) == 89
    (warning,) = told(WarningRaised)
    assert warning.code is WarningCode.PICTURES_LEFT_OUT
    assert warning.details["count"] == 1
    assert warning.details["files"] == ["inner/Zebra/10.png"]
    assert warning.details["error"]


def test_a_folder_of_damaged_pictures_is_refused(opened: Any, pictures: Path) -> None:
    """Where most are damaged, something else is wrong."""
    for file in sorted(pictures.rglob("*.png"))[:60]:
        damage(file, "cut")
    with pytest.raises(TaskError) as raised:
        opened()
    assert raised.value.code is FailureCode.PICTURES_DAMAGED
    details = raised.value.details
    assert (details["count"], details["total"]) == (60, 90)
    assert str(details["first"]).startswith("inner/Zebra/")


LAYOUTS: dict[str, tuple[Callable[[Path], None], FailureCode, dict[str, object]]] = {
    "nothing": (lambda f: f.mkdir(), FailureCode.NO_CLASS_FOLDERS, {"pictures": 0}),
    "loose": (
        lambda f: fill(f.parent, {f.name: 7}), FailureCode.NO_CLASS_FOLDERS, {"pictures": 7},
    ),
    "one class": (
        lambda f: fill(f, {"rose": 5}), FailureCode.DATA_ONE_CLASS, {"classes": ["rose"]},
    ),
    "one class with pictures": (
        lambda f: fill(f, {"rose": 5, "empty": 0}),
        FailureCode.DATA_ONE_CLASS, {"classes": ["rose"]},
    ),
    "a class in the test only": (
        lambda f: (fill(f / "train", {"a": 2, "b": 2}), fill(f / "test", {"a": 1, "c": 1})),
        FailureCode.DATA_NEW_CLASS, {"classes": ["c"]},
    ),
    "one picture a class": (
        lambda f: fill(f, {"a": 1, "b": 1}), FailureCode.DATA_EMPTY, {"name": "test"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("layout", LAYOUTS)
def test_what_is_wrong_with_a_folder_is_named(opened: Any, tmp_path: Path, layout: str) -> None:
    """No classes, one, none to test with: the reason and the names."""
    make, code, details = LAYOUTS[layout]
    make(tmp_path / "mine")
    with pytest.raises(TaskError) as raised:
        opened(tmp_path / "mine")
    assert raised.value.code is code
    assert details.items() <= raised.value.details.items()


def test_names_that_are_no_text_do_no_harm(opened: Any, pictures: Path, told: Told) -> None:
    """A name of any bytes is a class like any other."""
    strange = os.fsencode(pictures / "inner") + b"/\xff\xfe"
    shutil.copytree(os.fsencode(pictures / "inner" / "Zebra"), strange)
    data = opened()
    assert data.train.classes == 4
    assert "??" in told(DataRead)[0].classes


def test_without_room_on_the_disk_pictures_are_read_anew(
    opened: Any, job: JobFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same pixels, and nothing is laid down."""
    laid_down = opened()
    pixels = everything(laid_down.train)
    monkeypatch.setattr(preparing, "LEFT_FREE_BYTES", 1 << 60)
    data = opened()
    assert isinstance(data.train.source, preparing.PictureFiles)
    assert (job.prepared / "pictures").stat().st_size == 0
    assert np.array_equal(everything(data.train), pixels)
    assert data.about.fingerprint == laid_down.about.fingerprint


def test_reading_can_be_stopped(pictures: Path, job: JobFolder, start_run: Any) -> None:
    """A stop is obeyed before all pictures are read."""
    run = start_run(job)
    run.control = Control(run=run.number, stop=StopMode.NOW)
    with pytest.raises(Stopped):
        open_dataset(TrainSpec(data=str(pictures)), run)


def test_fewer_samples_are_read_only(opened: Any, job: JobFolder) -> None:
    """A quick try reads what it takes, of all classes."""
    data = opened(samples=9)
    assert (len(data.train), len(data.test)) == (9, 9)
    assert set(data.train.labels) == {0, 1, 2}
    assert (job.prepared / "pictures").stat().st_size == 18 * 12 * 10 * 3


@pytest.mark.parametrize("change", ["content", "name", "one less"])
def test_the_fingerprint_knows_each_picture(opened: Any, pictures: Path, change: str) -> None:
    """Another pixel, another name or one picture less: other data."""
    before = opened().about.fingerprint
    assert opened().about.fingerprint == before
    file = pictures / "inner" / "Zebra" / "10.png"
    match change:
        case "content":
            Image.new("RGB", (10, 12)).save(file)
        case "name":
            file.rename(file.with_name("11.png"))
        case "one less":
            file.unlink()
    assert opened().about.fingerprint != before
