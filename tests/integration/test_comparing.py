"""/compare and /best through the chat."""

from emulator.client import ChatClient
from tests.bots import RunningBot
from tests.stub_task import FAIL

PHONE = 31


async def test_what_differs_stands_side_by_side(bot: RunningBot, chat: ChatClient) -> None:
    """The parameters that differ and no others, the figures, in lines that fit a phone."""
    await chat.say("/train epochs=2 batch_size=32")
    await chat.say("/train epochs=3 optimizer=adam batch_size=32")
    await bot.until_job(2, lambda job: job.ending is not None)
    await chat.say("/compare 1 2")
    shown = await chat.sees("Jobs 1, 2", "/plot 1 2")
    table = shown["text"].splitlines()[1:-1]
    names = [line[:7].strip() for line in table]
    figures = ["acc %", "loss", "best", "s/epoch"]
    assert names == ["", "state", "epochs", "optim.", "rate", *figures]
    assert all(len(line) <= PHONE for line in table)
    assert table[2].split() == ["epochs", "2", "3"]
    assert table[5].split() == ["acc", "%", "99.18", "99.18"]


async def test_the_best_come_first(bot: RunningBot, chat: ChatClient) -> None:
    """A training that failed, and jobs that are none, are not ranked."""
    await chat.say("/best")
    await chat.sees("No training has been tested yet")
    await chat.say(f"/train epochs=1 seed={FAIL}")
    await chat.say("/install six")
    await chat.say("/train epochs=2")
    await bot.until_job(3, lambda job: job.ending is not None)
    await chat.say("/best")
    shown = await chat.sees("1. Job 3 99.18% · 2 epochs, adadelta", "/retry 3 seed=1")
    assert "Job 1" not in shown["text"]
    assert "Job 2" not in shown["text"]


async def test_slips_of_compare(bot: RunningBot, chat: ChatClient) -> None:
    """One job, four, one that is not there, one that is no training: a sentence each."""
    await chat.say("/install six")
    await bot.until_job(1, lambda job: job.ending is not None)
    for slip, answer in (
        ("/compare 1", "Something is missing"),
        ("/compare 1 1", "Something is missing"),
        ("/compare 1 2 3 4", "3 jobs at most"),
        ("/compare 1 9", "no job 9"),
        ("/best ten", "best cannot be ten"),
    ):
        await chat.say(slip)
        await chat.sees(answer)


async def test_what_learned_other_data_is_ranked_by_itself(
    bot: RunningBot, chat: ChatClient
) -> None:
    """Under what it learned; a figure of one says nothing beside that of another."""
    for number, words in enumerate(("", "lr=0.5", "samples=6000"), start=1):
        await chat.say(f"/train epochs=1 {words}")
        await bot.until_job(number, lambda job: job.ending is not None)
    await chat.say("/best")
    shown = (await chat.sees("Best test accuracy"))["text"]
    few, many = shown.index("▸ MNIST convnet, 6,000 samples"), shown.index("▸ MNIST convnet\n")
    assert few < shown.index("1. Job 3") < many
    assert "2. Job " not in shown[:many]
    assert all(shown.index(job) > many for job in ("Job 1", "Job 2"))
