"""Trainings that would outlive their machine: what is said, and what the buttons do."""

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
import pytest_asyncio

from bot.job import Ending
from bot.machine import up_since
from bot.settings import Settings
from emulator.client import ChatClient, buttons_of, text_of
from tests.bots import RunningBot
from tests.stub_task import UNTIL_TOLD

LEFT_S = 1500  # 36 epochs of 41 s, and half a minute for a slow test
TRAIN = f"/train epochs=50 learning_rate=41 seed={UNTIL_TOLD}"


@pytest_asyncio.fixture
async def mortal(settings: Settings) -> AsyncIterator[RunningBot]:
    """A bot whose machine may end in 25 minutes."""
    hours = ((datetime.now(UTC) - up_since()).total_seconds() + LEFT_S) / 3600
    running = RunningBot(settings.model_copy(update={"coltrain_lifetime": hours}))
    await running.start()
    yield running
    await running.end()


@pytest_asyncio.fixture
async def warned(mortal: RunningBot, chat: ChatClient) -> RunningBot:
    """Its training of 50 epochs has been told that it will not get that far."""
    await chat.say(TRAIN)
    await mortal.until_job(1, lambda job: job.progress.epochs_done == 1)
    mortal.go_on(1, 1)
    await chat.sees("41 s an epoch → epoch 38 of 50 by", "when this machine may end")
    return mortal


async def warnings(chat: ChatClient) -> list[str]:
    return [text_of(m) for m in await chat.messages() if "an epoch →" in text_of(m)]


async def test_it_is_said_after_the_second_epoch(warned: RunningBot, chat: ChatClient) -> None:
    """In a message with three ways out, and on the card; without a home that all would be lost."""
    await chat.sees("⏳ epoch 38 of 50 by")
    message = next(m for m in await chat.messages() if "an epoch →" in text_of(m))
    labels = [button["text"] for button in buttons_of(message)]
    assert re.fullmatch(r"Stop and save at 3\d", labels[0])
    assert re.fullmatch(r"Only 3\d epochs", labels[1])
    assert labels[2] == "Go on"
    assert "Nothing is copied off this machine" in message["text"]
    assert re.search(r"by \d\d:\d\d UTC", message["text"])


async def test_stop_and_save_counts_after_a_restart(warned: RunningBot, chat: ChatClient) -> None:
    """The button is pressed when another bot serves; then nothing more is said about it."""
    await warned.restart()
    await chat.press("Stop and save at")
    await chat.sees("stops after epoch 3")
    last_epoch = warned.job(1).last_epoch
    assert last_epoch is not None
    assert 30 <= last_epoch <= 35
    await chat.sees(f"Stops after epoch {last_epoch}")
    for epoch in range(2, last_epoch + 1):
        warned.go_on(1, epoch)
    await chat.sees("⏹ stopped")
    assert warned.job(1).progress.epochs_done == last_epoch
    assert await warnings(chat) == []  # it made place for the answer


async def test_fewer_epochs_end_well(warned: RunningBot, chat: ChatClient) -> None:
    """The training succeeds with as many as are safe."""
    await chat.press("Only 3")
    job = await warned.until_job(1, lambda job: job.spec.epochs < 50)
    for epoch in range(2, job.spec.epochs + 1):
        warned.go_on(1, epoch)
    await chat.sees("✅ finished")
    assert warned.job(1).progress.epochs_done == job.spec.epochs


async def test_going_on_is_left_in_peace(warned: RunningBot, chat: ChatClient) -> None:
    """It is not said again; the card keeps saying it."""
    await chat.press("Go on")
    await chat.sees("Job 1 · MNIST convnet goes on as it is")
    for epoch in range(2, 40):
        warned.go_on(1, epoch)
    await warned.until_job(1, lambda job: job.progress.epochs_done == 40)
    await warned.until(lambda: not owed(warned))
    assert await warnings(chat) == []
    assert warned.job(1).last_epoch is None


def owed(bot: RunningBot) -> int:
    with bot.store.transaction() as tx:
        return tx.outbox.owed()


async def test_a_known_pace_is_enough_at_the_start(mortal: RunningBot, chat: ChatClient) -> None:
    """The second training of a kind is told before it has an epoch pace of its own."""
    await chat.say("/train epochs=3 learning_rate=41")
    await chat.sees("✅ finished")
    await chat.say(TRAIN)
    await chat.sees("Job 2 · MNIST convnet\n41 s an epoch → epoch 3")
    assert mortal.job(2).progress.epochs_done <= 1


async def test_what_fits_is_not_worth_a_message(mortal: RunningBot, chat: ChatClient) -> None:
    """The card and /status say how long the machine may live, and no more."""
    await chat.say(f"/train epochs=5 learning_rate=41 seed={UNTIL_TOLD}")
    await mortal.until_job(1, lambda job: job.progress.epochs_done == 1)
    mortal.go_on(1, 1)
    await mortal.until_job(1, lambda job: job.progress.epochs_done == 2)
    await chat.say("/status")
    await chat.sees("Up: machine", "Machine up ", "may end by ")
    for epoch in range(2, 6):
        mortal.go_on(1, epoch)
    await chat.sees("✅ finished")
    assert mortal.job(1).ending is Ending.SUCCEEDED
    assert await warnings(chat) == []


async def test_a_machine_of_ones_own_has_no_end(bot: RunningBot, chat: ChatClient) -> None:
    """Without a lifetime nothing is said about one."""
    await chat.say("/train epochs=9000 learning_rate=100 samples=1 seed=6")
    await bot.until_job(1, lambda job: job.progress.epochs_done == 1)
    bot.go_on(1, 1)
    await chat.sees("Epoch 3/9000")
    await chat.say("/status")
    await chat.sees("Up: machine")
    assert not [m for m in await chat.messages() if "may end" in text_of(m)]


@pytest.mark.parametrize("value", ["0", "-1", "soon"])
def test_a_lifetime_is_a_number_of_hours(value: str) -> None:
    """Anything else is said at the start, by the setting's name."""
    with pytest.raises(ValueError, match="coltrain_lifetime"):
        Settings(telegram_bot_token="1:a", coltrain_lifetime=value)
