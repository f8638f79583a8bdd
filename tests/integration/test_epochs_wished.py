"""Other numbers of epochs for jobs that are there: /epochs and /stop at."""

import shutil

from bot.job import Ending
from bot.runners.local_process import LocalProcess
from emulator.client import ChatClient
from tests.bots import STUB_COMMAND, RunningBot
from tests.stub_task import DEAF, UNTIL_TOLD
from tests.vaults import SavingBot


async def test_fewer_epochs_end_a_training_early(bot: RunningBot, chat: ChatClient) -> None:
    """It succeeds with the epochs that were wished, and card and answer say so."""
    await chat.say(f"/train epochs=9 seed={UNTIL_TOLD}")
    await bot.until_job(1, lambda job: job.progress.epochs_done == 1)
    await chat.say("/epochs 2")
    await chat.sees("Job 1 · MNIST convnet has 2 epochs now")
    bot.go_on(1, 1)
    await chat.sees("Epoch 2/2")
    bot.go_on(1, 2)
    await chat.sees("✅ finished")
    assert bot.job(1).ending is Ending.SUCCEEDED
    assert bot.job(1).progress.epochs_done == 2


async def test_more_epochs_make_it_longer_across_runs(bot: RunningBot, chat: ChatClient) -> None:
    """The wish outlives bot and process: the next run knows it from its spec."""
    await chat.say(f"/train epochs=2 seed={UNTIL_TOLD}")
    job = await bot.until_job(1, lambda job: job.progress.epochs_done == 1)
    await chat.say("/epochs 1 3")
    await chat.sees("has 3 epochs now")
    await bot.stop()
    LocalProcess(STUB_COMMAND).stop(job.handle, force=True)
    await bot.start()
    for epoch in (1, 2, 3):
        bot.go_on(1, epoch)
    await chat.sees("✅ finished")
    assert (bot.job(1).run, bot.job(1).progress.epochs_done) == (2, 3)


async def test_a_wish_not_passed_on_is_by_the_next_bot(bot: RunningBot, chat: ChatClient) -> None:
    """The store knows it; the file, torn away here, is written again when the job is adopted."""
    await chat.say(f"/train epochs=9 seed={UNTIL_TOLD}")
    await bot.until_job(1, lambda job: job.progress.epochs_done == 1)
    await chat.say("/stop at 2")
    await chat.sees("stops after epoch 2", "/resume 1")
    await bot.stop()
    bot.folder(1).control.unlink()
    await bot.start()
    bot.go_on(1, 1)
    bot.go_on(1, 2)
    await chat.sees("⏹ stopped", "Test accuracy: 75.00%")
    assert bot.job(1).progress.epochs_done == 2


async def test_a_wish_that_cannot_be_passed_on_is_none(bot: RunningBot, chat: ChatClient) -> None:
    """The answer says so, and the store has nothing that the process does not know."""
    await chat.say(f"/train epochs=9 seed={UNTIL_TOLD}")
    await bot.until_job(1, lambda job: job.progress.epochs_done == 1)
    folder = bot.folder(1)
    folder.control.unlink()
    folder.control.mkdir()
    await chat.say("/stop 1 at 2")
    await chat.sees("job 1 was not told, and nothing is changed")
    assert bot.job(1).last_epoch is None
    shutil.rmtree(folder.control)


async def test_stopped_at_an_epoch_and_gone_on_with(
    saving_bot: SavingBot, chat: ChatClient
) -> None:
    """The wish outlives a lost machine; after the epoch the job goes on to the end it had."""
    await chat.say(f"/train epochs=4 seed={UNTIL_TOLD}")
    await saving_bot.until(saving_bot.folder(1).path.exists)
    await chat.say("/stop 1 at 3")
    await chat.sees("stops after epoch 3")
    await chat.say("/epochs 1 4")
    await chat.sees("has 4 epochs now, and still stops after epoch 3", "/stop 1 at 4")
    saving_bot.go_on(1, 1)
    await saving_bot.until_saved(1, 1)
    await saving_bot.lose_machine()
    await saving_bot.start()
    await saving_bot.until_job(1, lambda job: job.run == 2)
    saving_bot.go_on(1, 2)
    saving_bot.go_on(1, 3)
    await chat.sees("⏹ stopped", "/resume 1 goes on with epoch 4 of 4")
    assert saving_bot.job(1).progress.epochs_done == 3
    saving_bot.go_on(1, 4)
    await chat.say("/resume")
    await chat.sees("✅ finished")
    assert saving_bot.job(1).outcome.result["epochs"] == 4


async def test_a_finished_training_goes_on_to_more(saving_bot: SavingBot, chat: ChatClient) -> None:
    """/epochs and /resume together: from its last checkpoint."""
    await chat.say("/train epochs=2")
    await chat.sees("✅ finished")
    await chat.say("/epochs 1 2")
    await chat.sees("Job 1 cannot end with epoch 2. It takes a number from 3 to 10,000")
    await chat.say("/epochs 1 5")
    await chat.sees("has 5 epochs now. /resume 1 goes on")
    await chat.say("/resume 1")
    await saving_bot.until_job(1, lambda job: job.run == 2 and job.ending is not None)
    assert saving_bot.job(1).outcome.result["epochs"] == 5


async def test_slips(bot: RunningBot, chat: ChatClient) -> None:
    """Each is answered with the form to write, and changes nothing."""
    await chat.say(f"/train epochs=9 seed={UNTIL_TOLD}")
    await bot.until_job(1, lambda job: job.progress.epochs_done == 1)
    for said, answer in (
        ("/epochs", "Write it like this: /epochs 7 20"),
        ("/epochs 1 2 3", "Write it like this: /epochs 7 20"),
        ("/epochs 1 many", "epochs cannot be many: it takes a whole number"),
        ("/epochs 1 1", "It takes a number from 2 to 10,000"),
        ("/stop 1 at", "Write it like this: /stop 7 at 35"),
        ("/stop 1 at 10", "It takes a number from 2 to 9"),
        ("/stop 1 at 3 4", "Write it like this: /stop 7 at 35"),
    ):
        await chat.say(said)
        await chat.sees(answer)
    assert bot.job(1).last_epoch is None
    assert bot.job(1).spec.epochs == 9


async def test_more_epochs_for_a_job_that_is_stopping(bot: RunningBot, chat: ChatClient) -> None:
    """The answer does not promise what it was told not to do."""
    await chat.say(f"/train epochs=5 seed={DEAF}")
    await bot.until_job(1, lambda job: job.progress.run_at is not None)
    await chat.say("/stop 1 after")
    await chat.sees("stops after this epoch")
    await chat.say("/epochs 1 9")
    await chat.sees("has 9 epochs now, and stops before them, as it was told", "/resume 1")
