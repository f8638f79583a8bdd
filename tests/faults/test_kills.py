"""A sample of the kills in each run of the suite; ``make faults`` has all of them."""

import pytest

from tests.faults import bot_kills, job_kills

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
