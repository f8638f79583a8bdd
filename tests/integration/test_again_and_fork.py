"""/again and /fork through the chat."""

import shutil

from emulator.client import ChatClient
from tests.bots import RunningBot
from tests.stub_task import UNTIL_TOLD
from training.protocol.checkpoints import after_epochs, checkpoint_name
from training.protocol.spec import Parent


async def trained(bot: RunningBot, chat: ChatClient, *, kept: tuple[int, ...] = ()) -> None:
    """Job 1 with four epochs, and checkpoints after some."""
    await chat.say("/train epochs=4 lr=0.5")
    await bot.until_job(1, lambda job: job.ending is not None)
    for count, epoch in enumerate(kept, start=1):
        folder = bot.folder(1).checkpoint / checkpoint_name(count, epoch, 0)
        folder.mkdir()
        folder.joinpath("variables.npys").write_bytes(b"weights")


async def test_again_is_a_new_job_that_knows_the_first(bot: RunningBot, chat: ChatClient) -> None:
    """With the parameters it had, but for those that are named; ``lr`` is short for one."""
    await trained(bot, chat)
    await chat.say("/again 1 lr=0.25")
    job = await bot.until_job(2, lambda job: job.ending is not None)
    assert job.spec.parent == Parent(job=1)
    assert (job.spec.epochs, job.spec.learning_rate) == (4, 0.25)
    await chat.say("/job 2")
    await chat.sees("parent 1", "learning_rate 0.25")


async def test_a_fork_begins_with_the_checkpoint_of_that_epoch(
    bot: RunningBot, chat: ChatClient
) -> None:
    """Which stays when the other job's goes; the rate is the one that epoch had."""
    await trained(bot, chat, kept=(2, 3))
    await chat.say(f"/fork 1@2 epochs=9 seed={UNTIL_TOLD}")
    job = await bot.until_job(2, lambda job: job.active)
    assert job.spec.parent == Parent(job=1, epoch=2)
    with bot.store.transaction() as tx:
        rates = {record.epoch: record.learning_rate for record in tx.jobs.epochs(1)}
    assert job.spec.learning_rate == (rates[2] or 0.5)
    shutil.rmtree(bot.folder(1).checkpoint)
    [checkpoint] = after_epochs(bot.folder(2).checkpoint).values()
    assert checkpoint.name == checkpoint_name(1, 2, 0)
    assert (checkpoint / "variables.npys").read_bytes() == b"weights"


async def test_without_an_epoch_it_is_the_latest_kept(bot: RunningBot, chat: ChatClient) -> None:
    """And the rate is the one that was asked for."""
    await trained(bot, chat, kept=(2, 3))
    await chat.say("/fork 1 lr=0.05")
    job = await bot.until_job(2, lambda job: job.ending is not None)
    assert job.spec.parent == Parent(job=1, epoch=3)
    assert job.spec.learning_rate == 0.05


async def test_from_its_end_a_training_does_as_many_epochs_more(
    bot: RunningBot, chat: ChatClient
) -> None:
    """Also with a number that says nothing about epochs; one in between ends where it would."""
    await trained(bot, chat, kept=(3, 4))
    await chat.say("/fork 1 lr=0.05")
    assert (await bot.until_job(2, lambda job: job.ending is not None)).epochs == 8
    await chat.say("/fork 1@3")
    assert (await bot.until_job(3, lambda job: job.ending is not None)).epochs == 4


async def test_a_fork_is_done_again_from_the_same_place(bot: RunningBot, chat: ChatClient) -> None:
    """By /retry; where the checkpoint is gone, that is said and nothing starts."""
    await trained(bot, chat, kept=(2,))
    await chat.say("/fork 1@2")
    await bot.until_job(2, lambda job: job.ending is not None)
    await chat.say("/retry 2")
    await bot.until_job(3, lambda job: job.ending is not None)
    assert list(after_epochs(bot.folder(3).checkpoint)) == [2]
    shutil.rmtree(bot.folder(1).checkpoint)
    await chat.say("/retry 2")
    await chat.sees("Job 1 has no checkpoint between two epochs", "/again 1 keep=all")
    with bot.store.transaction() as tx:
        assert tx.jobs.count() == 3


async def test_what_cannot_be_forked_is_said(bot: RunningBot, chat: ChatClient) -> None:
    """No number, no epoch kept, another optimizer, too few epochs, no training: a sentence each."""
    await chat.say("/fork")
    await chat.sees("/fork 7@8 lr=0.05")
    await trained(bot, chat, kept=(2, 3))
    await chat.say("/fork 1@4")
    await chat.sees("no checkpoint after epoch 4", "those after 2, 3", "/again 1 keep=all")
    await chat.say("/fork 1@0")
    await chat.sees("no checkpoint after epoch")
    await chat.say("/fork 1@2 optimizer=adam")
    await chat.sees("optimizer cannot change", "/again 1 optimizer=")
    await chat.say("/fork 1@2 epochs=2")
    await chat.sees("cannot end with epoch 2")
    for word in ("1@x", "x@2", "1@2@3", "@"):
        await chat.say(f"/fork {word}")
        await chat.sees("/fork 7@8 lr=0.05")
    await chat.say("/install six")
    await bot.until_job(2, lambda job: job.ending is not None)
    await chat.say("/again 2")
    await chat.sees("Only a training can be changed")
    await chat.say("/fork 2")
    await chat.sees("no checkpoint between two epochs")
    with bot.store.transaction() as tx:
        assert tx.jobs.count() == 2
