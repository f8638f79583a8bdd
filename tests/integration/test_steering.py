"""Another learning rate for a training that is there: /lr."""

from bot.runners.local_process import LocalProcess
from emulator.client import ChatClient, buttons_of
from tests.bots import STUB_COMMAND, RunningBot
from tests.stub_task import UNTIL_TOLD
from training.protocol.control import RateChange, read_control


async def begin(bot: RunningBot, chat: ChatClient, epochs: int = 9) -> None:
    """Have a training in its second epoch."""
    await chat.say(f"/train epochs={epochs} seed={UNTIL_TOLD}")
    await bot.until_job(1, lambda job: job.progress.epochs_done == 1)


async def test_a_rate_is_confirmed_when_the_process_has_taken_it(
    bot: RunningBot, chat: ChatClient
) -> None:
    """First the answer that it will, then, with the epoch, that it has; /job and /audit know."""
    await begin(bot, chat)
    await chat.say("/lr 1 0.5")
    await chat.sees("begins its next epoch with learning rate 0.5; a message confirms it")
    assert "Learning rate 0.5 from epoch" not in await chat.transcript()
    await chat.say("/job 1")
    await chat.sees("From its next epoch on: rate 0.5")
    bot.go_on(1, 1)
    await chat.sees("Learning rate 0.5 from epoch 2 on")
    await chat.say("/job 1")
    await chat.sees("From epoch 2 on: rate 0.5")
    await chat.say("/audit 1")
    await chat.sees("gave job 1 the learning rate 0.5")
    assert bot.job(1).learning_rate is None


async def test_factors_multiply_what_is_wished_or_in_effect(
    bot: RunningBot, chat: ChatClient
) -> None:
    """However the sign of multiplication is typed; the default rate of the spec is the first."""
    await chat.say(f"/train epochs=9 learning_rate=0.1 seed={UNTIL_TOLD}")
    await bot.until_job(1, lambda job: job.progress.epochs_done == 1)
    for said, rate in (
        ("/lr x0.5", 0.05),
        ("/lr 1 ×0,1", 0.005),
        ("/lr #1 x 10", 0.05),
        ("/lr 1e-3", 0.001),
        ("/lr 1 *.5", 0.0005),
    ):
        await chat.say(said)
        await chat.sees(f"learning rate {rate:g};")
        assert bot.job(1).learning_rate == rate
    assert read_control(bot.folder(1), 1).learning_rate == 0.0005


async def test_a_tap_sets_what_the_button_says(bot: RunningBot, chat: ChatClient) -> None:
    """/lr alone offers four; the one tapped is set, once, and the question is answered."""
    await begin(bot, chat)
    await chat.say("/lr")
    question = await chat.sees("has the learning rate 1. Another one counts", "/lr 1 0.1")
    labels = [button["text"] for button in buttons_of(question)]
    assert labels == ["×0.5 → 0.5", "×0.1 → 0.1", "×2 → 2", "×10 → 10"]
    await chat.press("×0.1 → 0.1")
    await chat.sees("begins its next epoch with learning rate 0.1")
    assert bot.job(1).learning_rate == 0.1
    await chat.say("/lr 1")
    await chat.sees("has the learning rate 1, and 0.1 from its next epoch on")


async def test_changes_outlive_bot_and_process(bot: RunningBot, chat: ChatClient) -> None:
    """The next run is told of the wish not taken, and of each change with its epoch."""
    await begin(bot, chat)
    await chat.say("/lr 0.5")
    await chat.sees("begins its next epoch with learning rate 0.5")
    bot.go_on(1, 1)
    await chat.sees("Learning rate 0.5 from epoch 2 on")
    await chat.say("/lr 0.25")
    await chat.sees("begins its next epoch with learning rate 0.25")
    await bot.stop()
    LocalProcess(STUB_COMMAND).stop(bot.job(1).handle, force=True)
    await bot.start()
    await bot.until_job(1, lambda job: job.run == 2)
    control = read_control(bot.folder(1), 2)
    taken = (RateChange(epoch=2, learning_rate=0.5),)
    assert (control.learning_rate, control.learning_rates) in (
        (0.25, taken),
        (None, (RateChange(epoch=1, learning_rate=0.25),)),  # the stub begins anew, and took it
    )


async def test_a_job_that_waits_ends_or_ended(bot: RunningBot, chat: ChatClient) -> None:
    """Each answer says when the rate will count, or what to do that it can."""
    await begin(bot, chat, epochs=3)
    await chat.say(f"/train epochs=2 seed={UNTIL_TOLD}")
    await chat.say("/lr 2 0.5")
    await chat.sees("Job 2 · MNIST convnet waits, and begins its next epoch with learning rate 0.5")
    await chat.say("/stop 1 after")
    await bot.until_job(1, lambda job: job.ending is not None)
    await chat.say("/lr 1 0.5")
    await chat.sees("has ended; /resume 1 goes on with learning rate 0.5")
    bot.go_on(2, 1)
    await bot.until_job(2, lambda job: job.progress.epochs_done == 2)
    await chat.say("/lr 2 0.1")
    await chat.sees("Job 2 is in its last epoch", "/epochs 2 20")


async def test_slips(bot: RunningBot, chat: ChatClient) -> None:
    """Each is answered with what is allowed, and changes nothing."""
    await chat.say("/lr")
    await chat.sees("Nothing runs or waits")
    await begin(bot, chat)
    for said, answer in (
        ("/lr 1 fast", "lr cannot be fast: it takes a number above 0, to 100"),
        ("/lr 1 0", "lr cannot be 0"),
        ("/lr 1 -1", "lr cannot be -1"),
        ("/lr 1 nan", "lr cannot be nan"),
        ("/lr 1 1e999", "lr cannot be 1e999"),
        ("/lr 1 x1000", "lr cannot be x1000"),
        ("/lr 1 1.0", "Job 1 has the learning rate 1 already; nothing is changed"),
        ("/lr 1 2 3", "Write it like this: /lr 7 0.1"),
        ("/lr 5 0.1", "There is no job 5"),
    ):
        await chat.say(said)
        await chat.sees(answer)
    assert bot.job(1).learning_rate is None
    await chat.say("/install six")
    await bot.until_job(2, lambda job: job.ending is not None)
    await chat.say("/lr 2 0.1")
    await chat.sees("Job 2 has no epochs")
