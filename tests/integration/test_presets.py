"""Recipes and targets through the chat."""

from emulator.client import ChatClient
from tests.bots import RunningBot
from tests.stub_task import UNTIL_TOLD
from training.protocol.checkpoints import checkpoint_name
from training.protocol.preset import QUICK_RATE, Preset
from training.protocol.spec import Optimizer, TrainSpec, read_spec

QUICK = TrainSpec.model_validate({"preset": "quick"})


async def test_a_preset_is_named_wherever_its_job_is(bot: RunningBot, chat: ChatClient) -> None:
    """Title, parameters, comparison, ranking; what was not given is the preset's."""
    await chat.say("/train preset=quick")
    await bot.until_job(1, lambda job: job.ending is not None)
    await chat.sees("Job 1 · MNIST quick", "✅ finished")
    assert bot.job(1).spec == QUICK
    await chat.say("/job 1")
    await chat.sees(
        "preset quick", "epochs 3", "batch_size 250", "learning_rate 0.02", "shifts yes"
    )
    await chat.say("/train preset=mnist_cnn epochs=3")
    await bot.until_job(2, lambda job: job.ending is not None)
    await chat.sees("Job 2 · MNIST convnet")
    await chat.say("/compare 1 2")
    await chat.sees("preset", "quick", "mnist_…")
    await chat.say("/best")
    await chat.sees("Job 1 99.18% · 3 epochs, quick", "Job 2 99.18% · 3 epochs, adadelta")


async def test_a_form_has_the_preset_first(bot: RunningBot, chat: ChatClient) -> None:
    """One tap brings all that it decides; Start starts that."""
    await chat.say("/train")
    await chat.sees("epochs=12")
    await chat.press("preset: mnist_cnn")
    await chat.sees("Train on MNIST, quick", "/train preset=quick epochs=3 batch_size=250")
    await chat.press("▶️ Start")
    await bot.until_job(1, lambda job: job.ending is not None)
    assert bot.job(1).spec.made_with() == QUICK.made_with()


async def test_another_preset_takes_its_own_along(bot: RunningBot, chat: ChatClient) -> None:
    """By /retry and /again, both ways; what is named beside it, and the seed, stay."""
    await chat.say("/train epochs=5 lr=0.5 seed=77")
    await bot.until_job(1, lambda job: job.ending is not None)
    await chat.say("/retry 1 preset=quick")
    job = await bot.until_job(2, lambda job: job.ending is not None)
    assert job.spec == TrainSpec.model_validate({"preset": "quick", "seed": 77})
    await chat.say("/again 2 preset=mnist_cnn batch=64")
    job = await bot.until_job(3, lambda job: job.ending is not None)
    found = (job.spec.preset, job.spec.epochs, job.spec.batch_size, job.spec.optimizer)
    assert found == (Preset.MNIST_CNN, 12, 64, Optimizer.ADADELTA)
    await chat.say("/retry 2 seed=78")
    job = await bot.until_job(4, lambda job: job.ending is not None)
    assert job.spec == TrainSpec.model_validate({"preset": "quick", "seed": 78})
    await chat.say("/fork 2@1 preset=mnist_cnn")
    await chat.sees("preset cannot change")


async def test_a_cycle_stays_when_epochs_are_added(bot: RunningBot, chat: ChatClient) -> None:
    """The answer says what comes of that; doing it again with as many makes another cycle."""
    await chat.say(f"/train preset=quick seed={UNTIL_TOLD}")
    await bot.until_job(1, lambda job: job.progress.epochs_done == 1)
    await chat.say("/epochs 1 2")
    await chat.sees("has 2 epochs now", "a cycle made for 3 epochs", "still high")
    await chat.say("/epochs 1 4")
    await chat.sees("has 4 epochs now", "begin with a tenth", "/retry 1 epochs=4")
    spec = read_spec(bot.folder(1))
    assert isinstance(spec, TrainSpec)
    assert (spec.epochs, spec.cycle_epochs) == (4, 3)
    for epoch in range(1, 5):
        bot.go_on(1, epoch)
    await bot.until_job(1, lambda job: job.ending is not None)
    await chat.say("/retry 1 epochs=4 seed=77")
    job = await bot.until_job(2, lambda job: job.ending is not None)
    assert isinstance(job.spec, TrainSpec)
    assert job.spec.cycle_epochs == 4


async def test_a_rate_of_the_users_ends_the_cycle(bot: RunningBot, chat: ChatClient) -> None:
    """The answer says so, also for the very rate of its top, which would be no news elsewhere."""
    await chat.say(f"/train preset=quick epochs=5 seed={UNTIL_TOLD}")
    await bot.until_job(1, lambda job: job.progress.epochs_done == 1)
    await chat.say(f"/lr 1 {QUICK_RATE}")
    await chat.sees(f"learning rate {QUICK_RATE:g} and keeps it", "ends there")
    bot.go_on(1, 1)
    await chat.sees(f"Learning rate {QUICK_RATE:g} from epoch 2 on")
    await chat.say(f"/lr 1 {QUICK_RATE}")
    await chat.sees("already; nothing is changed")


async def test_a_fork_keeps_to_its_cycle(bot: RunningBot, chat: ChatClient) -> None:
    """The rate of the epoch that it begins after is a place in the cycle, not its top."""
    await chat.say("/train preset=quick")
    await bot.until_job(1, lambda job: job.ending is not None)
    folder = bot.folder(1).checkpoint / checkpoint_name(1, 2, 0)
    folder.mkdir()
    folder.joinpath("variables.npys").write_bytes(b"weights")
    await chat.say("/fork 1@2 epochs=5 shifts=no")
    job = await bot.until_job(2, lambda job: job.ending is not None)
    assert isinstance(job.spec, TrainSpec)
    assert (job.spec.learning_rate, job.spec.cycle_epochs) == (None, 5)
    assert (job.spec.quick, job.spec.shifted) == (True, False)


async def test_a_target_is_told_on_card_and_at_the_end(bot: RunningBot, chat: ChatClient) -> None:
    """Reached or not; one that was reached has done all it was asked to."""
    await chat.say(f"/train target=99.1 epochs=2 seed={UNTIL_TOLD}")
    await chat.sees("Ends at 99.10% on the test set")
    bot.go_on(1, 1)
    bot.go_on(1, 2)
    await chat.sees("✅ finished", "Target 99.10%: reached in epoch 2")
    await chat.say("/epochs 1 9")
    await chat.sees("has 9 epochs now")
    await chat.say("/resume 1")
    await chat.sees("Job 1 has finished", "/retry 1")
    await chat.say("/train target=0.995 epochs=2")
    await chat.sees("Target 99.50%: not reached")
    await chat.say("/job 2")
    await chat.sees("target 99.50%")
