"""Long polling: nothing is lost, nothing comes twice, one poller at a time."""

import asyncio
from dataclasses import dataclass

import httpx
import pytest
from telegram import Update
from telegram.error import Conflict
from telegram.ext import Application, CommandHandler, ContextTypes

from emulator import human
from emulator.client import ChatClient
from emulator.human import Act
from emulator.server import Emulator, serving
from emulator.world import World

YOU = Act(1001, 1001)


@dataclass
class Clock:
    """A clock that a test moves."""

    now: float = 1_800_000_000.0

    def __call__(self) -> float:
        """Return the time it shows."""
        return self.now


async def poll(client: httpx.AsyncClient, **params: object) -> list[dict]:
    """Poll once and return the updates."""
    return (await client.post("getUpdates", json=params)).json()["result"]


async def test_an_update_stays_until_it_is_confirmed(raw: httpx.AsyncClient) -> None:
    """A poll without a higher offset gives the same updates again; with one they are gone."""
    first = await poll(raw)
    assert await poll(raw) == first
    assert first[0]["message"]["text"] == "/start"
    assert await poll(raw, offset=first[0]["update_id"] + 1) == []
    assert await poll(raw) == []


async def test_offset_and_limit(raw: httpx.AsyncClient, open_chat: Emulator) -> None:
    """A limit gives the oldest, a negative offset only the last and forgets the others."""
    for n in range(4):
        human.say(open_chat.world, YOU, f"m{n}")
    assert [u["message"]["text"] for u in await poll(raw, limit=2)] == ["/start", "m0"]
    assert [u["message"]["text"] for u in await poll(raw, offset=-2)] == ["m2", "m3"]
    assert len(await poll(raw)) == 2


async def test_a_waiting_poll_gets_what_comes(raw: httpx.AsyncClient, open_chat: Emulator) -> None:
    """A long poll returns as soon as somebody writes."""
    await poll(raw, offset=10**12)
    waiting = asyncio.create_task(poll(raw, timeout=20))
    human.say(open_chat.world, YOU, "hello")
    assert [u["message"]["text"] for u in await waiting] == ["hello"]


async def test_the_older_of_two_pollers_is_told(
    raw: httpx.AsyncClient, open_chat: Emulator
) -> None:
    """A second poll ends the first with 409 in Telegram's words; python-telegram-bot knows it."""
    await poll(raw, offset=10**12)
    world = open_chat.world
    first = asyncio.create_task(raw.post("getUpdates", json={"timeout": 20}))
    await world.bell.until(lambda: not world.updates.is_polled_by(1), 10)
    second = asyncio.create_task(poll(raw, timeout=20))
    answer = await first
    assert answer.status_code == 409
    assert answer.json()["description"] == (
        "Conflict: terminated by other getUpdates request; "
        "make sure that only one bot instance is running"
    )
    human.say(world, YOU, "for the second")
    assert len(await second) == 1


async def test_a_second_bot_makes_the_first_hear_conflict(open_chat: Emulator) -> None:
    """An application that polls learns through its error callback that another one does."""
    conflicts: asyncio.Queue[Conflict] = asyncio.Queue()

    def on_error(error: Exception) -> None:
        if isinstance(error, Conflict):
            conflicts.put_nowait(error)

    apps = [build(open_chat) for _ in range(2)]
    async with apps[0], apps[1]:
        for app in apps:
            await app.updater.start_polling(error_callback=on_error)
        assert "terminated by other getUpdates" in str(await asyncio.wait_for(conflicts.get(), 10))
        for app in apps:
            await app.updater.stop()


async def test_only_allowed_kinds_are_queued(raw: httpx.AsyncClient, open_chat: Emulator) -> None:
    """The kinds named in one poll hold for what happens later, until others are named."""
    await poll(raw, offset=10**12, allowed_updates=["callback_query"])
    human.say(open_chat.world, YOU, "unheard")
    assert await poll(raw) == []
    await poll(raw, allowed_updates=[])
    human.say(open_chat.world, YOU, "heard")
    assert [u["message"]["text"] for u in await poll(raw)] == ["heard"]


async def test_updates_are_kept_for_24_hours() -> None:
    """A bot that was away gets the last day's updates, with the dates they were written at."""
    clock = Clock()
    world = World(clock=clock)
    with serving(world) as emulator:
        human.say(world, YOU, "long ago")
        clock.now += 3600
        human.say(world, YOU, "an hour later")
        clock.now += 23.5 * 3600
        base_url = f"{emulator.base_url}{emulator.token}/"
        async with httpx.AsyncClient(base_url=base_url) as client:
            updates = await poll(client)
    assert [u["message"]["text"] for u in updates] == ["an hour later"]
    assert updates[0]["message"]["date"] == 1_800_003_600


async def test_pending_updates_can_be_dropped(raw: httpx.AsyncClient) -> None:
    """``deleteWebhook`` drops what waits only when it is asked to."""
    await raw.post("deleteWebhook")
    assert len(await poll(raw)) == 1
    await raw.post("deleteWebhook", json={"drop_pending_updates": True})
    assert await poll(raw) == []


async def test_groups_tell_a_bot_only_what_concerns_it(
    raw: httpx.AsyncClient, open_chat: Emulator
) -> None:
    """In a group a bot hears commands, mentions of it and replies to it, and nothing else."""
    world = open_chat.world
    group = world.add_group("Lab", frozenset({1001}))
    sent = await raw.post("sendMessage", json={"chat_id": group.id, "text": "hello"})
    bots = sent.json()["result"]["message_id"]
    act = Act(group.id, 1001)
    for text in ("just talk", "/status", "hey @coltrain_bot"):
        human.say(world, act, text)
    human.say(world, Act(group.id, 1001, reply_to=bots), "I mean you")
    texts = [u["message"]["text"] for u in (await poll(raw))[1:]]
    assert texts == ["/status", "hey @coltrain_bot", "I mean you"]


async def test_a_chat_with_a_real_application(telegram: Emulator, chat: ChatClient) -> None:
    """A polling application answers, edits, and answers a pressed button, seen by the person."""
    app = build(telegram)
    async with app:
        await app.start()
        await app.updater.start_polling()
        await chat.say("/start@coltrain_bot now")
        await chat.sees("hello", "hello again")
        await app.updater.stop()
        await app.stop()
    assert telegram.world.unknown_methods == []


def build(telegram: Emulator) -> Application:
    """An application with one command that answers and edits."""
    builder = Application.builder().token(telegram.token).base_url(telegram.base_url)
    app = builder.base_file_url(telegram.base_file_url).build()

    async def start(update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        sent = await update.effective_message.reply_html("<b>hello</b>")
        await sent.edit_text("hello again")

    app.add_handler(CommandHandler("start", start))
    return app


@pytest.mark.parametrize("date", [1_700_000_000, None])
async def test_a_message_can_be_old(telegram: Emulator, chat: ChatClient, date: int | None) -> None:
    """A test may write a date of its own on a message, to have the bot get an old command."""
    said = await chat.say("/train", date=date)
    update = telegram.world.updates.waiting()[0]
    assert update.payload["date"] == said["date"]
    assert (said["date"] == 1_700_000_000) == (date is not None)
