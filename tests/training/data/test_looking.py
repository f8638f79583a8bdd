"""A look into data for the bot: what is there, what is in it, what is worth knowing."""

import io
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from training.datasets.contact_sheet import heading
from training.datasets.listing import list_data
from training.datasets.looking import look
from training.protocol.data_look import (
    DAMAGED,
    FEW,
    NOT_WHOLE,
    TEST_IN_TRAIN,
    TWO_CLASSES,
    UNBALANCED,
    DataSeen,
    LookAtData,
)
from training.protocol.failure import FailureCode, WarningCode


def in_time() -> float:
    return time.time() + 60


def seen_in(path: Path) -> DataSeen:
    seen, _ = look(path, in_time())
    return seen


def troubles(seen: DataSeen) -> dict[str, dict[str, Any]]:
    return {trouble.code: trouble.details for trouble in seen.troubles}


def test_what_is_in_a_folder_is_told(pictures: Path) -> None:
    """Counts by class, the split and the form of a training, and nothing amiss."""
    seen = seen_in(pictures)
    assert seen.counts == (("Zebra", 30, 0), ("wide & <odd>", 30, 0), ("éa", 30, 0))
    assert seen.about is not None
    assert (seen.about.train, seen.about.test, seen.about.shape) == (72, 18, (12, 10, 3))
    assert seen.size_bytes == sum(file.stat().st_size for file in pictures.rglob("*.png"))
    assert not seen.troubles


@pytest.mark.parametrize("kind", ["pictures", "npz"])
def test_samples_are_shown_as_a_picture(kind: str, request: pytest.FixtureRequest) -> None:
    """A picture that a phone shows at once, with something of each class on it."""
    seen, content = look(request.getfixturevalue(kind), in_time())
    assert seen.picture
    sheet = Image.open(io.BytesIO(content))
    assert (sheet.format, sheet.width) == ("PNG", 1080)
    rows = np.asarray(sheet.convert("L")).std(axis=1)
    assert (rows > 20).sum() > 2 * 150  # rows of stripes, some of which are white as the paper


def test_arrays_and_tables_are_looked_into(npz: Path, table: Path) -> None:
    """As a training reads them."""
    assert seen_in(npz).counts == (("0", 30, 10), ("1", 30, 10), ("2", 30, 10))
    seen, picture = look(table, in_time())
    assert seen.counts == (("a", 32, 8), ("b", 32, 8), ("c", 32, 8))
    assert picture == b""


def test_what_a_training_would_leave_out_of_a_table_is_told(table: Path) -> None:
    """Columns and rows, in the words that the training has for it."""
    table.write_text(table.read_text() + "1000,low,t120,\n")
    found = troubles(seen_in(table))
    assert found[WarningCode.COLUMNS_LEFT_OUT] == {"columns": ["ticket"]}
    assert found[WarningCode.ROWS_WITHOUT_LABEL] == {"column": "kind", "count": 1, "total": 121}


def test_damaged_pictures_are_named(pictures: Path) -> None:
    """Empty ones, and those that were cut off while they were copied."""
    inner = pictures / "inner" / "Zebra"
    (inner / "10.png").write_bytes(b"")
    cut = inner / "13.png"
    cut.write_bytes(cut.read_bytes()[:-20])
    found = troubles(seen_in(pictures))
    assert found == {DAMAGED: {"count": 2, "files": ["inner/Zebra/10.png", "inner/Zebra/13.png"]}}


def test_what_is_no_picture_is_named_whatever_it_is_called(pictures: Path) -> None:
    """Text with a picture's name is damaged; pictures of other kinds are not."""
    inner = pictures / "inner" / "Zebra"
    for kind in ("bmp", "gif", "webp"):
        with Image.open(inner / "10.png") as picture:
            picture.rotate(len(kind) + ord(kind[0])).save(inner / f"10.{kind}")
    (inner / "bad.jpg").write_text("<html>Not Found</html>")
    assert troubles(seen_in(pictures)) == {DAMAGED: {"count": 1, "files": ["inner/Zebra/bad.jpg"]}}


def test_pictures_of_the_test_that_are_learned_are_named(pictures: Path) -> None:
    """By content, whatever they are called."""
    learned, tested = pictures / "inner" / "train", pictures / "inner" / "test"
    learned.mkdir()
    for name in ("Zebra", "éa"):
        (pictures / "inner" / name).rename(learned / name)
        (tested / name).mkdir(parents=True)
        source = sorted((learned / name).iterdir())
        for number, file in enumerate(source[:12]):
            file.rename(tested / name / file.name)
            if number == 0:
                shutil.copy(tested / name / file.name, learned / name / "again.png")
    shutil.rmtree(pictures / "inner" / "wide & <odd>")
    details = troubles(seen_in(pictures))[TEST_IN_TRAIN]
    assert details["count"] == 2
    assert str(details["files"][0]).startswith("inner/test/Zebra/")


def test_samples_of_arrays_that_are_learned_and_tested_are_named(
    tmp_path: Path, arrays: dict[str, Any]
) -> None:
    """By content as well."""
    arrays["x_test"][4] = arrays["x_train"][50]
    np.savez(tmp_path / "leaky.npz", **arrays)
    assert troubles(seen_in(tmp_path / "leaky.npz")) == {
        TEST_IN_TRAIN: {"count": 1, "files": ["#4"]}
    }


def test_uneven_classes_are_told(pictures: Path) -> None:
    """One with few pictures, one picture in two classes."""
    inner = pictures / "inner"
    for file in sorted((inner / "Zebra").iterdir())[5:]:
        file.unlink()
    shutil.copy(next((inner / "éa").iterdir()), inner / "wide & <odd>" / "x.png")
    found = troubles(seen_in(pictures))
    assert found[FEW] == {"classes": ["Zebra"]}
    assert found[UNBALANCED] == {"most": "wide & <odd>", "least": "Zebra", "times": 6}
    assert found[TWO_CLASSES]["count"] == 1


def test_without_time_it_tells_how_far_it_got(pictures: Path, npz: Path) -> None:
    """What was not looked at is not said to be well."""
    seen, _ = look(pictures, time.time())
    assert troubles(seen) == {NOT_WHOLE: {"looked_at": 0, "total": 90}}
    assert sum(train for _, train, _ in seen.counts) == 90
    assert troubles(look(npz, time.time())[0]).keys() == {NOT_WHOLE}


def test_what_cannot_be_learned_from_says_why(tmp_path: Path, pictures: Path) -> None:
    """The same reasons as a training has, and what is there all the same."""
    for name in ("Zebra", "éa"):
        shutil.rmtree(pictures / "inner" / name)
    seen = seen_in(pictures)
    assert seen.about is None
    assert seen.failure is not None
    assert seen.failure.code == FailureCode.DATA_ONE_CLASS
    assert seen.counts == (("wide & <odd>", 30, 0),)
    for name, code in [
        ("nothing.npz", FailureCode.DATA_MISSING), ("notes.txt", FailureCode.DATA_UNSUPPORTED),
    ]:  # fmt: skip
        (tmp_path / "notes.txt").touch()
        failed = seen_in(tmp_path / name).failure
        assert failed is not None
        assert failed.code == code


def test_data_is_found_by_its_form(tmp_path: Path, pictures: Path, npz: Path, table: Path) -> None:
    """Folders around classes, also those with train and test, arrays and tables; nothing else."""
    for part in ("train", "test"):
        shutil.copytree(pictures / "inner", tmp_path / "parted" / part)
    shutil.copytree(pictures, tmp_path / ".hidden")
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "a.txt").touch()
    found = list_data([tmp_path], 10)
    assert found.whole
    assert dict(found.found) == {
        str(pictures / "inner"): "pictures",
        str(tmp_path / "parted"): "pictures",
        str(npz): "npz",
        str(table): "csv",
    }
    assert len(list_data([tmp_path], 2).found) == 2


def test_what_was_made_last_is_listed_first(tmp_path: Path, pictures: Path) -> None:
    """Folders of pictures before files, however many of those there are."""
    for number in range(30):
        (tmp_path / f"a{number:02}.csv").touch()
        os.utime(tmp_path / f"a{number:02}.csv", (number, number))
    older = tmp_path / "an older one"
    shutil.copytree(pictures / "inner", older)
    os.utime(older, (1, 1))
    found = list_data([tmp_path], 4)
    assert [Path(path).name for path, _ in found.found] == [
        "inner", "an older one", "a29.csv", "a28.csv",
    ]  # fmt: skip
    assert not found.whole


@pytest.mark.parametrize("kind", ["pictures", "npz", "table"])
def test_the_program_answers_on_its_output(kind: str, request: pytest.FixtureRequest) -> None:
    """A line of JSON and nothing before it, then the picture; Keras is not loaded for it."""
    path = request.getfixturevalue(kind)
    question = LookAtData(path=str(path), until=in_time()).model_dump_json().encode()
    program = (
        "import runpy, sys; runpy.run_module('training.datasets.looking', run_name='__main__');"
        "sys.exit('keras' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], input=question, capture_output=True, check=False,
        cwd=Path(__file__).parents[3],
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    header, _, picture = done.stdout.partition(b"\n")
    seen = DataSeen.model_validate_json(header)
    assert (seen.name, seen.picture) == (path.name, kind != "table")
    assert picture.startswith(b"\x89PNG" if seen.picture else b"")


@pytest.mark.parametrize(
    ("name", "drawn"), [("tulip", "2. tulip"), ("圆形", "2."), ("é", "2. é"), ("x" * 99, None)]
)
def test_a_row_is_found_also_where_its_name_cannot_be_drawn(name: str, drawn: str | None) -> None:
    """By its number in the order of the classes, instead of by question marks."""
    assert heading(2, name) == (drawn or f"2. {'x' * 60}")
