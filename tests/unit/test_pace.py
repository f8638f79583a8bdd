"""Telegram's limits are kept, whatever the bot has to say, on a clock of the test's own."""

from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.pace import GROUP_BURST, PRIVATE_BURST, Pace

PRIVATE, GROUP = 1001, -1001
GAPS = st.just(0.0) | st.floats(0, 5)
ACTS = st.lists(st.tuples(st.sampled_from(["send", "edit"]), GAPS), min_size=1, max_size=120)


class Clock:
    """A clock that moves only when it is told to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def pace(clock: Clock) -> Pace:
    return Pace(clock)


def played(acts: list[tuple[str, float]], chat_id: int) -> list[tuple[float, str]]:
    """When a patient caller acted, who waits as long as it is told and then some."""
    clock = Clock()
    pace = Pace(clock)
    times = []
    for act, gap in acts:
        clock.now += gap
        wait = pace.send_wait_s if act == "send" else pace.edit_wait_s
        while (wait_s := wait(chat_id)) > 0:
            clock.now += wait_s + 1e-6
        (pace.sent if act == "send" else pace.edited)(chat_id)
        times.append((clock.now, act))
    return times


def most_within(times: list[float], seconds: float) -> int:
    """The largest number of moments in any stretch of time."""
    return max(sum(start <= t < start + seconds for t in times) for start in times)


@example([("send", 0.0)] * 60, 10)
@given(ACTS, st.integers(1, 60))
def test_a_private_chat_gets_one_a_second(acts: list[tuple[str, float]], seconds: int) -> None:
    """After a short burst never more than a message or edit a second, in any stretch of time."""
    times = [moment for moment, _ in played(acts, PRIVATE)]
    assert most_within(times, seconds) <= seconds + PRIVATE_BURST


@example([("send", 0.0)] * 60)
@given(ACTS)
def test_a_group_gets_twenty_a_minute(acts: list[tuple[str, float]]) -> None:
    """Never more in any minute, the burst included."""
    times = [moment for moment, _ in played(acts, GROUP)]
    assert most_within(times, 60) <= 20


@given(ACTS)
def test_edits_are_three_seconds_apart(acts: list[tuple[str, float]]) -> None:
    """Quick edits have drawn bans of minutes."""
    edits = [moment for moment, act in played(acts, PRIVATE) if act == "edit"]
    assert all(later - earlier >= 3 - 1e-6 for earlier, later in pairwise(edits))


@given(st.floats(0.1, 900), st.floats(0, 900))
def test_a_block_lasts_all_its_time(seconds: float, waited: float) -> None:
    """While Telegram wants nothing, neither messages nor edits nor answers may go."""
    clock = Clock()
    pace = Pace(clock)
    pace.block(PRIVATE, seconds)
    clock.now += waited
    over = clock.now >= 1000.0 + seconds
    assert (pace.send_wait_s(PRIVATE) == 0) is over
    assert (pace.edit_wait_s(PRIVATE) == 0) is over
    assert pace.blocked(PRIVATE) is not over


def test_a_shorter_block_does_not_end_a_longer_one(pace: Pace, clock: Clock) -> None:
    """The card's back-off must not cut short what the sender was told."""
    pace.block(PRIVATE, 30)
    pace.block(PRIVATE, 1)
    clock.now += 2
    assert pace.send_wait_s(PRIVATE) == pytest.approx(28)


def test_a_word_opens_a_chat_that_was_shut(pace: Pace) -> None:
    """Who writes is to be answered at once; what Telegram itself asked for stays."""
    pace.shut(PRIVATE, 600)
    assert pace.blocked(PRIVATE)
    assert pace.send_wait_s(PRIVATE) == pytest.approx(600)
    pace.block(PRIVATE, 30)
    pace.heard(PRIVATE)
    assert pace.send_wait_s(PRIVATE) == pytest.approx(30)


@pytest.mark.parametrize(("chat_id", "burst"), [(PRIVATE, PRIVATE_BURST), (GROUP, GROUP_BURST)])
def test_a_short_burst_need_not_wait(pace: Pace, chat_id: int, burst: int) -> None:
    """An idle chat takes a few messages at once, and then makes one wait."""
    for _ in range(burst):
        assert pace.send_wait_s(chat_id) == 0
        pace.sent(chat_id)
    assert pace.send_wait_s(chat_id) > 0


def test_chats_do_not_wait_for_each_other(pace: Pace) -> None:
    """A chat that is blocked, or was talked to a lot, costs another nothing."""
    pace.block(PRIVATE, 900)
    for _ in range(50):
        pace.edited(GROUP)
    assert pace.send_wait_s(2002) == 0
    assert pace.edit_wait_s(2002) == 0


def test_many_replies_do_not_hold_back_notifications_for_minutes(pace: Pace) -> None:
    """Replies go out of turn; the debt they leave is a burst's worth."""
    for _ in range(200):
        pace.sent(PRIVATE)
    assert pace.send_wait_s(PRIVATE) <= PRIVATE_BURST + 1
