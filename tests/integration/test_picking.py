"""Commands about a job, given without a number: the jobs that fit, to tap."""

import pytest

from bot.button import lasting
from bot.messages import picking
from bot.roles import Role
from emulator.client import ChatClient, buttons_of, text_of
from tests.bots import OWNER, RunningBot
from tests.stub_task import FAIL, UNTIL_TOLD
from training.protocol.control import StopMode


def labels(message: dict) -> list[str]:
    return [button["text"] for button in buttons_of(message)]


async def test_resume_offers_what_broke_off(bot: RunningBot, chat: ChatClient) -> None:
    """Of several, each with how it ended; the one that is tapped goes on."""
    for number in (1, 2):
        await chat.say(f"/train epochs=1 seed={FAIL}")
        await bot.until_job(number, lambda job: job.ending is not None)
    await chat.say("/resume")
    asked = await chat.sees("Several jobs fit")
    assert labels(asked) == [
        "Job 2 · MNIST convnet · ❌ failed",
        "Job 1 · MNIST convnet · ❌ failed",
    ]
    await chat.press("Job 1 ·")
    await bot.until_job(1, lambda job: job.run == 2)
    assert bot.job(2).run == 1


async def test_plot_and_logs_show_the_latest_and_offer_others(
    bot: RunningBot, chat: ChatClient
) -> None:
    """The latest that has a curve; a tap shows another job's."""
    for number in (1, 2):
        await chat.say(f"/train epochs={number + 1}")
        await bot.until_job(number, lambda job: job.ending is not None)
    await chat.say("/install six")
    await bot.until_job(3, lambda job: job.ending is not None)
    await bot.until(bot.coltrain.settled)
    await chat.say("/plot")
    shown = await chat.sees("Job 2 · MNIST convnet, epoch 3")
    assert labels(shown) == ["Job 1"]
    await chat.press("Job 1", message_id=shown["message_id"])
    await chat.sees("Job 1 · MNIST convnet, epoch 2")
    await chat.say("/logs 2")
    assert labels(await chat.sees("epoch 3 done")) == ["🔄 Refresh"]
    await chat.say("/logs")
    await chat.until_taken()
    await bot.until(bot.coltrain.caught_up)
    answer = (await chat.messages())[-1]
    assert "Job 3" in text_of(answer)


async def test_a_tap_means_the_command_with_the_words_behind_it(
    bot: RunningBot, chat: ChatClient
) -> None:
    """[Job 1] under “/stop after” stops after the epoch, not at once."""
    await chat.say(f"/train epochs=9 seed={UNTIL_TOLD}")
    await bot.until_job(1, lambda job: job.progress.epochs_done == 1)
    await chat.sees("Epoch 2/9")
    ((key,),) = lasting(picking.jobs("stop", [bot.job(1)], "after"))
    await chat.press_stale((await chat.messages())[-1]["message_id"], key.data)
    await chat.sees("stops after this epoch")
    assert bot.job(1).stop is StopMode.AFTER_EPOCH


@pytest.mark.parametrize("command", ["release", "invite", "nothing"])
async def test_a_tap_stands_for_no_other_command(
    bot: RunningBot, chat: ChatClient, command: str
) -> None:
    """What somebody makes up himself has no effect."""
    await chat.say("/start")
    hello = await chat.sees("Hello")
    answer = await chat.press_stale(hello["message_id"], f'pick|{{"c":"{command}","j":1}}')
    assert "from long ago" in answer["text"]


async def test_a_viewer_cannot_stop_by_a_tap(bot: RunningBot, chat: ChatClient) -> None:
    """The command's role counts, whoever sends its key."""
    await chat.say(f"/train epochs=9 seed={UNTIL_TOLD}")
    await bot.until_job(1, lambda job: job.progress.epochs_done == 1)
    await chat.sees("Epoch 2/9")
    with bot.store.transaction() as tx:
        tx.users.put(OWNER, Role.VIEWER, bot.now())
    bot.coltrain.access._roles.clear()
    message_id = (await chat.messages())[-1]["message_id"]
    answer = await chat.press_stale(message_id, 'pick|{"c":"stop","j":1}')
    assert "role operator" in answer["text"]
    assert bot.job(1).stop is None
