"""Data folders: what a command names is found, and nothing outside them ever is."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.data_folders import DataFolders
from bot.errors import FileNotFound, OutsideDataFolders

PARTS = st.sampled_from(["..", ".", "", "in", "out", "secret.txt", "a.zip", "~", "\x00", "loop"])


@pytest.fixture
def drive(tmp_path: Path) -> Path:
    """``My Drive`` with a file, and beside it what must not be found."""
    root = tmp_path / "My Drive"
    (root / "in").mkdir(parents=True)
    (root / "in/a.zip").touch()
    (tmp_path / "out").mkdir()
    (tmp_path / "out/secret.txt").touch()
    (root / "out").symlink_to(tmp_path / "out")
    (root / "loop").symlink_to(root / "loop")
    (root / "a link.zip").symlink_to(root / "in/a.zip")
    return root


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(PARTS, min_size=1, max_size=6), st.booleans())
def test_no_name_leads_out(drive: Path, parts: list[str], absolute: bool) -> None:
    """Dots, links, circles, an absolute path: a file inside, or a refusal."""
    name = "/".join(parts)
    folders = DataFolders([drive])
    try:
        found = folders.find(f"{drive}/{name}" if absolute else name)
    except (FileNotFound, OutsideDataFolders):
        return
    assert found.is_relative_to(drive.resolve())


@pytest.mark.parametrize("name", ["in/a.zip", "My Drive/in/a.zip", "a link.zip", "in/../in/a.zip"])
def test_a_file_is_found_by_each_of_its_names(drive: Path, name: str) -> None:
    """As it stands in the folder, with the folder's own name, through a link inside."""
    assert DataFolders([drive]).find(name) == drive / "in/a.zip"


@pytest.mark.parametrize("name", ["../out/secret.txt", "out/secret.txt", "/etc/passwd"])
def test_a_file_outside_is_called_so(drive: Path, name: str) -> None:
    """Not: not found."""
    with pytest.raises(OutsideDataFolders):
        DataFolders([drive]).find(name)


def test_a_slip_gets_the_nearest_name(drive: Path) -> None:
    """A name as the command takes it."""
    with pytest.raises(FileNotFound) as caught:
        DataFolders([drive]).find("in/b.zip")
    assert "in/a.zip" in caught.value.nearest


def test_what_is_closed_is_not_there(drive: Path) -> None:
    """The bot's memory may lie on a Drive that everybody with a role may look at."""
    closed = drive / "in"
    folders = DataFolders([drive], closed=[closed])
    with pytest.raises(OutsideDataFolders):
        folders.find("in/a.zip")
    with pytest.raises(OutsideDataFolders):
        folders.look(closed, 0, 10)
    assert [file.path for file in folders.archives(10)[0] if closed in file.path.parents] == []
    assert DataFolders([drive]).find("in/a.zip") == closed / "a.zip"
