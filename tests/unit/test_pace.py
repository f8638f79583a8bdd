"""How fast a chat is talked to, on a clock of the test's own."""

import pytest

from bot.pace import EDIT_INTERVAL_S, GROUP_INTERVAL_S, PRIVATE_BURST, Pace

CHAT, GROUP = 1001, -1001


class Clock:
    """Stands still until it is told."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def sent_in(pace: Pace, clock: Clock, chat_id: int, seconds: float) -> int:
    """How many messages a patient sender gets off in a time."""
    end, count = clock.now + seconds, 0
    while (wait := pace.send_wait_s(chat_id)) <= end - clock.now:
        clock.now += wait
        pace.sent(chat_id)
        count += 1
    return count


def test_a_private_chat_gets_one_a_second_after_a_burst(clock: Clock) -> None:
    """A minute holds sixty messages and the burst, no more."""
    assert sent_in(Pace(clock), clock, CHAT, 60) <= 60 + PRIVATE_BURST + 1


def test_a_group_gets_twenty_a_minute(clock: Clock) -> None:
    """Over an hour the burst is lost in the count."""
    assert sent_in(Pace(clock), clock, GROUP, 3600) <= 3600 / GROUP_INTERVAL_S + 6


def test_edits_keep_their_distance(clock: Clock) -> None:
    """However much time has passed in quiet, two edits are three seconds apart."""
    pace = Pace(clock)
    clock.now += 1000
    assert pace.edit_wait_s(CHAT) <= 0
    pace.edited(CHAT)
    assert pace.edit_wait_s(CHAT) == pytest.approx(EDIT_INTERVAL_S)
    clock.now += EDIT_INTERVAL_S
    assert pace.edit_wait_s(CHAT) <= 0


def test_a_block_is_waited_out_whole_and_only_in_its_chat(clock: Clock) -> None:
    """Telegram's retry_after counts for that chat; a shorter one does not cut it."""
    pace = Pace(clock)
    pace.block(CHAT, 900)
    pace.block(CHAT, 5)
    assert pace.send_wait_s(CHAT) == pytest.approx(900)
    assert pace.send_wait_s(GROUP) == 0


def test_many_replies_do_not_hold_back_notifications_for_minutes(clock: Clock) -> None:
    """Replies go out of turn; the debt they leave is a burst's worth."""
    pace = Pace(clock)
    for _ in range(200):
        pace.sent(CHAT)
    assert pace.send_wait_s(CHAT) <= PRIVATE_BURST + 1
