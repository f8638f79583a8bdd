"""Faults on request strike as told, and the journal says what really happened."""

import asyncio

import httpx
import pytest
from telegram import Bot
from telegram.error import BadRequest, Forbidden, NetworkError, RetryAfter, TelegramError, TimedOut

from emulator import human
from emulator.bell import Bell
from emulator.faults import Fault, FaultBook, outage
from emulator.human import Act
from emulator.server import Emulator

YOU = 1001


def texts(telegram: Emulator) -> list[str]:
    """What stands in the chat."""
    return [message.body.text for message in telegram.world.messages(YOU)]


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault("http", status=500), NetworkError),
        (Fault("http", status=502), NetworkError),
        (Fault("http", status=504, empty_body=True), NetworkError),
        (
            Fault("error", status=403, description="Forbidden: bot was blocked by the user"),
            Forbidden,
        ),
        (Fault("error", status=400, description="Bad Request: chat not found"), BadRequest),
        (Fault("flood", retry_after_s=900), RetryAfter),
        (Fault("reset"), NetworkError),
        (Fault("malformed"), TelegramError),
        (Fault("hang", seconds=0.05), NetworkError),
    ],
)
async def test_each_fault_reaches_the_client_once(
    bot: Bot, open_chat: Emulator, fault: Fault, error: type[TelegramError]
) -> None:
    """The call meets the fault and changes nothing; the next call goes through."""
    open_chat.world.faults.add(fault)
    with pytest.raises(error):
        await bot.send_message(YOU, "lost")
    await bot.send_message(YOU, "arrives")
    assert texts(open_chat) == ["/start", "arrives"]
    struck, passed = open_chat.world.journal.calls("sendMessage")
    assert (struck.outcome, struck.fault, struck.took_effect) == ("fault", fault.kind, False)
    assert passed.outcome == "ok"


@pytest.mark.parametrize("kind", ["reset", "malformed", "http", "hang"])
async def test_an_answer_can_be_lost(bot: Bot, open_chat: Emulator, kind: str) -> None:
    """With ``accepted`` the message is in the chat although the client sees a failure."""
    fault = Fault(kind, ("sendMessage",), accepted=True, seconds=0.05)
    open_chat.world.faults.add(fault)
    with pytest.raises(TelegramError):
        await bot.send_message(YOU, "delivered")
    assert texts(open_chat) == ["/start", "delivered"]
    assert open_chat.world.journal.calls("sendMessage")[0].took_effect


async def test_a_timed_out_send_may_have_been_delivered(bot: Bot, open_chat: Emulator) -> None:
    """A hang longer than the client's patience is a time-out there, a message here."""
    open_chat.world.faults.add(Fault("hang", ("sendMessage",), accepted=True, seconds=30))
    with pytest.raises(TimedOut):
        await bot.send_message(YOU, "delivered", read_timeout=0.1)
    assert texts(open_chat)[-1] == "delivered"


async def test_rules_choose_their_calls(bot: Bot, open_chat: Emulator) -> None:
    """Method, chat, how many to skip and how many to strike are obeyed."""
    world = open_chat.world
    world.add_person(human.Person(2002, "Ann"))
    human.say(world, Act(2002, 2002), "/start")
    world.faults.add(Fault("http", ("SENDMESSAGE",), chat_id=2002, skip=1, times=2))
    outcomes = []
    for chat_id in (YOU, 2002, 2002, YOU, 2002, 2002):
        try:
            await bot.send_message(chat_id, "x")
            outcomes.append("ok")
        except NetworkError:
            outcomes.append("fault")
    assert outcomes == ["ok", "ok", "fault", "ok", "fault", "ok"]
    assert world.faults.rules() == {}


def test_chance_is_reproducible() -> None:
    """A rule that strikes by chance strikes the same calls with the same seed."""
    books = [FaultBook(Bell(), seed=7) for _ in range(2)]
    for book in books:
        book.add(Fault("reset", times=None, chance=0.5))
    struck = [[book.strike("getMe", None) is not None for _ in range(200)] for book in books]
    assert struck[0] == struck[1]
    assert 60 < sum(struck[0]) < 140


async def test_an_outage_cuts_everything_until_it_ends(bot: Bot, open_chat: Emulator) -> None:
    """Nothing gets through, a poll that waits breaks at once; afterwards nothing is missing."""
    await bot.get_updates(offset=10**12)
    world = open_chat.world
    polls = world.journal.counts()["getUpdates"]
    waiting = asyncio.create_task(bot.get_updates(timeout=20))
    number = world.faults.add(outage())
    with pytest.raises(NetworkError):
        await waiting
    human.say(world, Act(YOU, YOU), "are you there?")
    with pytest.raises(NetworkError):
        await bot.send_message(YOU, "lost")
    world.faults.clear([number])
    assert [u.message.text for u in await bot.get_updates()] == ["are you there?"]
    assert world.journal.counts()["getUpdates"] == polls + 2


async def test_downloads_meet_faults_too(bot: Bot, open_chat: Emulator) -> None:
    """A download is a call like any other, named ``file``."""
    sent = await bot.send_document(YOU, b"data", filename="a.txt")
    file = await sent.document.get_file()
    open_chat.world.faults.add(Fault("http", ("file",), status=504))
    with pytest.raises(NetworkError):
        await file.download_as_bytearray()
    assert bytes(await file.download_as_bytearray()) == b"data"


async def test_faults_over_http(bot: Bot, open_chat: Emulator) -> None:
    """What tests do in this process, others do over HTTP: faults, limits, journal."""
    async with httpx.AsyncClient(base_url=open_chat.url) as control:
        fault = {"kind": "flood", "methods": ["sendMessage"], "retry_after_s": 7}
        number = (await control.post("/emulator/faults", json=fault)).json()["id"]
        with pytest.raises(RetryAfter):
            await bot.send_message(YOU, "x")
        always = {"kind": "reset", "times": None, "methods": ["sendPhoto"]}
        number = (await control.post("/emulator/faults", json=always)).json()["id"]
        assert str(number) in (await control.get("/emulator")).json()["faults"]
        await control.delete("/emulator/faults")
        assert (await control.get("/emulator")).json()["faults"] == {}
        wrong = await control.post("/emulator/faults", json={"kind": "reset", "tims": 2})
        assert (wrong.status_code, wrong.json()["error"]) == (400, "no such field: tims")
        limits = await control.post("/emulator/limits", json={"chat_burst": 1})
        assert limits.json()["chat_burst"] == 1
        journal = (await control.get("/emulator/journal", params={"method": "sendMessage"})).json()
    assert [call["fault"] for call in journal["calls"]] == ["flood"]
    assert journal["counts"]["sendMessage"] == 1
