"""What is said of copies: true, with a remedy, and of a form that Telegram takes."""

from dataclasses import replace
from datetime import UTC

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.home_copy import HomeState, HomeTrouble, JobCopy
from bot.job import Ending
from bot.messages import vault
from emulator.formatting import message_text
from emulator.objects import FormattedText
from tests.jobs import NOW, ended, queued, running
from training.protocol.spec import UnzipSpec

HOSTILE = st.text(max_size=300) | st.sampled_from(["<b>", "&amp;", "a" * 9000, "😀" * 2500])
LONG = UnzipSpec(archive="/d/" + "<&>" * 300, destination="/w/x")


def shown(message: str) -> FormattedText:
    """What the chat shows of a message, if Telegram takes it."""
    return message_text(message, "HTML", ())


@pytest.mark.parametrize("trouble", HomeTrouble)
def test_the_card_says_since_when_and_why(trouble: HomeTrouble) -> None:
    """Whatever the trouble is; and that nothing was ever copied is said as well."""
    home = HomeState(trouble, NOW, ())
    line = vault.saved_line(running(), JobCopy(1, "a mark", epoch=5), home)
    assert line == f"not saved since epoch 5: {vault.CAUSES[trouble]}"
    line = vault.saved_line(running(), JobCopy(1), home)
    assert line == f"not saved yet: {vault.CAUSES[trouble]}"


def test_the_card_of_an_ended_job_that_is_copied_says_so_in_any_trouble() -> None:
    """Later trouble does not touch what is in home whole; an older run's copy is not that."""
    home = HomeState(HomeTrouble.GONE, NOW, ())
    job = ended(running(run=2))
    assert vault.saved_line(job, JobCopy(1, "a mark", ended_run=2, epoch=5), home) == "saved ✓"
    not_whole = vault.saved_line(job, JobCopy(1, "a mark", ended_run=1, epoch=5), home)
    assert not_whole == "not saved since epoch 5: Drive is not connected"


@given(st.sampled_from(HomeTrouble), st.integers(0, 40), st.none() | st.integers(0, 10_000))
def test_the_message_of_an_outage_is_taken(
    trouble: HomeTrouble, count: int, epoch: int | None
) -> None:
    """With any number of jobs, and it says what a lost machine would cost now."""
    jobs = [(queued(LONG, number), JobCopy(number, epoch=epoch)) for number in range(count)]
    text = shown(vault.home_failing(trouble, 700, jobs)).text
    assert vault.CAUSES[trouble] in text
    assert text.count("if this machine were lost now") == min(count, vault.MOST_JOBS)
    assert ("The same goes for" in text) == (count > vault.MOST_JOBS)


@given(HOSTILE, HOSTILE, st.integers(0, 40))
def test_the_last_word_of_an_older_launch_is_taken(newer: str, here: str, count: int) -> None:
    """Whatever the machines are called and however many jobs run there."""
    jobs = [replace(running(LONG), id=number) for number in range(count)]
    text = shown(vault.outrun(newer, "12:00 UTC", here, jobs)).text
    assert ("Stop the older machine" in text) == (count > 0)


@given(st.lists(st.tuples(st.none() | st.integers(0, 99), st.lists(HOSTILE, max_size=30))))
def test_the_message_of_damage_is_taken(found: list[tuple[int | None, list[str]]]) -> None:
    """Whatever was damaged."""
    jobs = [(ended(running(LONG), Ending.LOST), epoch, names) for epoch, names in found]
    shown(vault.damaged_copy(NOW, jobs, UTC))
