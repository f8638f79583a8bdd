"""The buttons under a card: in place, carried along by every edit, gone with the job."""

from bot.messages import card_keys
from bot.roles import Role
from emulator.client import ChatClient, buttons_of
from emulator.objects import Json
from tests.bots import OWNER, RunningBot
from tests.stub_task import UNTIL_STOPPED, UNTIL_TOLD

CALM = ["⏹ Stop", "📈 Plot", "📄 Logs", "More"]
ASKING = ["After this epoch", "Now", "Back"]


async def card(chat: ChatClient, job_id: int = 1) -> Json:
    """The card of a job as it stands."""
    return next(m for m in await chat.messages() if f"Job {job_id} · " in m.get("text", ""))


async def labels(chat: ChatClient, job_id: int = 1) -> list[str]:
    return [button["text"] for button in buttons_of(await card(chat, job_id))]


async def training(bot: RunningBot, chat: ChatClient) -> None:
    """A training of nine epochs in its second, shown on its card."""
    await chat.say(f"/train epochs=9 seed={UNTIL_TOLD}")
    await bot.until_job(1, lambda job: job.progress.epochs_done == 1)
    await chat.sees("Epoch 2/9")


async def test_stop_asks_how_in_place(bot: RunningBot, chat: ChatClient) -> None:
    """[Stop] becomes three buttons, [Back] takes them away; nothing was stopped by that."""
    await training(bot, chat)
    assert await labels(chat) == CALM
    await chat.press("Stop")
    assert await labels(chat) == ASKING
    await chat.press("Back")
    assert await labels(chat) == CALM
    assert bot.job(1).stop is None


async def test_stop_after_this_epoch(bot: RunningBot, chat: ChatClient) -> None:
    """The epoch is done, the result shown, and the card has no buttons any more."""
    await training(bot, chat)
    await chat.press("Stop")
    answer = await chat.press("After this epoch")
    assert answer["text"] == "It stops after this epoch."
    bot.go_on(1, 1)
    bot.go_on(1, 2)
    await bot.until_job(1, lambda job: job.ending is not None)
    await bot.until(bot.coltrain.settled)
    assert await labels(chat) == []
    assert "⏹ stopped" in (await card(chat))["text"]


async def test_an_edit_carries_the_buttons_that_stand_there(
    bot: RunningBot, chat: ChatClient
) -> None:
    """While somebody thinks about how to stop, an epoch ends: the question stays."""
    await training(bot, chat)
    await chat.press("Stop")
    bot.go_on(1, 1)
    await chat.sees("Epoch 3/9")
    assert await labels(chat) == ASKING


async def test_buttons_outlive_the_bot(bot: RunningBot, chat: ChatClient) -> None:
    """A question that an earlier bot asked is answered by the next one; it shows no old one."""
    await training(bot, chat)
    await chat.press("Stop")
    message = await card(chat)
    now = next(b["callback_data"] for b in buttons_of(message) if b["text"] == "Now")
    await bot.restart()
    bot.go_on(1, 1)
    await chat.sees("Epoch 3/9")
    assert await labels(chat) == CALM
    await chat.press_stale(message["message_id"], now)
    await chat.sees("⏹ stopped")
    await bot.until(bot.coltrain.settled)
    assert await labels(chat) == []


async def test_a_press_that_comes_after_the_end_says_so(bot: RunningBot, chat: ChatClient) -> None:
    """It changes nothing, and the card still has no buttons."""
    await training(bot, chat)
    message = await card(chat)
    data = [b["callback_data"] for b in buttons_of(message)]
    await chat.press("Stop")
    await chat.press("Now")
    await bot.until_job(1, lambda job: job.ending is not None)
    await bot.until(bot.coltrain.settled)
    answer = await chat.press_stale(message["message_id"], data[0])
    assert answer["text"] == card_keys.over(bot.job(1))
    assert await labels(chat) == []


async def test_a_press_after_the_end_leaves_no_question_for_a_later_run(
    bot: RunningBot, chat: ChatClient
) -> None:
    """The job goes on, and its new card has the usual buttons."""
    await training(bot, chat)
    message = await card(chat)
    await chat.press("Stop")
    await chat.press("Now")
    await bot.until_job(1, lambda job: job.ending is not None)
    await bot.until(bot.coltrain.settled)
    await chat.press_stale(message["message_id"], f'{card_keys.ASK}|{{"job":1}}')
    await chat.say("/resume 1")
    await chat.sees("Epoch 2/9")
    shown = [m for m in await chat.messages() if "Epoch 2/9" in m.get("text", "")][-1]
    assert [button["text"] for button in buttons_of(shown)] == CALM


async def test_a_waiting_job_is_taken_out_by_button(bot: RunningBot, chat: ChatClient) -> None:
    """Two taps, and it never runs."""
    await chat.say(f"/train epochs=1 seed={UNTIL_STOPPED}")
    await chat.say("/train epochs=1")
    await chat.sees("In the queue")
    await chat.press("Stop", message_id=(await card(chat, 2))["message_id"])
    answer = await chat.press("Take it out")
    assert answer["text"] == "It is out of the queue."
    assert bot.job(2).run == 0
    assert await labels(chat, 2) == []


async def test_more_and_less_are_remembered(bot: RunningBot, chat: ChatClient) -> None:
    """[More] adds the table of epochs; the cards of later jobs have it as well."""
    await training(bot, chat)
    heading = "# time"
    assert heading not in (await card(chat))["text"]
    await chat.press("More")
    assert heading in (await card(chat))["text"]
    await bot.restart()
    await chat.press("Less")
    assert heading not in (await card(chat))["text"]


async def test_plot_and_logs_by_button(bot: RunningBot, chat: ChatClient) -> None:
    """A picture, and the last lines with a button that shows those of later in their place."""
    await training(bot, chat)
    await chat.press("Logs")
    shown = await chat.sees("last 2 lines", "epoch 1 done")
    bot.go_on(1, 1)
    await bot.until_job(1, lambda job: job.progress.epochs_done == 2)
    await chat.press("Refresh")
    again = await chat.sees("last 3 lines", "epoch 2 done")
    assert again["message_id"] == shown["message_id"]
    await chat.press("Plot")
    await chat.sees("Job 1 · MNIST convnet, epoch 2")


async def test_a_viewer_looks_and_does_not_stop(bot: RunningBot, chat: ChatClient) -> None:
    """[Stop] and its answers are for operators, whoever knows their data; [Logs] is not."""
    await training(bot, chat)
    message = await card(chat)
    with bot.store.transaction() as tx:
        tx.users.put(OWNER, Role.VIEWER, bot.now())
    bot.coltrain.access._roles.clear()
    for action in (card_keys.ASK, card_keys.AFTER, card_keys.NOW):
        answer = await chat.press_stale(message["message_id"], f'{action}|{{"job":1}}')
        assert "role operator" in str(answer)
    assert bot.job(1).stop is None
    await chat.press("Logs")
    await chat.sees("epoch 1 done")
