"""/plot through the chat."""

import pytest

from bot.errors import PictureNotSent
from emulator.client import ChatClient
from emulator.faults import Fault
from emulator.server import Emulator
from tests.bots import RunningBot
from tests.stub_task import UNTIL_TOLD
from training.protocol.checkpoints import checkpoint_name


@pytest.fixture
def drawing() -> None:
    """Pictures are the point here."""


async def test_a_plot_is_a_picture_with_the_figures_under_it(
    bot: RunningBot, chat: ChatClient
) -> None:
    """Of the latest job, or of several together; the theme is remembered."""
    for _ in range(2):
        await chat.say("/train epochs=3")
    await bot.until_job(2, lambda job: job.ending is not None)
    await chat.say("/plot dark")
    await chat.sees("Job 2 · MNIST convnet, epoch 3", "accuracy")
    await chat.sees("/plot 2 1 puts two jobs into one picture")
    await chat.say("/plot 1 2")
    await chat.sees("Job 1 · MNIST convnet, epoch 3")
    pictures = [m for m in await chat.messages() if ", epoch 3" in m.get("caption", "")]
    assert len(pictures) == 2
    for picture in pictures:
        assert len(await chat.download(picture)) > 10_000
    with bot.store.transaction() as tx:
        assert tx.preferences.get(1001, "plot_dark", default=False)


async def test_a_running_job_can_be_plotted(bot: RunningBot, chat: ChatClient) -> None:
    """What it has so far."""
    await chat.say(f"/train epochs=3 seed={UNTIL_TOLD}")
    await bot.until_job(1, lambda job: job.progress.epochs_done == 1)
    await chat.say("/plot 1")
    seen = await chat.sees("Job 1 · MNIST convnet, epoch 1")
    assert "two jobs" not in seen["caption"]  # there is no other one


async def test_nothing_to_plot_is_said(bot: RunningBot, chat: ChatClient) -> None:
    """No job, an unknown one, one without an epoch, too many: a sentence each, no picture."""
    await chat.say("/plot")
    await chat.sees("no jobs yet")
    await chat.say("/install six")
    await bot.until_job(1, lambda job: job.ending is not None)
    await chat.say("/plot 1")
    await chat.sees("Job 1 has no curve")
    await chat.say("/plot 9")
    await chat.sees("no job")
    await chat.say("/plot 1 2 3 4 5 6 7")
    await chat.sees("6 jobs at most", "/plot 7 8")
    assert not [m for m in await chat.messages() if m.get("photo")]


async def test_a_picture_waits_for_no_chat_that_must_be_left_alone(
    bot: RunningBot, chat: ChatClient, telegram: Emulator
) -> None:
    """Inside a retry_after no picture is tried; that it failed is said when it is over."""
    await chat.say("/train epochs=1")
    await bot.until_job(1, lambda job: job.ending is not None)
    await bot.until(bot.coltrain.settled)
    telegram.world.faults.add(Fault("flood", ("sendMessage",), retry_after_s=600))
    await chat.say("/status")
    await chat.say("/plot")
    await bot.until(lambda: bot.refused)
    assert isinstance(bot.refused[0], PictureNotSent)
    assert "sendPhoto" not in telegram.world.journal.counts()
    await bot.until(bot.coltrain.caught_up)
    with bot.store.transaction() as tx:
        assert tx.outbox.owed(1001) == 2


async def test_a_fork_is_plotted_with_the_epochs_before_it(
    bot: RunningBot, chat: ChatClient
) -> None:
    """Also while it waits for its first own one; not those that the other job did after that."""
    await chat.say("/train epochs=4")
    await bot.until_job(1, lambda job: job.ending is not None)
    folder = bot.folder(1).checkpoint / checkpoint_name(1, 2, 0)
    folder.mkdir()
    folder.joinpath("variables.npys").write_bytes(b"weights")
    await chat.say(f"/train epochs=4 seed={UNTIL_TOLD}")
    await bot.until_job(2, lambda job: job.progress.epochs_done == 1)
    await chat.say("/fork 1@2 epochs=9")
    await bot.until_job(3, lambda job: job.spec.trains)
    await chat.say("/plot 3")
    await chat.sees("Job 3 · MNIST convnet, epoch 2")
    await chat.say("/stop 2")
    await bot.until_job(2, lambda job: job.ending is not None)
