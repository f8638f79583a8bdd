"""/train without parameters: a form to tap."""

from emulator.client import ChatClient
from emulator.server import Emulator
from tests.bots import RunningBot


async def test_a_training_is_started_by_taps_alone(bot: RunningBot, chat: ChatClient) -> None:
    """Values change in place, and Start starts what the form says."""
    await chat.say("/train")
    form = await chat.sees("epochs=12", "Start")
    await chat.press("−", message_id=form["message_id"])  # the first one is that of epochs
    await chat.sees("epochs=8")
    await chat.press("optimizer: adadelta")
    await chat.sees("optimizer=adam")
    await chat.press("▶️ Start")
    await chat.sees("▶️ /train epochs=8", "✅ finished")
    spec = bot.job(1).spec
    assert (spec.epochs, spec.optimizer, spec.learning_rate) == (8, "adam", None)


async def test_a_form_outlives_the_bot_and_starts_once(bot: RunningBot, chat: ChatClient) -> None:
    """Its keys carry what it says; a second Start is told that it comes too late."""
    await chat.say("/train")
    form = await chat.sees("epochs=12")
    await bot.restart()
    await chat.press("▶️ Start")
    await bot.until_job(1, lambda job: job.ending is not None)
    start = form["reply_markup"]["inline_keyboard"][-1][0]["callback_data"]
    answer = await chat.press_stale(form["message_id"], start)
    assert "answered already" in str(answer)
    with bot.store.transaction() as tx:
        assert tx.jobs.count() == 1


async def test_cancel_starts_nothing(bot: RunningBot, chat: ChatClient) -> None:
    """And says how to open it again."""
    await chat.say("/train")
    await chat.sees("epochs=12")
    await chat.press("Cancel")
    await chat.sees("Nothing was started")
    with bot.store.transaction() as tx:
        assert tx.jobs.count() == 0


async def test_a_form_is_its_owners(bot: RunningBot, telegram: Emulator, chat: ChatClient) -> None:
    """A key made up with another user's number changes nothing."""
    await chat.say("/train")
    form = await chat.sees("epochs=12")
    key = form["reply_markup"]["inline_keyboard"][0][0]["callback_data"].replace("1001", "1002")
    answer = await chat.press_stale(form["message_id"], key)
    assert "belongs to somebody else" in str(answer)
    answer = await chat.press_stale(form["message_id"], 'form|{"f":[1],"s":"e+"}')
    assert "answered already" in str(answer)
