"""docs/ARCHITECTURE.md names the rooms there are, and no others."""

import re
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
PAGE = (PROJECT / "docs" / "ARCHITECTURE.md").read_text(encoding="utf-8")
NAMED = set(re.findall(r"[`/](\w+\.py)`", PAGE))
# Elsewhere a folder's own line says what all of its files are.
ONE_BY_ONE = ("bot", "bot/vault", "training", "training/protocol")


def modules(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.glob("*.py") if path.name != "__init__.py")


@pytest.mark.parametrize("folder", ONE_BY_ONE)
def test_every_room_is_on_the_page(folder: str) -> None:
    """Whoever looks for a module of these folders finds it there."""
    assert [name for name in modules(PROJECT / folder) if name not in NAMED] == []


@pytest.mark.parametrize("package", ["bot", "training"])
def test_every_folder_is_on_the_page(package: str) -> None:
    """With a line of its own."""
    folders = sorted(path.parent.name for path in (PROJECT / package).glob("*/__init__.py"))
    assert [name for name in folders if f"{name}/`" not in PAGE] == []


def test_what_the_page_names_is_there() -> None:
    """A room that was renamed is renamed on the page."""
    places = [PROJECT / "bot", PROJECT / "training", PROJECT / "tests"]
    there = {path.name for place in places for path in place.rglob("*.py")}
    assert NAMED - there == set()
