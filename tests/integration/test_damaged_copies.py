"""Damage in home: what was before is used, and the chat is told."""

from collections.abc import Callable
from pathlib import Path

import pytest

from emulator.client import ChatClient
from tests.stub_task import UNTIL_TOLD
from tests.vaults import SavingBot
from training.protocol.checkpoints import checkpoints_newest_first
from training.protocol.event_log import read_events
from training.protocol.events import Resumed

TOLD = "damaged and was not used"


def flip(path: Path) -> None:
    """One bit in the middle."""
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 4
    path.write_bytes(content)


def cut(path: Path) -> None:
    """The second half is gone."""
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


async def lose_at_epoch_2(bot: SavingBot, chat: ChatClient) -> None:
    """A job with two checkpoints in home; its machine is gone."""
    await chat.say(f"/train epochs=3 seed={UNTIL_TOLD}")
    await bot.until_job(1, lambda job: job.progress.run_at is not None)
    for epoch in (1, 2):
        bot.go_on(1, epoch)
        await bot.until_saved(1, epoch)
    await bot.lose_machine()


async def goes_on_after(epoch: int, bot: SavingBot, chat: ChatClient) -> None:
    """On a new machine, to the same end."""
    await bot.until_job(1, lambda job: job.run == 2)
    for number in (1, 2, 3):
        bot.go_on(1, number)
    await chat.sees("✅ finished")
    events = read_events(bot.folder(1).event_log).events
    assert [event.epoch for event in events if isinstance(event, Resumed)] == [epoch]
    assert (bot.folder(1).artifacts / "model.keras").read_bytes() == bytes([1, 2, 3])


@pytest.mark.parametrize("damage", [flip, cut])
@pytest.mark.parametrize("name", ["store.sqlite3", "vault.json"])
async def test_a_damaged_store(
    saving_bot: SavingBot, chat: ChatClient, damage: Callable[[Path], None], name: str
) -> None:
    """The snapshot before it is used; job folders are newer than that and lose nothing."""
    await lose_at_epoch_2(saving_bot, chat)
    damage(saving_bot.home.store / name)
    await saving_bot.start()
    await chat.sees(TOLD, "What is used was saved at", "The machine it ran on is gone")
    await goes_on_after(2, saving_bot, chat)


@pytest.mark.parametrize("damage", [flip, cut])
async def test_a_damaged_checkpoint(
    saving_bot: SavingBot, chat: ChatClient, damage: Callable[[Path], None]
) -> None:
    """The one before it is used, and both are named."""
    await lose_at_epoch_2(saving_bot, chat)
    newest = checkpoints_newest_first(saving_bot.home.job(1) / "checkpoint")[0]
    damage(newest / "variables.npys")
    await saving_bot.start()
    await chat.sees(TOLD, f"checkpoint/{newest.name}; it goes on after epoch 1")
    await goes_on_after(1, saving_bot, chat)


@pytest.mark.parametrize("damage", [flip, cut])
async def test_a_damaged_log(
    saving_bot: SavingBot, chat: ChatClient, damage: Callable[[Path], None]
) -> None:
    """The log before it comes back, and the job goes on from the newest checkpoint."""
    await lose_at_epoch_2(saving_bot, chat)
    damage(saving_bot.home.job(1) / "event_log.jsonl")
    await saving_bot.start()
    await chat.sees("The machine it ran on is gone")
    await goes_on_after(2, saving_bot, chat)
