"""The way from the outbox and the cards to the chat, when calls to Telegram go wrong."""

import asyncio
from datetime import UTC, datetime
from functools import partial

from telegram import Bot

from bot.line import READ_TIMEOUT_S
from bot.pace import Pace
from bot.pictures import Pictures
from bot.plots import Plots
from bot.sender import Sender
from bot.settings import Settings
from bot.store import Store
from bot.store.outbox import SendState
from emulator.client import ChatClient, text_of
from emulator.faults import Fault
from emulator.server import Emulator
from tests.bots import OWNER, RunningBot
from tests.stub_task import UNTIL_TOLD

SEND, EDIT = ("sendMessage",), ("editMessageText",)


def owe(bot: RunningBot, *texts: str) -> None:
    """Owe the owner some messages."""
    with bot.store.transaction() as tx:
        for text in texts:
            tx.outbox.put(OWNER, text, bot.coltrain._services.now())
    bot.coltrain._sender.wake()


def state(bot: RunningBot) -> SendState | None:
    """Where the oldest message that is owed stands."""
    with bot.store.transaction() as tx:
        found = tx.outbox.next_for(OWNER)
    return None if found is None else found.state


async def test_an_attempt_is_written_down_before_it_is_made(
    bot: RunningBot, chat: ChatClient, telegram: Emulator
) -> None:
    """While nobody knows whether it arrives, the store says so; only an answer changes that."""
    number = telegram.world.faults.add(Fault("hang", SEND, seconds=60.0, accepted=True))
    await chat.say("/start")  # opens the chat
    telegram.world.faults.clear([number])
    await chat.sees("Hello")
    telegram.world.faults.add(Fault("hang", SEND, seconds=60.0, accepted=True))
    owe(bot, "one")
    await chat.sees("one")
    assert state(bot) is SendState.ATTEMPTING


async def test_what_may_have_arrived_goes_again_and_says_so(
    bot: RunningBot, chat: ChatClient, telegram: Emulator
) -> None:
    """It stands twice, the second time marked; what follows is in order behind it."""
    await chat.say("/start")
    await chat.sees("Hello")
    telegram.world.faults.add(Fault("reset", SEND, accepted=True))
    owe(bot, "one", "two")
    await chat.sees("two")
    texts = [text_of(m) for m in await chat.messages() if not m["outgoing"]][1:]
    assert texts == ["one", "(perhaps a repeat)\none", "two"]
    assert state(bot) is None


async def test_retry_after_is_waited_out_whole(
    bot: RunningBot, chat: ChatClient, telegram: Emulator
) -> None:
    """Also where it is longer than the bot's own first pause; nothing is lost."""
    await chat.say("/start")
    await chat.sees("Hello")
    telegram.world.faults.add(Fault("flood", SEND, retry_after_s=3))
    owe(bot, "one", "two")
    await chat.sees("one", "two")
    calls = telegram.world.journal.calls("sendMessage")
    flooded = next(call for call in calls if call.fault == "flood")
    following = next(call for call in calls if call.seq > flooded.seq)
    assert following.at - flooded.at >= 3


async def test_a_chat_that_is_shut_is_left_alone(
    bot: RunningBot, chat: ChatClient, telegram: Emulator
) -> None:
    """One refusal, then a long pause; the message stays owed."""
    await chat.say("/start")
    await chat.sees("Hello")
    await chat.block()
    owe(bot, "one")
    await bot.until(lambda: bot.coltrain._sender._pace.send_wait_s(OWNER) > 500)
    assert len([c for c in telegram.world.journal.calls("sendMessage") if c.status == 403]) == 1
    assert state(bot) is not None


async def test_a_chat_that_was_shut_is_answered_when_somebody_writes(
    bot: RunningBot, chat: ChatClient
) -> None:
    """The pause ends with the first word: the answer comes at once, and what was owed with it."""
    await chat.say("/start")
    await chat.sees("Hello")
    await chat.block()
    owe(bot, "one")
    await bot.until(lambda: bot.coltrain._sender._pace.blocked(OWNER))
    await chat.block(blocked=False)
    await chat.say("/train epochs=1")
    await chat.sees("Job 1")
    await chat.sees("one")


async def test_a_card_on_its_way_is_written_down(
    bot: RunningBot, chat: ChatClient, telegram: Emulator
) -> None:
    """A bot that dies just then leaves a note that the card may be there: no unmarked second."""
    await chat.say("/start")
    await chat.sees("Hello")
    telegram.world.faults.add(Fault("hang", SEND, seconds=60.0, accepted=True))
    await chat.say("/train epochs=1")
    await chat.sees("Job 1")
    with bot.store.transaction() as tx:
        card = tx.cards.find(1)
    assert card is not None
    assert card.message_id is None
    assert card.text


async def test_a_card_that_hangs_delays_no_other_chat(
    bot: RunningBot, chat: ChatClient, telegram: Emulator
) -> None:
    """Another chat's card is edited while the call about the first one still has no answer."""
    lab = telegram.world.add_group("Lab", frozenset({OWNER})).id
    await chat.say(f"/train epochs=2 seed={UNTIL_TOLD}")
    await chat.sees("Epoch 2/2")
    telegram.world.faults.add(Fault("hang", EDIT, chat_id=OWNER, seconds=60.0))
    for epoch in (1, 2):
        bot.go_on(1, epoch)
    await bot.until(lambda: not telegram.world.faults.rules())  # it has struck
    edits = partial(telegram.world.journal.calls, "editMessageText")
    async with ChatClient(telegram.url, chat=lab, person=OWNER) as other:
        await other.say(f"/train epochs=2 seed={UNTIL_TOLD}")
        await bot.until(lambda: [call for call in edits() if call.params["chat_id"] == str(lab)])
    hung = next(call for call in edits() if call.fault)
    edited = next(call for call in edits() if call.params["chat_id"] == str(lab))
    assert edited.at < hung.at + READ_TIMEOUT_S, "the call about the first card was over by then"


async def test_a_sender_that_broke_off_begins_anew(
    settings: Settings, chat: ChatClient, telegram: Emulator
) -> None:
    """As after a full disk: a chat that waited just then is served by the next run."""
    await chat.say("/start")
    telegram.world.faults.add(Fault("flood", SEND, retry_after_s=1))
    store, now = Store(settings.store_path), datetime.now(UTC)
    with store.transaction() as tx:
        tx.outbox.put(OWNER, "one", now)
    pace = Pace()
    async with Bot(telegram.token, telegram.base_url) as line, asyncio.timeout(20):
        sender = Sender(store, line, pace, lambda: now, Pictures(store, Plots()))
        first = asyncio.create_task(sender.run())
        await RunningBot(settings).until(lambda: pace.blocked(OWNER))
        first.cancel()
        await asyncio.gather(first, return_exceptions=True)
        second = asyncio.create_task(sender.run())
        await chat.sees("one")
        second.cancel()
        await asyncio.gather(second, return_exceptions=True)
    store.close()
