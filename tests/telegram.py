"""Fixtures that stand in for Telegram: load with ``pytest_plugins = ["tests.telegram"]``.

``telegram``
    A running emulator (:class:`emulator.server.Emulator`) in a thread of the test process:
    ``telegram.url``, ``.token``, ``.base_url`` and ``.base_file_url`` (for the bot's settings),
    and ``.world``, its state, which a test may read and change from any thread::

        telegram.world.faults.add(Fault("http", ("sendMessage",), times=3, status=502))
        number = telegram.world.faults.add(outage()); telegram.world.faults.clear([number])
        telegram.world.journal.calls("sendMessage")

``patient_telegram``
    The same without rate limits, where a test is about something else and sends a lot.

``chat``
    Person 1001 in the private chat with the bot (:class:`emulator.client.ChatClient`), for
    ``async`` tests::

        await chat.say("/train epochs=2")
        await chat.sees("Epoch 1/2", "finished")

Both are new for each test. A clock of one's own: ``serving(World(clock=...))``.
"""

from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio

from emulator.client import ChatClient
from emulator.limits import Limits
from emulator.server import Emulator, serving
from emulator.world import World


@pytest.fixture
def telegram() -> Iterator[Emulator]:
    """A running stand-in for Telegram."""
    with serving(World()) as emulator:
        yield emulator


@pytest.fixture
def patient_telegram(telegram: Emulator) -> Emulator:
    """A stand-in that never answers 429 by itself."""
    telegram.world.pacer.reset(Limits(enforced=False))
    return telegram


@pytest_asyncio.fixture
async def chat(telegram: Emulator) -> AsyncIterator[ChatClient]:
    """A person in the private chat with the bot."""
    async with ChatClient(telegram.url) as client:
        yield client
