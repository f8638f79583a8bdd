"""Being told of what a training gets to, and keeping a note with it: /alert, /note."""

import pytest

from emulator.client import ChatClient, buttons_of
from tests.bots import RunningBot
from tests.stub_task import UNTIL_TOLD


async def begin(bot: RunningBot, chat: ChatClient) -> None:
    """Have a training whose first epoch is over, with an accuracy of 50 %."""
    await chat.say(f"/train epochs=9 seed={UNTIL_TOLD}")
    await bot.until_job(1, lambda job: job.progress.epochs_done == 1)


async def test_an_alert_outlives_the_bot_and_is_told_once(
    bot: RunningBot, chat: ChatClient
) -> None:
    """After the first epoch of which it is so: the third has an accuracy of 83 %."""
    await begin(bot, chat)
    await chat.say("/alert 1 accuracy > 80%")
    await chat.sees("the first epoch with accuracy>0.8 is told here, once")
    await bot.restart()
    await chat.say("/alert")
    await chat.sees("Job 1 · MNIST convnet: accuracy>0.8")
    for epoch in (1, 2, 3, 4):
        bot.go_on(1, epoch)
    await chat.sees("🔔 accuracy 83.33% after epoch 3 (accuracy>0.8)", "/stop 1 after")
    await bot.until_job(1, lambda job: job.progress.epochs_done == 5)
    await bot.until(bot.coltrain.caught_up)
    await chat.say("/alert")
    await chat.sees("This chat waits for nothing")
    assert (await chat.transcript()).count("🔔") == 1


async def test_a_tap_takes_one_back(bot: RunningBot, chat: ChatClient) -> None:
    """The list says what is left, in the same message."""
    await begin(bot, chat)
    for condition in ("loss<0.3", "accuracy>=0.9"):
        await chat.say(f"/alert {condition}")
        await chat.sees("is told here, once")
    await chat.say("/alert")
    before = await chat.sees("loss<0.3", "accuracy>=0.9")
    await chat.press("✖ 1: loss<0.3")
    after = await chat.sees("accuracy>=0.9")
    assert after["message_id"] == before["message_id"]
    assert "loss<0.3" not in after["text"]
    await chat.say("/audit 1")
    await chat.sees("waits for loss<0.3 in job 1")


async def test_slips_of_alert(bot: RunningBot, chat: ChatClient) -> None:
    """Each is answered with what is allowed, and nothing is waited for."""
    await begin(bot, chat)
    for said, answer in (
        ("/alert 1 now", "it takes a metric, one of > >= < <=, and a number"),
        ("/alert 1 loss<1e999", "alert cannot be loss<1e999"),
        (
            "/alert 1 accuracy>99",
            "never above 1: accuracy>99 makes no sense. Did you mean /alert 1 accuracy>99%?",
        ),
        ("/alert 1 accuracy>1.5", "accuracy>1.5 makes no sense. Write it as 0.99 or 99%"),
        ("/alert 1 accuracy", "alert cannot be accuracy"),
        ("/alert 1 val_acuracy>0.9", "Job 1 logs no val_acuracy. Did you mean accuracy?"),
        ("/alert 1 loss<2", "loss<2 is so already, since epoch 1"),
        ("/alert 9 loss<2", "There is no job 9"),
    ):
        await chat.say(said)
        await chat.sees(answer)
    await chat.say("/stop 1")
    await bot.until_job(1, lambda job: job.ending is not None)
    await chat.say("/alert 1 loss<0.1")
    await chat.sees("Job 1 has ended already")
    await chat.say("/alert")
    await chat.sees("This chat waits for nothing")


async def test_the_alerts_of_one_job_are_listed(bot: RunningBot, chat: ChatClient) -> None:
    """By its number alone; where there are none, how to set one."""
    await begin(bot, chat)
    await chat.say("/train epochs=2")
    for said in ("/alert 1 loss<0.1", "/alert 2 loss<0.2"):
        await chat.say(said)
        await chat.sees("is told here, once")
    await chat.say("/alert 1")
    shown = await chat.sees("loss<0.1")
    assert "loss<0.2" not in shown["text"]
    assert [button["text"] for button in buttons_of(shown)] == ["✖ 1: loss<0.1"]
    await chat.press("✖ 1: loss<0.1")
    await chat.sees("loss<0.2")
    await chat.say("/alert 1")
    await chat.sees("waits for nothing in it. /alert 1 val_accuracy>0.99 tells")


@pytest.mark.parametrize(
    "text",
    [
        "tried “half” the batch & won't <b>again</b>",
        "&amp; </blockquote> 'unclosed \"quote\nsecond line\n\nfourth",
        "😀" * 250,
    ],
)
async def test_a_note_is_shown_as_it_was_written(
    bot: RunningBot, chat: ChatClient, text: str
) -> None:
    """Quotation marks, tags and line breaks; in the list as much as fits in a line."""
    await begin(bot, chat)
    await chat.say(f"/note 1 {text}")
    await chat.sees(f"📝 {text}", "/job 1 shows it")
    await bot.restart()
    await chat.say("/job 1")
    await chat.sees(f"📝 {text}")
    await chat.say("/jobs")
    await chat.sees("running · 📝 " + " ".join(text.split())[:15])


async def test_a_note_is_replaced_and_removed(bot: RunningBot, chat: ChatClient) -> None:
    """Also of a job that has ended; who did it stands in the trail."""
    await chat.say("/train epochs=1")
    await chat.sees("✅ finished")
    await chat.say("/note 1")
    await chat.sees("has no note", "/note 1 tried a smaller batch")
    await chat.say("/note 1 first")
    await chat.sees("📝 first")
    await chat.say("/note 1 second")
    await chat.sees("📝 second")
    await chat.say("/note 1")
    await chat.sees("📝 second")
    await chat.press("Remove")
    await chat.sees("has no note any more")
    assert bot.job(1).note is None
    await chat.say("/audit 1")
    await chat.sees("noted of job 1: second", "noted of job 1: first")
    for said, answer in (
        ("/note", "Write it like this: /note 7"),
        ("/note what", "There is no job what"),
        ("/note 1 " + "x" * 501, "The note has 501 characters, and at most 500 are kept"),
    ):
        await chat.say(said)
        await chat.sees(answer)
    assert bot.job(1).note is None
