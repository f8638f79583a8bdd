"""A failure's last message has the button that mends it."""

import signal

from bot.job import Ending, Origin
from emulator.client import ChatClient
from tests.bots import OWNER, RunningBot
from tests.stub_task import FULL, MODULE, UNSOUND
from training.protocol.control import read_control
from training.protocol.spec import InstallSpec


async def failed(bot: RunningBot, chat: ChatClient, seed: int, *said: str) -> None:
    """A training that has failed, and said why."""
    await chat.say(f"/train epochs=3 seed={seed}")
    await chat.sees("❌ failed", *said)
    await bot.until(bot.coltrain.settled)


async def test_a_training_that_came_apart_goes_on_more_slowly(
    bot: RunningBot, chat: ChatClient
) -> None:
    """The same job, from its checkpoint, with a tenth of its rate: its process is told so."""
    await failed(bot, chat, UNSOUND, "came apart in epoch 2", "loss is no number any more")
    await chat.press("Go on with rate 0.05")
    job = await bot.until_job(1, lambda job: job.ending is Ending.SUCCEEDED)
    assert job.run == 2
    assert [change.learning_rate for change in job.learning_rates] == [0.05]
    control = read_control(bot.folder(1), 2)  # as a wish, or as what it has been told it took
    rates = [control.learning_rate, *(change.learning_rate for change in control.learning_rates)]
    assert 0.05 in rates
    await chat.say("/audit 1")
    await chat.sees("0.05")


async def test_a_missing_module_is_installed_and_the_job_goes_on(
    bot: RunningBot, chat: ChatClient
) -> None:
    """By the name of its package; the bot may be restarted meanwhile, and it counts once."""
    await failed(bot, chat, MODULE, "The Python module sklearn.svm is missing")
    await chat.press("Install scikit-learn, then go on")
    await bot.restart()
    job = await bot.until_job(1, lambda job: job.ending is Ending.SUCCEEDED)
    assert job.run == 2
    assert bot.job(2).spec == InstallSpec(packages=("scikit-learn",))
    await chat.sees("Test accuracy: 99.18%")
    with bot.store.transaction() as tx:
        assert tx.follow_ups.take(2) is None


async def test_a_package_that_is_not_installed_lets_nothing_go_on(
    bot: RunningBot, chat: ChatClient
) -> None:
    """The installer was killed: the job stays as it was, and is not taken up later either."""
    bot.settings = bot.settings.model_copy(update={"coltrain_auto_resume": False})
    await bot.restart()
    await failed(bot, chat, MODULE, "is missing")
    asked = Origin(OWNER, OWNER)
    job = bot.coltrain.jobs.submit(InstallSpec(packages=("six",)), asked, then_resume=1)
    assert job is not None
    bot.signal(job.id, signal.SIGKILL)
    await bot.until_job(job.id, lambda job: job.ending is Ending.LOST)
    await chat.say(f"/resume {job.id}")
    await bot.until_job(job.id, lambda job: job.ending is Ending.SUCCEEDED)
    assert bot.job(1).ending is Ending.FAILED


async def test_what_was_done_meanwhile_is_not_done_again(bot: RunningBot, chat: ChatClient) -> None:
    """Somebody let the job go on by hand while its package was being installed."""
    await chat.say("/train epochs=1")
    await bot.until_job(1, lambda job: job.ending is Ending.SUCCEEDED)
    asked = Origin(OWNER, OWNER)
    job = bot.coltrain.jobs.submit(InstallSpec(packages=("six",)), asked, then_resume=1)
    assert job is not None
    await bot.until_job(job.id, lambda job: job.ending is Ending.SUCCEEDED)
    await bot.until(bot.coltrain.settled)
    assert bot.job(1).run == 1


async def test_a_full_disk_tells_what_takes_room(bot: RunningBot, chat: ChatClient) -> None:
    """The largest folders with their sizes, and what is needed of them."""
    data = bot.settings.data / "photos"
    data.mkdir(parents=True)
    (data / "a.bin").write_bytes(bytes(3_000_000))
    await failed(bot, chat, FULL, "The disk is full")
    await chat.press("What takes room")
    await chat.sees("data/photos 3.0 MB", "Delete what you no longer need")
