"""Rate limits as Telegram enforces them, on a clock of the test's own."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from telegram import Bot
from telegram.error import RetryAfter

from emulator.errors import ApiError
from emulator.limits import Limits, Pacer
from emulator.objects import Chat
from emulator.server import Emulator

PRIVATE = Chat(1001, "You", frozenset({1001}))
GROUP = Chat(-1001, "Lab", frozenset({1001}))


def refused(pacer: Pacer, chat: Chat, now: float) -> int:
    """Send one message; return the seconds to wait, 0 when it went through."""
    try:
        pacer.spend(chat, now)
    except ApiError as error:
        assert error.code == 429
        return error.retry_after_s or 0
    return 0


def test_a_burst_passes_then_one_a_second() -> None:
    """A private chat takes a short burst, then locks; after the whole wait it goes on."""
    pacer = Pacer(Limits(chat_burst=3, penalty_s=5))
    assert [refused(pacer, PRIVATE, 100.0) for _ in range(4)] == [0, 0, 0, 5]
    assert refused(pacer, PRIVATE, 104.0) == 1
    assert pacer.early_calls == 1
    assert refused(pacer, PRIVATE, 105.0) == 0


def test_a_steady_second_is_never_refused() -> None:
    """One message a second goes on for ever, with no early call counted."""
    pacer = Pacer(Limits(chat_burst=1))
    assert not any(refused(pacer, PRIVATE, 100.0 + n) for n in range(600))


def test_a_group_takes_twenty_a_minute() -> None:
    """The twenty-first message of a minute to a group is refused."""
    pacer = Pacer(Limits())
    waits = [refused(pacer, GROUP, 100.0) for _ in range(21)]
    assert waits[:20] == [0] * 20
    assert waits[20] >= 3


def test_thirty_a_second_over_all_chats() -> None:
    """Chats do not disturb each other until the bot sends more than thirty in a second."""
    pacer = Pacer(Limits())
    chats = [Chat(n, str(n), frozenset({n})) for n in range(1, 32)]
    waits = [refused(pacer, chat, 100.0) for chat in chats]
    assert waits[:30] == [0] * 30
    assert waits[30] > 0


@settings(deadline=None)
@given(st.lists(st.floats(0, 5), max_size=60))
def test_who_waits_as_told_is_served(pauses: list[float]) -> None:
    """After the whole ``retry_after`` the next message always goes through."""
    pacer, now = Pacer(Limits(chat_burst=2)), 100.0
    for pause in pauses:
        now += pause
        wait_s = refused(pacer, PRIVATE, now)
        if wait_s:
            now += wait_s
            assert refused(pacer, PRIVATE, now) == 0
    assert pacer.early_calls == 0


async def test_edits_share_the_budget(bot: Bot, open_chat: Emulator) -> None:
    """Edits count with the sends, and the refusal carries its seconds to the client."""
    open_chat.world.pacer.reset(Limits(chat_burst=3, penalty_s=40))
    sent = await bot.send_message(1001, "one")
    await sent.edit_text("two")
    await sent.edit_text("three")
    with pytest.raises(RetryAfter) as caught:
        await sent.edit_text("four")
    assert caught.value.retry_after == timedelta(seconds=40)
    await bot.send_chat_action(1001, "typing")  # not counted


async def test_limits_can_be_off(patient_telegram: Emulator, bot: Bot) -> None:
    """A test about something else may send as fast as it likes."""
    for n in range(40):
        await bot.send_message(1001, str(n))
    assert patient_telegram.world.journal.counts()["sendMessage"] == 40
