"""Folders as they look from the chat."""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import folder_view
from bot.folder_view import FileView, FolderView, time_of, view_file, view_folder


def names(view: FolderView) -> list[str]:
    return [entry.path.name for entry in view.entries]


def test_a_folder_comes_in_the_order_that_people_count_in(tmp_path: Path) -> None:
    """Folders first, 2 before 10, capitals like others; hidden things not at all."""
    for name in ("b2.png", "B10.png", "a.txt", ".new-1", "²³.txt", "٣.txt"):
        (tmp_path / name).write_bytes(b"12")
    for name in ("10", "9", ".hidden"):
        (tmp_path / name).mkdir()
    view = view_folder(tmp_path, 0, 20)
    assert names(view) == ["9", "10", "٣.txt", "a.txt", "b2.png", "B10.png", "²³.txt"]
    assert (view.folders, view.files, view.whole) == (2, 5, True)
    assert [entry.size_bytes for entry in view.entries[:3]] == [None, None, 2]
    assert names(view_folder(tmp_path, 0, 2, backwards=True)) == ["10", "9"]


@given(st.integers(0, 25), st.integers(1, 8), st.integers(-5, 60))
def test_pages_are_whole_and_never_beyond_the_end(count: int, most: int, start: int) -> None:
    """Whatever a button of an earlier day asks for: the folder may have shrunk since."""
    listed = [str(number) for number in range(count)]

    class Listing(list):
        def __enter__(self) -> "Listing":
            return self

        def __exit__(self, *error: object) -> None: ...

    class Item:
        def __init__(self, name: str) -> None:
            self.name = name

        def is_dir(self) -> bool:
            return True

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "scandir", lambda path: Listing(map(Item, listed)))
        view = view_folder(Path("/"), start, most)
    assert names(view) == listed[view.start : view.start + most]
    assert bool(names(view)) == bool(count)
    if 0 <= start < count:
        assert view.start == start // most * most


def test_a_folder_that_is_too_large_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By number or by time, what was seen is shown, and that it is not all."""
    for number in range(5):
        (tmp_path / str(number)).touch()
    assert not view_folder(tmp_path, 0, 9, list_s=-1).whole
    monkeypatch.setattr(folder_view, "MOST_LISTED", 4)
    view = view_folder(tmp_path, 0, 9)
    assert (view.total, view.whole) == (4, False)


def test_what_cannot_be_measured_is_shown_without_a_size(tmp_path: Path) -> None:
    """A link that leads nowhere, and one that leads to itself."""
    (tmp_path / "nowhere").symlink_to(tmp_path / "gone")
    (tmp_path / "circle").symlink_to(tmp_path / "circle")
    view = view_folder(tmp_path, 0, 9)
    assert [(entry.path.name, entry.size_bytes) for entry in view.entries] == [
        ("circle", None),
        ("nowhere", None),
    ]


@pytest.mark.parametrize("seconds", [-1e11, 1e12, 1e300, float("inf"), float("nan")])
def test_a_time_of_no_calendar_is_no_time(seconds: float) -> None:
    """Before the year 1, or after 9999."""
    assert time_of(seconds) is None


def test_a_file_is_seen_with_its_size_and_its_time(tmp_path: Path) -> None:
    """As the disk has them."""
    file = tmp_path / "old.bin"
    file.write_bytes(b"12")
    os.utime(file, (0, 86_400))
    assert view_file(file) == FileView(file, 2, datetime(1970, 1, 2, tzinfo=UTC))
