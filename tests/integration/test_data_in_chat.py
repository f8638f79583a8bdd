"""/data: what there is to learn from, looked into by taps, and the form that trains on it."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from bot.settings import Settings
from emulator.client import ChatClient
from tests.bots import RunningBot
from training.protocol.spec import Optimizer, TrainSpec


@pytest.fixture
def drive(settings: Settings) -> Path:
    """A Drive with pictures of two classes and an .npz."""
    drive = settings.coltrain_data_roots[0]
    for name, shade in (("dark <1>", 20), ("light", 220)):
        (drive / "shades" / name).mkdir(parents=True)
        for number in range(12):
            picture = Image.new("L", (9, 8), shade + number)
            picture.save(drive / "shades" / name / f"{number}.png")
    np.savez(drive / "bad.npz", pictures=np.zeros((3, 8, 8)))
    return drive


async def test_data_is_listed_and_looked_into(
    bot: RunningBot, chat: ChatClient, drive: Path
) -> None:
    """A tap tells counts and classes, with samples as a picture."""
    await chat.say("/data")
    listed = await chat.sees("Tap one to look into it", "mnist comes with Coltrain")
    await chat.press("🖼 shades", message_id=listed["message_id"])
    shown = await chat.sees("My Drive/shades", "24 samples, 4 of them kept for the test")
    assert "2 classes · 8 × 9 grey" in shown["caption"]
    assert "dark <1>" in shown["caption"]
    assert "photo" in shown
    await chat.press("🔢 bad.npz", message_id=listed["message_id"])
    await chat.sees("bad.npz has no x_train and y_train", "pictures")


async def test_a_form_trains_on_it(bot: RunningBot, chat: ChatClient, drive: Path) -> None:
    """The form keeps the data through taps, and starts the job with it."""
    await chat.say("/data shades")
    await chat.sees("24 samples")
    await chat.press("▶️ Train …")
    await chat.sees("Train on shades", "data=")
    await chat.press("optimizer: adadelta")
    await chat.sees("optimizer=adam", "Train on shades")
    await chat.press("▶️ Start")
    await chat.sees("Job 1 · train on shades", "finished")
    spec = bot.job(1).spec
    assert isinstance(spec, TrainSpec)
    assert (Path(spec.data), spec.optimizer) == ((drive / "shades").resolve(), Optimizer.ADAM)


async def test_again_with_changes_keeps_the_data(
    bot: RunningBot, chat: ChatClient, drive: Path
) -> None:
    """Also what has no button."""
    await chat.say("/train epochs=2 data=shades colour=rgb")
    await chat.sees("Job 1 · train on shades", "Test accuracy")
    await chat.press("Again with changes")
    await chat.sees("Train on shades", "/retry 1")
    await chat.press("optimizer: adadelta")
    await chat.sees("optimizer=adam")
    await chat.press("▶️ Start")
    await chat.sees("Job 2 · train on shades", "finished")
    first, second = bot.job(1).spec, bot.job(2).spec
    assert isinstance(first, TrainSpec)
    expected = {"optimizer": Optimizer.ADAM, "learning_rate": None}
    assert second == first.model_copy(update=expected)


async def test_without_data_it_says_what_would_be_found(bot: RunningBot, chat: ChatClient) -> None:
    """And that MNIST is there."""
    await chat.say("/data")
    await chat.sees("No data of your own found", "/unzip", "mnist comes with Coltrain")
    await chat.say("/data nothing")
    await chat.sees("There is no nothing")
    await chat.say("/data a b")
    await chat.sees("do not know what to do with b")
