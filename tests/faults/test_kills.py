"""A sample of the kills in each run of the suite; ``make faults`` has all of them."""

import multiprocessing
import os
import signal
from pathlib import Path

import pytest

from tests.faults import bot_kills, bot_points, job_kills, job_points, vault_points
from tests.faults.mortality import Death

pytestmark = pytest.mark.slow


def test_a_bot_that_is_killed_loses_nothing() -> None:
    """Twenty-five SIGKILLs at random moments: no job and no notification lost or doubled."""
    finding = bot_kills.strike(25)
    assert finding.times == 25
    assert finding.books.jobs > 5
    assert finding.books.problems == []


def test_a_job_process_that_is_killed_loses_nothing() -> None:
    """Fifteen SIGKILLs at random moments: each job ends as it must, no epoch left out."""
    finding = job_kills.strike(15)
    assert finding.times == 15
    assert finding.books.jobs > 1
    assert finding.books.problems == []


def test_a_bot_that_dies_at_a_chosen_call_loses_nothing() -> None:
    """Calls from the first to the last, each the last that a bot came to make."""
    finding = bot_points.strike(8)
    assert finding.times > 4
    assert finding.books.problems == []


def test_a_job_process_that_dies_at_a_chosen_call_loses_nothing() -> None:
    """Calls of a training, an unzip and an install, each the last of a run."""
    finding = job_points.strike(9)
    assert finding.times > 4
    assert finding.books.problems == []


def test_a_machine_that_is_lost_while_the_vault_writes_loses_nothing_that_was_called_safe() -> None:
    """Bot, job and work folder go at a chosen call; a new machine goes on from home."""
    finding = vault_points.strike(6)
    assert finding.times > 2
    assert finding.books.problems == []


def test_without_strace_death_comes_from_inside(tmp_path: Path) -> None:
    """The third write is not made any more, and the record says so."""
    target, death = tmp_path / "written", Death("write", 3, tmp_path / "calls", traced=False)
    child = multiprocessing.get_context("spawn").Process(
        target=_write_for_ever, args=(death, target)
    )
    child.start()
    child.join()
    assert child.exitcode == -signal.SIGKILL
    assert target.read_bytes() == b"xx"
    assert death.came
    assert death.counts() == {"write": 3}


def _write_for_ever(death: Death, target: Path) -> None:
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT)
    death()
    while True:
        os.write(descriptor, b"x")
