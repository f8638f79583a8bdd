"""Whoever has no role gets no answer and leaves no trace."""

import asyncio

from sqlalchemy import create_engine, func, select

from bot.store import schema
from emulator import human
from emulator.human import Act
from emulator.objects import Person
from emulator.server import Emulator
from tests.bots import OWNER, RunningBot

STRANGER = 2002
POLL = 100  # as many updates as Telegram hands over at once
WORDS = ("/start", "/start guess", "/train epochs=1", "/status", "/stop 1", "hello", "/help")


def rows(bot: RunningBot) -> dict[str, int]:
    """How many rows each table has."""
    engine = create_engine(f"sqlite:///{bot.settings.store_path}")
    with engine.connect() as connection:
        found = {
            table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in schema.metadata.sorted_tables
        }
    engine.dispose()
    return found


async def test_a_flood_of_strangers_does_nothing(
    bot: RunningBot, patient_telegram: Emulator
) -> None:
    """Ten thousand updates: no reply, no row, no job; and the owner is answered meanwhile."""
    world, loop = patient_telegram.world, asyncio.get_running_loop()
    world.add_person(Person(STRANGER, "Ann"))
    group = world.add_group("Lab", frozenset({STRANGER, OWNER})).id
    human.say(world, Act(OWNER, OWNER), "/help")  # from then on the bot knows their language
    await bot.until(lambda: world.messages(OWNER)[-1].sender.is_bot)
    before = rows(bot)
    waits_s = []
    for number in range(10_000):
        act = Act(group if number % 2 else STRANGER, STRANGER)
        human.say(world, act, WORDS[number % len(WORDS)])
        if number % 2_000 == 1_000:
            human.say(world, Act(OWNER, OWNER), "/help")
            began = loop.time()
            await bot.until(lambda: world.messages(OWNER)[-1].sender.is_bot)
            waits_s.append(loop.time() - began)
        elif world.updates.count() >= POLL:
            await bot.until(lambda: world.updates.count() < POLL)
    await bot.until(lambda: not world.updates.count() and bot.coltrain.caught_up())
    print(f"the owner waited {max(waits_s):.2f} s at most")
    after = rows(bot)
    assert [m for m in world.messages(STRANGER) if m.sender.is_bot] == []
    assert [m for m in world.messages(group) if m.sender.is_bot] == []
    assert after.pop("inbox") - before.pop("inbox") == len(waits_s)  # the owner's own
    assert after == before
