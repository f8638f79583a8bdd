"""Commands that arrive long after they were written."""

import time

import pytest

from emulator.client import ChatClient
from emulator.faults import Fault
from emulator.server import Emulator
from tests.bots import RunningBot

LONG_AGO_S = 25 * 60


def long_ago() -> int:
    return int(time.time()) - LONG_AGO_S


async def test_a_late_command_asks_first(bot: RunningBot, chat: ChatClient) -> None:
    """Nothing is started; the question names the command and its age."""
    await chat.say("/train epochs=1", date=long_ago())
    await chat.sees("reached me 25 min", "/train epochs=1", "Do you still want it?")
    with bot.store.transaction() as tx:
        assert tx.jobs.count() == 0


async def test_a_late_command_is_carried_out_once_confirmed(
    bot: RunningBot, chat: ChatClient
) -> None:
    """With its own words, once, also when the bot was restarted in between."""
    await chat.say("/train epochs=1 batch_size=32", date=long_ago())
    await chat.sees("Do you still want it?")
    await bot.restart()
    await chat.press("Do it now")
    await chat.sees("Doing it now", "✅ finished")
    assert bot.job(1).spec.batch_size == 32
    with bot.store.transaction() as tx:
        assert tx.jobs.count() == 1


async def test_a_late_command_can_be_forgotten(bot: RunningBot, chat: ChatClient) -> None:
    """The question is replaced, and a stale press says kindly that it is over."""
    await chat.say("/train epochs=1", date=long_ago())
    await chat.sees("Do you still want it?")
    [question] = [m for m in await chat.messages() if not m["outgoing"]]
    await chat.press("Forget it")
    await chat.sees("Forgotten; nothing was changed")
    stale = question["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
    answer = await chat.press_stale(question["message_id"], stale)
    assert "answered already" in str(answer)
    with bot.store.transaction() as tx:
        assert tx.jobs.count() == 0


async def test_looking_needs_no_confirmation(bot: RunningBot, chat: ChatClient) -> None:
    """What changes nothing is answered, however late."""
    await chat.say("/status", date=long_ago())
    await chat.sees("Nothing runs")


@pytest.mark.parametrize(
    ("fault", "seen"),
    [
        (Fault("flood", ("sendMessage",), retry_after_s=1), "Do you still want it?"),
        (Fault("http", ("sendMessage",), status=502, accepted=True), "(perhaps a repeat)"),
    ],
    ids=["flood", "answer lost"],
)
async def test_a_question_that_came_late_itself_has_its_buttons(
    bot: RunningBot, chat: ChatClient, telegram: Emulator, fault: Fault, seen: str
) -> None:
    """A question that had to go through the outbox can be answered as well."""
    telegram.world.faults.add(fault)
    await chat.say("/train epochs=1", date=long_ago())
    await chat.sees(seen)
    question = [m for m in await chat.messages() if not m["outgoing"]][-1]
    assert "Do you still want it?" in question["text"]
    assert question["text"].count("(perhaps a repeat)") <= 1
    assert question["reply_markup"]["inline_keyboard"][0][0]["text"] == "Do it now"
    await chat.press("Do it now", message_id=question["message_id"])
    await chat.sees("Doing it now", "✅ finished")
