"""Updates and presses take effect once, for whoever may, whatever comes twice or dies between."""

import asyncio

import pytest
from telegram import Update

from bot.button import Button, Press
from bot.commands import registry
from bot.commands.buttons import Action, pressed_by, show_instead
from bot.commands.context import Context
from bot.job import Job, Origin
from bot.messages.buttons import GONE
from bot.roles import Role
from emulator.client import ChatClient
from emulator.server import Emulator
from tests.bots import OWNER, RunningBot
from training.protocol.spec import TrainSpec


async def start(update: Update, context: Context, press: Press) -> str:
    """What a [Start] button does."""
    context.services.jobs.submit(TrainSpec(epochs=1), pressed_by(update, press))
    await show_instead(update, context, "Started.")
    return "Started"


@pytest.fixture
def start_button(monkeypatch: pytest.MonkeyPatch) -> Button:
    """A button that starts a training."""
    monkeypatch.setattr(
        registry, "ACTIONS", {**registry.ACTIONS, "start": Action(start, Role.OPERATOR)}
    )
    return Button("Start", "start")


async def offered(bot: RunningBot, chat: ChatClient, button: Button) -> dict:
    """A message with a button, in the owner's chat."""
    await chat.say("/start")
    await chat.sees("Hello")
    now = bot.coltrain._services.now()
    with bot.store.transaction() as tx:
        keyboard = tx.buttons.offer(OWNER, [[button]], now)
        tx.outbox.put(OWNER, "Shall I?", now, keyboard=keyboard)
    bot.coltrain._sender.wake()
    return await chat.sees("Shall I?")


def jobs(bot: RunningBot) -> list[Job]:
    with bot.store.transaction() as tx:
        return list(tx.jobs.latest(10))


async def test_a_button_outlives_the_bot(
    bot: RunningBot, chat: ChatClient, start_button: Button
) -> None:
    """It was offered by one bot and is pressed at the next."""
    await offered(bot, chat, start_button)
    await bot.restart()
    await chat.press("Start")
    await chat.sees("Started.")
    assert len(jobs(bot)) == 1


async def test_a_double_tap_counts_once(
    bot: RunningBot, chat: ChatClient, start_button: Button
) -> None:
    """The second tap was on its way when the first had its effect."""
    message = await offered(bot, chat, start_button)
    data = message["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
    answers = await asyncio.gather(
        chat.press_stale(message["message_id"], data),
        chat.press_stale(message["message_id"], data),
    )
    assert sum("answered already" in str(answer) for answer in answers) == 1
    assert len(jobs(bot)) == 1


async def test_a_press_counts_once_though_the_bot_died_before_it_closed_the_question(
    bot: RunningBot, chat: ChatClient, start_button: Button
) -> None:
    """The effect closes the question in its own transaction, so no death lies between them."""
    message = await offered(bot, chat, start_button)
    data = message["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
    with bot.store.transaction() as tx:
        press = tx.buttons.pressed(data, OWNER)
    assert press is not None
    with bot.store.transaction() as tx:
        tx.inbox.put(77, OWNER, "{}", bot.coltrain._services.now())
    origin = Origin(OWNER, OWNER, update_id=77, question=press.question)
    assert bot.coltrain.jobs.submit(TrainSpec(epochs=1), origin) is not None
    await chat.press_stale(message["message_id"], data)
    assert len(jobs(bot)) == 1


async def test_a_press_that_comes_too_late_edits_nothing_where_the_chat_must_be_left_alone(
    bot: RunningBot, telegram: Emulator, chat: ChatClient, start_button: Button
) -> None:
    """The screen is told; the message keeps its buttons until a press when one may edit again."""
    message = await offered(bot, chat, start_button)
    with bot.store.transaction() as tx:
        assert tx.buttons.close(1)
    data = message["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
    bot.coltrain._services.pace.block(OWNER, 60)
    assert GONE in str(await chat.press_stale(message["message_id"], data))
    await bot.until(bot.coltrain.caught_up)
    assert "editMessageReplyMarkup" not in telegram.world.journal.counts()


async def test_a_viewer_may_not_change_work(
    bot: RunningBot, telegram: Emulator, chat: ChatClient, start_button: Button
) -> None:
    """Neither the button, which may stand before everybody's eyes in a group, nor the command."""
    message = await offered(bot, chat, start_button)
    data = message["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
    with bot.store.transaction() as tx:
        tx.users.put(OWNER, Role.VIEWER, bot.coltrain._services.now())
    await bot.stop()
    bot.settings = bot.settings.model_copy(update={"telegram_owner_id": None})
    await bot.start()
    answer = await chat.press_stale(message["message_id"], data)
    assert "role operator" in str(answer)
    await chat.say("/train epochs=1")
    await chat.sees("/train is for users with the role operator")
    assert jobs(bot) == []


async def test_an_update_takes_effect_once(bot: RunningBot) -> None:
    """Whoever handles it a second time finds that it was done, in the same transaction."""
    with bot.store.transaction() as tx:
        tx.inbox.put(77, OWNER, "{}", bot.coltrain._services.now())
    origin = Origin(OWNER, OWNER, update_id=77)
    assert bot.coltrain.jobs.submit(TrainSpec(epochs=1), origin) is not None
    assert bot.coltrain.jobs.submit(TrainSpec(epochs=1), origin) is None
    assert len(jobs(bot)) == 1
    with bot.store.transaction() as tx:
        assert not tx.inbox.untaken()


async def test_telegram_may_deliver_an_update_twice(
    bot: RunningBot, chat: ChatClient, telegram: Emulator
) -> None:
    """As after an acknowledgement that got lost."""
    await bot.stop()
    await chat.say("/train epochs=1")
    waiting = list(telegram.world.updates._waiting)
    await bot.start()
    await bot.until_job(1, lambda job: job.ending is not None)
    telegram.world.updates._waiting += waiting
    telegram.world.bell.ring()
    await chat.say("/status")
    await chat.sees("Nothing runs")
    assert len(jobs(bot)) == 1


async def test_a_button_that_stays_may_be_pressed_again(
    bot: RunningBot, chat: ChatClient, start_button: Button, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What does not fit into a key is kept in the store; each press counts, with its role."""

    async def note(update: Update, context: Context, press: Press) -> str:
        return f"noted {len(str(press.arguments['what']))}"

    actions = {**registry.ACTIONS, "start": Action(note, Role.VIEWER, stays=True)}
    monkeypatch.setattr(registry, "ACTIONS", actions)
    button = Button("Start", "start", {"what": "ä" * 200})
    message = await offered(bot, chat, button)
    for _ in range(2):
        answer = await chat.press("Start", message_id=message["message_id"])
        assert answer["text"] == "noted 200"


@pytest.mark.parametrize(
    "data",
    [
        'notify_set|{"k":[],"l":"on"}',
        'notify_set|{"k":"epochs","l":{}}',
        'jobs_page|{"w":[],"p":0}',
        f'jobs_page|{{"w":"all","p":{"9" * 30}}}',
        'form|{"f":[1,8,null,0,1,1000],"s":[]}',
        f'alert_remove|{{"a":{"9" * 30}}}',
        f'mute|{{"m":{"9" * 30}}}',
    ],
)
async def test_a_press_made_up_by_hand_is_no_fault(
    bot: RunningBot, chat: ChatClient, data: str
) -> None:
    """Lists where words belong, numbers that no store holds: told so, like any stale press."""
    await chat.say("/start")
    shown = await chat.sees("Hello")
    assert GONE in str(await chat.press_stale(shown["message_id"], data))
