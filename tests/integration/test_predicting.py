"""Asking a model about a picture: /predict, in all the ways a picture comes."""

import json
import sys
import zipfile

import pytest

from emulator.client import ChatClient, buttons_of, text_of
from emulator.objects import Person
from emulator.server import Emulator
from tests.bots import RunningBot
from tests.stub_inspection import SEEN
from training.protocol.events import ArtifactSaved

STUB = (sys.executable, "-m", "tests.stub_inspection")


@pytest.fixture
def asking() -> tuple[str, ...]:
    """Answers in milliseconds; the model itself is another test's."""
    return STUB


async def trained(bot: RunningBot, chat: ChatClient) -> None:
    """A job that has saved a model."""
    await chat.say("/train epochs=1")
    await bot.until_job(1, lambda job: job.ending is not None)
    await bot.until(bot.coltrain.settled)


async def test_a_photo_with_the_command_under_it(bot: RunningBot, chat: ChatClient) -> None:
    """The answer has the three likeliest classes with bars, and what the model saw."""
    await trained(bot, chat)
    await chat.send_file(SEEN, "a.png", "/predict", as_photo=True)
    seen = await chat.sees("It looks like 7", "▓▓▓▓▓▓▓▓▓░ 90.00%", "<9> ", "Job 1 · MNIST convnet")
    assert await chat.download(seen)


@pytest.mark.parametrize("as_photo", [True, False])
async def test_a_picture_alone_offers_a_button(
    bot: RunningBot, chat: ChatClient, as_photo: bool
) -> None:
    """Photo or file; the button may be pressed again."""
    await trained(bot, chat)
    await chat.send_file(SEEN, "a.png", as_photo=as_photo)
    await chat.sees("can say what it shows" if as_photo else "is saved in data")
    for _ in range(2):
        await chat.press("🔮 Ask job 1")
        await chat.sees("It looks like 7")
    kept = [path.name for path in bot.settings.data.iterdir()]
    assert kept == ([] if as_photo else ["a.png"])


async def test_a_picture_is_answered_with_the_command(bot: RunningBot, chat: ChatClient) -> None:
    """The message that is answered brings it, however long ago it came."""
    await trained(bot, chat)
    sent = await chat.send_file(SEEN, "a.png", as_photo=True)
    await chat.say("/predict 1", reply_to=sent["message_id"])
    await chat.sees("It looks like 7")


async def test_a_picture_in_the_data_folders(bot: RunningBot, chat: ChatClient) -> None:
    """By its name, as all commands take it; one that is not there is said."""
    await trained(bot, chat)
    bot.settings.data.joinpath("my digit.png").write_bytes(SEEN)
    await chat.say('/predict 1 "my digit.png"')
    await chat.sees("It looks like 7")
    await chat.say("/predict nothing.png")
    await chat.sees("nothing.png")


async def test_what_cannot_be_answered_is_said(bot: RunningBot, chat: ChatClient) -> None:
    """No model at all, none of this job, no picture, one that is none, too many words."""
    await chat.send_file(SEEN, "a.png", "/predict", as_photo=True)
    await chat.sees("No job has saved a model yet", "/train")
    await trained(bot, chat)
    await chat.say("/install six")
    await bot.until_job(2, lambda job: job.ending is not None)
    await chat.send_file(SEEN, "a.png", "/predict 2", as_photo=True)
    await chat.sees("Job 2 has saved no model")
    await chat.send_file(SEEN, "a.png", "/predict 77", as_photo=True)
    await chat.sees("no job 77")
    await chat.say("/predict")
    await chat.sees("I see no picture", "caption")
    await chat.send_file(b"<html>", "a.png", "/predict")
    await chat.sees("no picture that can be read", "JPEG or PNG")
    await chat.say("/predict 1 a.png b.png")
    await chat.sees("b.png")


async def test_an_errand_that_fails_is_said(bot: RunningBot, chat: ChatClient) -> None:
    """A process that dies: a sentence, and the next question has its answer."""
    await trained(bot, chat)
    folder = bot.folder(1).path
    aside = folder.rename(folder.with_name("aside"))
    await chat.send_file(SEEN, "a.png", "/predict 1", as_photo=True)
    await chat.sees("That did not work", "Try again in a minute")
    aside.rename(folder)
    await chat.send_file(SEEN, "a.png", "/predict 1", as_photo=True)
    await chat.sees("It looks like 7")


async def test_a_question_outlives_the_bot(bot: RunningBot, chat: ChatClient) -> None:
    """A bot that is stopped while a model is asked: the next one asks again."""
    await trained(bot, chat)
    await bot.stop()
    bot.asking = ("sleep", "60")
    await bot.start()
    await chat.send_file(SEEN, "a.png", "/predict", as_photo=True)
    await bot.until(bot.coltrain._services.inspection._turn.locked)
    bot.asking = STUB
    await bot.restart()
    await chat.sees("It looks like 7")


async def test_mistakes_come_as_a_picture(bot: RunningBot, chat: ChatClient) -> None:
    """With the figures under it, in the colours of the chat's plots; and when there are none."""
    await trained(bot, chat)
    await chat.say("/mistakes")
    await chat.sees("Job 1 · MNIST convnet", "No mistake among 1,000")
    await chat.say("/plot dark")
    await chat.sees("epoch 1")
    await chat.say("/mistakes 1")
    seen = await chat.sees("14 wrong of 1,000 of its test set, 1.40%", "4 taken for <9>: 14 ×")
    assert await chat.download(seen)


async def test_mistakes_of_what_has_none(bot: RunningBot, chat: ChatClient) -> None:
    """No model at all, a job without one, no such job, too many words: a sentence each."""
    await chat.say("/mistakes")
    await chat.sees("No job has saved a model yet")
    await chat.say("/install six")
    await bot.until_job(1, lambda job: job.ending is not None)
    await chat.say("/mistakes 1")
    await chat.sees("Job 1 has saved no model")
    await chat.say("/mistakes x")
    await chat.sees("no job x")
    await chat.say("/mistakes 1 2")
    await chat.sees("/mistakes 7")


async def test_the_latest_that_can_answer_is_asked(bot: RunningBot, chat: ChatClient) -> None:
    """A later model of tables is passed over for a picture, a later program for its mistakes."""
    await trained(bot, chat)
    await chat.say("/install six")
    await bot.until_job(2, lambda job: job.ending is not None)
    await bot.until(bot.coltrain.settled)
    saved = bot.folder(2).artifacts / "model.keras"
    with zipfile.ZipFile(saved, "w") as parts:
        layer = {"class_name": "InputLayer", "config": {"batch_shape": [None, 8]}}
        parts.writestr("config.json", json.dumps({"config": {"layers": [layer]}}))
    with bot.store.transaction() as tx:
        tx.jobs.save_artifact(2, ArtifactSaved(name=saved.name, size_bytes=1, sha256=""))
    await chat.send_file(SEEN, "a.png", "/predict", as_photo=True)
    await chat.sees("It looks like 7", "Job 1 · MNIST convnet")
    await chat.send_file(SEEN, "a.png", as_photo=True)
    await chat.press("🔮 Ask job 1")
    await chat.say("/mistakes")
    await chat.sees("Job 1 · MNIST convnet", "No mistake among 1,000")


async def test_who_may_ask(bot: RunningBot, telegram: Emulator, chat: ChatClient) -> None:
    """A viewer may: nothing is kept or changed. A stranger hears nothing."""
    await trained(bot, chat)
    await chat.say("/invite viewer")
    code = (await chat.sees("viewer"))["caption"].partition("start=")[2].split()[0]
    telegram.world.add_person(Person(1002, "Viewer"))
    telegram.world.add_person(Person(1003, "Stranger"))
    async with ChatClient(telegram.url, 1002) as viewer, ChatClient(telegram.url, 1003) as stranger:
        await viewer.say(f"/start {code}")
        await viewer.sees("Welcome")
        for caption in ("", "/predict"):
            await stranger.send_file(SEEN, "a.png", caption, as_photo=True)
        await viewer.send_file(SEEN, "a.png", as_photo=True)
        offered = await viewer.sees("can say what it shows")
        assert [button["text"] for button in buttons_of(offered)] == ["🔮 Ask job 1"]
        await viewer.send_file(SEEN, "a.png", "/predict", as_photo=True)
        await viewer.sees("It looks like 7")
        await stranger.until_taken()
        assert [text_of(m) for m in await stranger.messages() if not m["outgoing"]] == []
