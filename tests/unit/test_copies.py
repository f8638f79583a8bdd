"""Copies in home: what counts as copied was read back, and is what was written."""

from pathlib import Path

import pytest

from bot.home_copy import HomeTrouble
from bot.vault.trouble import HomeFailed
from bot.vault.unit import ASIDE, Unit


def test_what_is_read_back_must_be_what_was_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file system that keeps other bytes than it got is noticed, and nothing counts as copied."""
    source, home = tmp_path / "log.txt", tmp_path / "home"
    source.write_bytes(b"every byte counts")
    write = Unit._write

    def write_and_flip(unit: Unit, aside: Path, *more: object) -> None:
        write(unit, aside, *more)
        aside.write_bytes(aside.read_bytes().replace(b"byte", b"bite"))

    monkeypatch.setattr(Unit, "_write", write_and_flip)
    unit = Unit(home, lambda: None)
    with pytest.raises(HomeFailed) as failed:
        unit.put("log.txt", source)
    assert failed.value.trouble is HomeTrouble.UNVERIFIED
    assert not (home / "log.txt").exists()
    assert not (home / (ASIDE + "log.txt")).exists()
