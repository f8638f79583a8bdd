"""Each way in which a call to Telegram can end has its word, with the real client over HTTP."""

import socket
from collections.abc import AsyncIterator

import httpx
import pytest
import pytest_asyncio
from telegram import Bot
from telegram.error import NetworkError, TimedOut
from telegram.request import HTTPXRequest

from bot.delivery import Arrived, Delivery, NotNow, Refused, Uncertain, delivered
from emulator import human
from emulator.faults import Fault
from emulator.human import Act
from emulator.server import Emulator

YOU = 1001


@pytest_asyncio.fixture
async def client(telegram: Emulator) -> AsyncIterator[Bot]:
    """python-telegram-bot's own client, in a chat that the person has opened."""
    human.say(telegram.world, Act(YOU, YOU), "/start")
    async with Bot(telegram.token, base_url=telegram.base_url) as bot:
        yield bot


def is_there(telegram: Emulator, text: str) -> bool:
    """Whether the chat shows a message."""
    return text in [message.body.text for message in telegram.world.messages(YOU)]


async def test_a_message_that_arrived_has_its_number(telegram: Emulator, client: Bot) -> None:
    """The number finds it again; a mere yes has none."""
    sent = await delivered(client.send_message(YOU, "hello"))
    assert sent == Arrived(telegram.world.messages(YOU)[-1].message_id)
    assert await delivered(client.delete_message(YOU, sent.message_id)) == Arrived(None)


@pytest.mark.parametrize(
    ("fault", "word"),
    [
        (Fault("flood", retry_after_s=7), NotNow),
        (Fault("error", status=500, description="Internal Server Error"), NotNow),
        (Fault("error", status=502, description="Bad Gateway"), NotNow),
        (Fault("error", status=409, description="Conflict: other getUpdates"), NotNow),
        (Fault("error", status=504, description="Gateway Timeout"), Uncertain),
        (Fault("http", status=502), Uncertain),
        (Fault("http", status=504, empty_body=True), Uncertain),
        (Fault("reset"), Uncertain),
        (Fault("hang", seconds=0.05), Uncertain),
        (Fault("malformed"), Uncertain),
        (Fault("error", status=400, description="Bad Request: can't parse entities"), Refused),
        (Fault("error", status=403, description="Forbidden: bot was blocked by the user"), Refused),
        (Fault("error", status=401, description="Unauthorized"), Refused),
        (Fault("error", status=404, description="Not Found"), Refused),
    ],
    ids=lambda value: f"{value.kind} {value.status}" if isinstance(value, Fault) else None,
)
async def test_each_fault_has_its_word(
    telegram: Emulator, client: Bot, fault: Fault, word: type[Delivery]
) -> None:
    """A no of Telegram's own is a no; what only a gateway says, or nobody, leaves it open."""
    telegram.world.faults.add(fault)
    result = await delivered(client.send_message(YOU, "hello"))
    assert isinstance(result, word)
    assert result.error
    assert telegram.token not in result.error


async def test_the_whole_wait_is_passed_on(telegram: Emulator, client: Bot) -> None:
    """Of a 429 the seconds that Telegram named; other troubles name none."""
    telegram.world.faults.add(Fault("flood", retry_after_s=245))
    result = await delivered(client.send_message(YOU, "hello"))
    assert isinstance(result, NotNow)
    assert result.after_s == 245


@pytest.mark.parametrize(("status", "shut"), [(400, False), (401, True), (403, True), (404, True)])
async def test_a_refusal_says_whether_the_chat_is_shut(
    telegram: Emulator, client: Bot, status: int, shut: bool
) -> None:
    """A bad message is let go; a blocked bot or a withdrawn token concerns all of them."""
    telegram.world.faults.add(Fault("error", status=status, description="No"))
    result = await delivered(client.send_message(YOU, "hello"))
    assert isinstance(result, Refused)
    assert result.shut is shut


@pytest.mark.parametrize("kind", ["reset", "malformed", "http", "hang"])
async def test_a_message_that_is_there_is_never_called_lost(
    telegram: Emulator, client: Bot, kind: str
) -> None:
    """Where it took effect and only the answer was lost, a second one would be a repeat."""
    telegram.world.faults.add(Fault(kind, accepted=True, seconds=0.05))
    result = await delivered(client.send_message(YOU, "hello"))
    assert is_there(telegram, "hello")
    assert isinstance(result, Uncertain)


async def test_what_never_left_did_not_arrive(telegram: Emulator) -> None:
    """Nobody listens: the message may go again without a mark."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        nobody = f"http://127.0.0.1:{server.getsockname()[1]}/bot"
    async with HTTPXRequest() as line:
        client = Bot(telegram.token, base_url=nobody, request=line)
        result = await delivered(client.send_message(YOU, "hello"))
    assert isinstance(result, NotNow)
    assert result.after_s is None


@pytest.mark.parametrize(
    ("cause", "word"),
    [
        (httpx.ConnectTimeout("slow"), NotNow),
        (httpx.PoolTimeout("full"), NotNow),
        (httpx.ReadTimeout("slow"), Uncertain),
        (httpx.WriteTimeout("slow"), Uncertain),
        (httpx.RemoteProtocolError("cut"), Uncertain),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else None,
)
async def test_a_time_out_counts_by_where_it_struck(
    cause: httpx.TransportError, word: type[Delivery]
) -> None:
    """Before the request was on its way nothing can have arrived; after that it may have."""

    async def call() -> bool:
        error = TimedOut() if isinstance(cause, httpx.TimeoutException) else NetworkError("cut")
        raise error from cause

    assert isinstance(await delivered(call()), word)
