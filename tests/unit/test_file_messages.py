"""Messages and buttons about files: whatever a file is called, Telegram takes them."""

import os
from datetime import UTC
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from bot.button import lasting, lasting_press
from bot.folder_view import Entry, FileView, FolderView
from bot.messages import files
from bot.received_files import Kept
from emulator.formatting import caption, message_text
from tests.jobs import NOW, queued

ROOT = Path("/content/drive/My Drive")
LONG = ["<b>", "&amp;", "😀" * 60, "a" * 255, "\n" * 200, "\udcff" * 100, "x" * 250 + ".tar.gz"]
FILE_NAMES = (st.sampled_from(LONG) | st.binary(min_size=1, max_size=255).map(os.fsdecode)).map(
    lambda name: name.replace("/", "_").replace("\x00", "_")
)
PATHS = st.lists(FILE_NAMES, max_size=12).map(lambda parts: ROOT.joinpath(*parts))
SIZES = st.none() | st.integers(0, 10**15)
ENTRIES = st.builds(lambda name, is_folder, size: Entry(ROOT / name, is_folder, size),
                    FILE_NAMES, st.booleans(), SIZES)  # fmt: skip


@given(PATHS, st.lists(ENTRIES, max_size=files.PAGE), st.integers(0, 10**6), st.booleans())
def test_every_folder_can_be_shown(
    path: Path, entries: list[Entry], more: int, whole: bool
) -> None:
    """As a message with a button for each entry, that means the very entry."""
    view = FolderView(path, tuple(entries), 8, more, len(entries), whole)
    message_text(files.folder(view, [ROOT]), "HTML", ())
    rows = files.folder_buttons(view, [ROOT])
    for entry, row in zip(entries, rows, strict=False):
        assert files.unpacked(row[0].arguments[files.AT]) == entry.path
        assert 0 < len(row[0].label.encode("utf-16-le")) <= 128
    assert rows[-1][0].action == (files.ROOTS if path == ROOT else files.LOOK)


@given(FILE_NAMES, st.integers(0, 10**15))
def test_every_file_can_be_shown_sent_and_kept(name: str, size_bytes: int) -> None:
    """Its view, the caption under it, and what is said when one was sent."""
    path = ROOT / name
    message_text(files.file(FileView(path, size_bytes, NOW), [ROOT], UTC), "HTML", ())
    caption(files.caption(queued()), "HTML", ())
    for kept in (Kept(path), Kept(path, was_there=True)):
        message_text(files.kept(name + "!", kept, size_bytes), "HTML", ())
    message_text(files.copying_to_drive(name, size_bytes), "HTML", ())
    message_text(files.on_drive(path), "HTML", ())
    message_text(files.unpacking(path, name), "HTML", ())
    assert len(files.sending(name)) <= 200


def test_a_result_button_fits_into_its_key() -> None:
    """It lasts: a job's last message keeps its buttons for ever."""
    button = files.result_button("Model", 10**9, "model.keras")
    [[key]] = lasting([[button]])
    press = lasting_press(key.data)
    assert press is not None
    assert (press.action, press.number("job")) == (files.RESULT, 10**9)


def test_a_long_name_keeps_its_ending_on_a_button() -> None:
    """It says what the file is."""
    entry = Entry(ROOT / ("a" * 100 + ".tar.gz"), is_folder=False, size_bytes=1)
    view = FolderView(ROOT, (entry,), 0, 0, 1)
    label = files.folder_buttons(view, [ROOT])[0][0].label
    assert label.endswith(".tar.gz · 1 Byte")
    assert "…" in label


def test_a_file_without_a_time_has_a_size() -> None:
    """And nothing that stands for a time."""
    said = files.file(FileView(ROOT / "a.bin", 2, None), [ROOT], UTC)
    assert "2 Bytes\n" in said
