"""The end of a job's log, as a terminal would show it."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.log_tail import TAIL_BYTES, log_tail
from training.protocol.folder import JobFolder


@pytest.fixture
def folder(tmp_path: Path) -> JobFolder:
    return JobFolder(tmp_path)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=400), st.integers(1, 9))
def test_any_bytes_give_at_most_so_many_lines(
    folder: JobFolder, content: bytes, lines: int
) -> None:
    """Whatever a program prints: no exception, no line's end, no empty line."""
    folder.log.write_bytes(content)
    found = log_tail(folder, lines)
    assert len(found) <= lines
    assert all(line.strip() and "\n" not in line for line in found)


def test_the_last_lines_are_shown_as_they_stand_on_a_screen(folder: JobFolder) -> None:
    """Without colours, and of a line that was drawn again and again the last drawing."""
    folder.log.write_bytes(
        b"first\n\x1b[31mred\x1b[0m \nstep 1/9\rstep 2/9\rstep 9/9\r\n\n  indented"
    )
    assert log_tail(folder, 3) == ("red", "step 9/9", "  indented")


def test_a_huge_log_is_read_from_its_end(folder: JobFolder) -> None:
    """Also where a character is cut by the reading."""
    folder.log.write_bytes("ü".encode() * TAIL_BYTES + b"x\nlast\n")
    assert log_tail(folder, 1) == ("last",)


def test_there_may_be_no_log(folder: JobFolder) -> None:
    """A job that has not begun."""
    assert log_tail(folder, 5) == ()
