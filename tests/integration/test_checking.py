"""/check through the chat."""

from bot.settings import Settings
from emulator.client import ChatClient
from tests.bots import RunningBot
from training.protocol.spec import CheckSpec, RunSpec, TrainSpec


async def test_a_check_offers_the_training_it_was_about(bot: RunningBot, chat: ChatClient) -> None:
    """By a button, once; with every parameter that was given."""
    await chat.say("/check epochs=3 lr=0.5")
    await bot.until_job(1, lambda job: job.ending is not None)
    await chat.sees("check of MNIST convnet", "finished")
    await chat.press("🚀 Train")
    job = await bot.until_job(2, lambda job: job.ending is not None)
    assert job.spec == TrainSpec(epochs=3, learning_rate=0.5)
    await chat.sees("Job 2 · MNIST convnet")


async def test_a_wrong_parameter_is_said_as_for_train(bot: RunningBot, chat: ChatClient) -> None:
    """With what is allowed, and nothing starts."""
    await chat.say("/check epoch=3")
    await chat.sees("epoch", "epochs")
    await chat.say("/check epochs=0")
    await chat.sees("a whole number from 1 to 10,000")
    await chat.say("/check data=nothing.npz")
    await chat.sees("nothing.npz")
    with bot.store.transaction() as tx:
        assert tx.jobs.count() == 0


async def test_a_check_takes_what_run_takes(
    bot: RunningBot, chat: ChatClient, settings: Settings
) -> None:
    """A program with its parameters; then a button runs it with them."""
    drive = settings.coltrain_data_roots[0]
    drive.mkdir(exist_ok=True)
    (drive / "go.py").write_text("")
    program = RunSpec(file=str(drive / "go.py"), parameters=(("lr", "0.1"),))
    await chat.say("/check go.py lr=0.1")
    job = await bot.until_job(1, lambda job: job.ending is not None)
    assert job.spec == CheckSpec(training=program)
    await chat.sees("check of run go.py")
    await chat.press("▶️ Run")
    assert (await bot.until_job(2, lambda job: job.ending is not None)).spec == program


async def test_a_program_that_is_not_there_is_not_checked(
    bot: RunningBot, chat: ChatClient
) -> None:
    """Nor two at once."""
    await chat.say("/check nothing.py")
    await chat.sees("There is no nothing.py")
    await chat.say("/check a.py b.py")
    await chat.sees("b.py", "/check train.py lr=0.1")
    with bot.store.transaction() as tx:
        assert tx.jobs.count() == 0
