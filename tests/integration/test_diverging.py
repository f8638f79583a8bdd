"""A training that comes apart, as its chat hears of it."""

from emulator.client import ChatClient
from tests.bots import RunningBot
from tests.stub_task import LOSSES


async def test_a_divergence_is_told_once_and_over_a_restart(
    bot: RunningBot, chat: ChatClient
) -> None:
    """With the loss, its best and the way to smaller steps; a second one after it was over."""
    losses = (2.0, 0.1, 3.0, 3.0, 3.0, 3.0, 3.0, 0.1, 3.0, 3.0, 3.0)
    await chat.say(f"/train epochs={len(losses)} seed={LOSSES}")
    await bot.until_job(1, lambda job: job.run == 1)
    (bot.folder(1).path / "losses").write_text(" ".join(map(str, losses)))
    for epoch in range(1, 6):
        bot.go_on(1, epoch)
    await chat.sees("The training comes apart", "3 after epoch 5, 0.1000 at its best", "/lr 1 x0.1")
    await bot.restart()
    for epoch in range(6, 12):
        bot.go_on(1, epoch)
    await chat.sees("3 after epoch 11", "✅ finished")
    assert (await chat.transcript()).count("The training comes apart") == 2


async def test_a_loss_that_is_no_number_is_told_once_a_job(
    bot: RunningBot, chat: ChatClient
) -> None:
    """Though each run of the job says so."""
    await chat.say(f"/train epochs=3 seed={LOSSES}")
    await bot.until_job(1, lambda job: job.run == 1)
    (bot.folder(1).path / "losses").write_text("nan nan nan")
    bot.go_on(1, 1)
    await chat.sees("loss is not a number since epoch 1")
    await bot.until_job(1, lambda job: job.progress.epochs_done == 1)
    await chat.say("/stop 1 after")
    await bot.until_job(1, lambda job: job.ending is not None)
    for epoch in (2, 3):
        bot.go_on(1, epoch)
    await chat.say("/resume 1")
    await chat.sees("✅ finished")
    assert (await chat.transcript()).count("is not a number") == 1
