"""Whoever has no role gets no answer and leaves no trace."""

from sqlalchemy import create_engine, func, select

from bot.store import schema
from emulator import human
from emulator.client import ChatClient
from emulator.human import Act
from emulator.objects import Person
from emulator.server import Emulator
from tests.bots import RunningBot

STRANGER = 2002
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


async def test_many_updates_of_strangers_do_nothing(
    bot: RunningBot, chat: ChatClient, telegram: Emulator
) -> None:
    """No reply, no row, no job; and the owner is answered meanwhile."""
    world = telegram.world
    world.add_person(Person(STRANGER, "Ann"))
    group = world.add_group("Lab", frozenset({STRANGER, 1001})).id
    before = rows(bot)
    for number in range(2_000):
        act = Act(group if number % 2 else STRANGER, STRANGER)
        human.say(world, act, WORDS[number % len(WORDS)])
    await chat.say("/status")
    await chat.sees("Nothing runs")
    after = rows(bot)
    assert [m for m in world.messages(STRANGER) if m.sender.is_bot] == []
    assert [m for m in world.messages(group) if m.sender.is_bot] == []
    assert after.pop("inbox") - before.pop("inbox") == 1  # the owner's own
    assert after == before
