"""A chat in another language than English."""

import re

import pytest

from bot.commands.registry import COMMANDS
from emulator.client import ChatClient, buttons_of, text_of
from emulator.objects import Json
from emulator.server import Emulator
from tests.bots import OWNER, RunningBot
from tests.stub_task import FAIL, UNTIL_STOPPED, UNTIL_TOLD, VANISH

# What Keras, Colab and Coltrain call things in every language, and what users must type.
NAMES = re.compile(
    r"/\w+|https?://\S+|\b(?:Coltrain|Colab|Drive|Google|Keras|MNIST|TensorFlow|Python|Telegram|GPU"
    r"|CPU|RAM|UTC|SIGKILL|loss|accuracy|val_\w+|acc%|vloss|vacc%|time|adadelta|mnist_cnn|learning_rate"
    r"|English|You|COLTRAIN_\w+|\w+=\S*|\w+\.\w+)\b"
)
FIXED = ("code", "pre")
SENTENCE = re.compile(r"[A-Za-z]{2,} [a-z]{2,}")
WORD = re.compile(r"[A-Za-z]{3,}")


def words_of(message: Json) -> str:
    """What a message says in words: without what stands in a fixed-width face, and names."""
    text = text_of(message)
    units = text.encode("utf-16-le")
    for entity in reversed(message.get("entities", message.get("caption_entities", []))):
        if entity["type"] in FIXED:
            begin = 2 * entity["offset"]
            units = units[:begin] + units[begin + 2 * entity["length"] :]
    return NAMES.sub("", units.decode("utf-16-le"))


def english_in(message: Json) -> list[str]:
    """English that stands in a message or on its buttons."""
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    labels = [NAMES.sub("", button["text"]) for row in rows for button in row]
    labels = [label for label in labels if not label.startswith("📁")]  # a folder's own name
    found = [label for label in labels if WORD.search(label)]
    return [*found, *SENTENCE.findall(words_of(message))]


async def said(chat: ChatClient) -> list[Json]:
    return [message for message in await chat.messages() if not message["outgoing"]]


async def test_a_chinese_user_is_answered_in_chinese(
    bot: RunningBot, chat: ChatClient, patient_telegram: Emulator
) -> None:
    """Each command, jobs of every ending, and slips: no sentence of English, no English label."""
    await chat.speaks("zh-hans")
    for kind in ("started", "epochs", "saved", "pings"):
        await chat.say(f"/notify {kind} on")
    await chat.say(f"/train epochs=2 seed={VANISH}")
    await bot.until_job(1, lambda job: job.ending is not None)
    await chat.say("/train epochs=2")
    await bot.until_job(2, lambda job: job.ending is not None)
    await chat.say(f"/train epochs=2 seed={FAIL}")
    await bot.until_job(3, lambda job: job.ending is not None)
    await chat.say(f"/train epochs=2 seed={UNTIL_STOPPED}")
    await bot.until_job(4, lambda job: job.progress.epochs_done > 0)
    for command in COMMANDS:
        await chat.say(f"/{command.name}")
        await chat.say(f"/{command.name} 2")
        await chat.say(f"/{command.name} nonsense")
        await chat.say(f"/help {command.name}")
    await chat.say("/trian")
    await chat.say("hello")
    await chat.say("/alert 4 val_loss<0")
    await chat.say("/note 4 一")
    await chat.say("/quiet 23:00-07:30")
    await chat.say("/stop 4")
    await bot.until_job(4, lambda job: job.ending is not None)
    await chat.say("/unzip")
    await chat.until_taken()
    messages = await said(chat)
    assert len(messages) > 4 * len(COMMANDS)
    assert {text_of(m): english_in(m) for m in messages if english_in(m)} == {}


async def test_the_language_is_chosen_and_kept(bot: RunningBot, chat: ChatClient) -> None:
    """English until the app says otherwise; a choice counts more, and outlives the bot."""
    await chat.say("/language")
    await chat.sees("This chat speaks English, as Telegram does")
    await chat.speaks("zh-hant")
    await chat.say("/language")
    await chat.sees("简体中文")
    await chat.press("English")
    await chat.sees("This chat speaks English.")
    await bot.restart()
    await chat.say("/jobs")
    await chat.sees("No jobs yet.")
    await chat.say("/language auto")
    await chat.sees("简体中文")
    await chat.say("/language klingon")
    await chat.sees("en、zh、auto")


async def test_what_comes_unasked_is_in_the_language_of_its_chat(
    bot: RunningBot, chat: ChatClient, patient_telegram: Emulator
) -> None:
    """Card, end and alert, while the chat of the job and another speak two languages."""
    group = patient_telegram.world.add_group("Lab", frozenset({OWNER}))
    async with ChatClient(patient_telegram.url, chat=group.id, person=OWNER) as lab:
        await chat.speaks("zh-hans")
        await chat.say("/language")
        await chat.sees("简体中文")
        await lab.say("/language en")
        await lab.sees("This chat speaks English.")
        await lab.say(f"/train epochs=2 seed={UNTIL_TOLD}")
        await lab.sees("Epoch 2/2")
        await chat.say("/alert 1 loss<0.7")
        await chat.sees("会在这里提醒一次")
        for epoch in (1, 2):
            bot.go_on(1, epoch)
        await lab.sees("✅ finished")
        await chat.sees("🔔 第 2 轮后 loss 为 0.5000")
        await chat.say("/train epochs=2")
        await chat.sees("测试准确率")
        assert not any(re.search("[一-鿿]", text_of(m)) for m in (await said(lab))[1:])


@pytest.mark.parametrize("code", ["fr", "", "xx-yy"])
async def test_other_languages_are_answered_in_english(
    bot: RunningBot, chat: ChatClient, code: str
) -> None:
    """A language without a catalog is no reason to stay silent."""
    await chat.speaks(code)
    await chat.say("/jobs")
    await chat.sees("No jobs yet.")


async def test_a_chosen_language_is_also_the_menus(bot: RunningBot, chat: ChatClient) -> None:
    """Whoever taps on "/" reads it too; following Telegram gives the menu back."""
    before = await chat.commands()
    await chat.say("/language zh")
    await chat.sees("简体中文")
    chosen = await chat.commands()
    assert [c["command"] for c in chosen] == [c["command"] for c in before]
    assert {c["command"]: c["description"] for c in chosen}["stop"] == "停止任务"
    await chat.say("/language auto")
    await chat.sees("This chat speaks English, as Telegram does")
    assert await chat.commands() == before


async def test_a_card_changes_its_language_with_its_chat(bot: RunningBot, chat: ChatClient) -> None:
    """In the middle of a job; and a button from before goes on working."""
    await chat.say(f"/train epochs=2 seed={UNTIL_TOLD}")
    card = await chat.sees("Epoch 2/2")
    (stop, *_) = buttons_of(card)
    await chat.say("/language zh")
    await chat.sees("任务 1", "第 2/2 轮")
    await chat.press_stale(card["message_id"], stop["callback_data"])
    await chat.sees("任务 1")
    await chat.press("立即")
    await bot.until_job(1, lambda job: job.ending is not None)
    await chat.sees("已停止")
