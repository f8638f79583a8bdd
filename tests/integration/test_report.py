"""The end of a training in the chat: one message with words, curve and buttons."""

from bot.job import Ending
from emulator.client import ChatClient, buttons_of, text_of
from emulator.faults import Fault
from emulator.objects import Json
from emulator.server import Emulator
from tests.bots import RunningBot
from tests.stub_task import FAIL, UNTIL_STOPPED, UNTIL_TOLD
from training.protocol.spec import TrainSpec

PHOTO = ("sendPhoto",)


async def reports(chat: ChatClient, job_id: int = 1) -> list[Json]:
    """The last messages about a job, not its card."""
    return [
        m
        for m in await chat.messages()
        if f"Job {job_id} · MNIST" in text_of(m) and "Took" in text_of(m)
    ]


async def ended(bot: RunningBot, chat: ChatClient, job_id: int = 1) -> Json:
    await bot.until_job(job_id, lambda job: job.ending is not None)
    await bot.until(bot.coltrain.settled)
    (report,) = await reports(chat, job_id)
    return report


def labels(message: Json) -> list[str]:
    return [button["text"] for button in buttons_of(message)]


async def test_words_curve_and_buttons_are_one_message(bot: RunningBot, chat: ChatClient) -> None:
    """It rings once; the second training is compared with the first."""
    await chat.say("/train epochs=3")
    report = await ended(bot, chat)
    assert "photo" in report
    assert not report["silent"]
    assert "Test loss: 0.0271\nTest accuracy: 99.18%" in text_of(report)
    assert labels(report) == ["📦 Model", "🔁 Again", "Again with changes"]
    await chat.press("Again")
    second = await ended(bot, chat, 2)
    assert "As good as job 1, your best so far." in text_of(second)
    assert labels(second)[-1] == "Compare"
    assert bot.job(2).spec == bot.job(1).spec


async def test_a_picture_that_telegram_refuses_costs_no_word(
    bot: RunningBot, chat: ChatClient, telegram: Emulator
) -> None:
    """The same message comes as text, with its buttons, and no mark: it did not come before."""
    telegram.world.faults.add(Fault("error", PHOTO, status=400, description="PHOTO_INVALID"))
    await chat.say("/train epochs=3")
    report = await ended(bot, chat)
    assert "photo" not in report
    assert text_of(report).startswith("Job 1")
    assert "📦 Model" in labels(report)


async def test_a_picture_whose_answer_was_lost_is_not_lost(
    bot: RunningBot, chat: ChatClient, telegram: Emulator
) -> None:
    """It may have arrived: the words go again, say so, and try no second picture."""
    telegram.world.faults.add(Fault("reset", PHOTO, accepted=True))
    await chat.say("/train epochs=3")
    await bot.until_job(1, lambda job: job.ending is not None)
    await bot.until(bot.coltrain.settled)
    first, second = await reports(chat)
    assert "photo" in first
    assert second["text"].startswith("(perhaps a repeat)")


async def test_the_model_comes_as_a_file(bot: RunningBot, chat: ChatClient) -> None:
    """As often as it is asked for, also from the next bot."""
    await chat.say("/train epochs=2")
    await ended(bot, chat)
    await bot.restart()
    for _ in range(2):
        await chat.press("Model")
        message = await chat.sees("Job 1 · MNIST convnet")
        assert await chat.download(message) == b"weights"


async def test_again_counts_once_and_leaves_the_rest(bot: RunningBot, chat: ChatClient) -> None:
    """A double tap starts one job; the model can still be had."""
    await chat.say("/train epochs=2")
    report = await ended(bot, chat)
    again = next(b["callback_data"] for b in buttons_of(report) if "Again" in b["text"])
    await chat.press("🔁 Again")
    answer = await chat.press_stale(report["message_id"], again)
    assert "answered already" in answer["text"]
    await bot.until_job(2, lambda job: job.ending is not None)
    with bot.store.transaction() as tx:
        assert tx.jobs.count() == 2
    (report,) = await reports(chat)
    assert labels(report) == ["📦 Model", "Again with changes"]


async def test_again_with_changes_begins_with_what_was(bot: RunningBot, chat: ChatClient) -> None:
    """The form has the job's values; what has no button there is kept as well."""
    words = "epochs=2 batch_size=64 optimizer=adam samples=600 learning_rate=0.0123"
    await chat.say(f"/train {words}")
    await ended(bot, chat)
    await chat.press("Again with changes")
    await chat.sees(
        "/retry 1 preset=mnist_cnn epochs=2 batch_size=64 learning_rate=0.0123 optimizer=adam"
    )
    form = (await chat.messages())[-1]["message_id"]
    await chat.press("+", message_id=form)
    await chat.sees("epochs=3")
    await chat.press("Start")
    await bot.until_job(2, lambda job: job.ending is not None)
    assert bot.job(2).spec == TrainSpec(
        epochs=3, batch_size=64, optimizer="adam", samples=600, learning_rate=0.0123
    )


async def test_compare_shows_both(bot: RunningBot, chat: ChatClient) -> None:
    """With the best one before it."""
    for epochs in (2, 3):
        await chat.say(f"/train epochs={epochs}")
    await ended(bot, chat, 2)
    await chat.press("Compare")
    await chat.sees("#2", "#1", "epochs")


async def test_a_stopped_training_goes_on_by_button(bot: RunningBot, chat: ChatClient) -> None:
    """The button is gone with its use, and there is a new card."""
    await chat.say(f"/train epochs=9 seed={UNTIL_TOLD}")
    await bot.until_job(1, lambda job: job.progress.epochs_done == 2 or bot.go_on(1, 1))
    await chat.say("/stop 1 after")
    report = await ended(bot, chat)
    assert labels(report) == ["▶️ Go on", "Again with changes"]
    await chat.press("Go on")
    await bot.until_job(1, lambda job: job.run == 2)
    (report,) = await reports(chat)
    assert labels(report) == ["Again with changes"]


async def test_half_the_batch_where_memory_was_short(bot: RunningBot, chat: ChatClient) -> None:
    """A new job, as the failed one but for the batch."""
    await chat.say(f"/train epochs=1 batch_size=128 seed={FAIL}")
    await bot.until_job(1, lambda job: job.ending is Ending.FAILED)
    await chat.sees("The memory was not enough")
    await chat.press("Half the batch: 64")
    await bot.until_job(2, lambda job: job.ending is not None)
    spec = bot.job(1).spec
    assert bot.job(2).spec == spec.model_copy(update={"batch_size": 64})


async def test_a_button_of_an_earlier_end_has_no_effect_after_a_later_one(
    bot: RunningBot, chat: ChatClient
) -> None:
    """A job that was resumed and ended again has its newest buttons only."""
    await chat.say(f"/train epochs=1 seed={UNTIL_STOPPED}")
    for _ in range(2):
        await bot.until_job(1, lambda job: job.active and job.progress.run_at is not None)
        await chat.say("/stop 1")
        await bot.until_job(1, lambda job: job.ending is not None)
        await bot.until(bot.coltrain.settled)
        first = next(m for m in await chat.messages() if "Took" in text_of(m))
        await chat.say("/resume 1")
        await bot.until_job(1, lambda job: job.active)
    old = buttons_of(first)[0]["callback_data"]
    answer = await chat.press_stale(first["message_id"], old)
    assert "answered already" in answer["text"]
