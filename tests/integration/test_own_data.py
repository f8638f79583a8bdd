"""/train with data of one's own: found, checked, and refused with what to do."""

from pathlib import Path

import pytest

from bot.settings import Settings
from emulator.client import ChatClient
from tests.bots import RunningBot
from training.protocol.spec import TrainSpec


@pytest.fixture
def drive(settings: Settings) -> Path:
    """The user's Drive with something of each kind."""
    drive = settings.coltrain_data_roots[0]
    (drive / "flowers" / "rose").mkdir(parents=True)
    (drive / "flowers" / "rose" / "a.png").write_bytes(b"")
    for name in ("mine.npz", "iris.csv", "notes.txt", "packed labels.zip"):
        (drive / name).write_bytes(b"")
    return drive


@pytest.mark.parametrize(
    ("said", "path", "title"),
    [
        ("mine.npz", "mine.npz", "train on mine.npz"),
        ('"My Drive/mine.npz"', "mine.npz", "train on mine.npz"),
        ("flowers image_size=48x64 colour=grey", "flowers", "train on flowers"),
        ("flowers/", "flowers", "train on flowers"),
        ("iris.csv label=species validation=0.5", "iris.csv", "train on iris.csv"),
    ],
)
async def test_data_is_found_by_its_name(
    bot: RunningBot, chat: ChatClient, drive: Path, said: str, path: str, title: str
) -> None:
    """The job gets the absolute path, and is called by the data's name."""
    await chat.say(f"/train epochs=1 data={said}")
    await chat.sees(f"Job 1 · {title}", "finished")
    spec = bot.job(1).spec
    assert isinstance(spec, TrainSpec)
    assert Path(spec.data) == (drive / path).resolve()


REFUSED = [
    ("data=flovers", ["There is no flovers", "Did you mean flowers"]),
    ("data=/etc", ["lies outside the folders"]),
    ("data=../..", ["lies outside the folders"]),
    ("data=notes.txt", ["notes.txt is nothing that I can train with", ".npz"]),
    ("data=", ["data cannot be"]),
    ("image_size=64", ["image_size is for data of your own", "data="]),
    ("validation=0.1 data=mnist", ["validation is for data of your own"]),
    ("data=mine.npz image_size=64", ["image_size has no meaning for mine.npz"]),
    ("data=flowers label=x", ["label has no meaning for flowers"]),
    ("data=iris.csv colour=rgb", ["colour has no meaning for iris.csv"]),
    ("data=flowers image_size=0", ["image_size cannot be 0", "48x64"]),
    ("data=flowers image_size=64x", ["image_size cannot be 64x"]),
    ("data=flowers colour=blue", ["colour cannot be blue", "grey, rgb"]),
    ("data=mine.npz validation=1", ["validation cannot be 1", "between 0 and 1"]),
    ("data=mine.npz epochs=0", ["epochs cannot be 0"]),
]


@pytest.mark.parametrize(("said", "answer"), REFUSED, ids=[said for said, _ in REFUSED])
async def test_a_slip_is_answered_and_starts_nothing(
    bot: RunningBot, chat: ChatClient, drive: Path, said: str, answer: list[str]
) -> None:
    """What is wrong, and what is allowed or what to do."""
    await chat.say(f"/train {said}")
    await chat.sees(*answer)
    with bot.store.transaction() as tx:
        assert tx.jobs.count() == 0


async def test_a_job_is_done_again_with_other_data(
    bot: RunningBot, chat: ChatClient, drive: Path
) -> None:
    """Its other parameters stay; without a word about data it keeps that."""
    await chat.say("/train epochs=1 seed=0 batch_size=32 data=mine.npz")
    await chat.sees("Job 1", "finished")
    await chat.say("/retry 1 data=flowers")
    await chat.sees("Job 2 · train on flowers", "finished")
    await chat.say("/retry 2 epochs=2")
    await chat.sees("Job 3 · train on flowers", "finished")
    spec = bot.job(3).spec
    assert isinstance(spec, TrainSpec)
    assert (spec.batch_size, spec.epochs, Path(spec.data).name) == (32, 2, "flowers")
    await chat.say("/retry 3 label=x")
    await chat.sees("label has no meaning for flowers")


async def test_what_was_found_is_shown(bot: RunningBot, chat: ChatClient, drive: Path) -> None:
    """/job tells how much, what form, and which classes."""
    await chat.say("/train epochs=1 data=flowers")
    await chat.sees("Job 1", "finished")
    await chat.say("/job 1")
    await chat.sees("data flowers", "flowers: 80 to learn, 20 to test · 64 × 48 colour · 2 classes")
    await chat.sees("Classes: rose, <tulip>", "taken from the data")


async def test_an_archive_is_unpacked_by_the_training(
    bot: RunningBot, chat: ChatClient, drive: Path
) -> None:
    """Into the work folder's data; a look into it needs it unpacked, which is said."""
    await chat.say('/train epochs=1 image_size=32 data="packed labels.zip"')
    await chat.sees("Job 1 · train on packed labels.zip", "finished")
    spec = bot.job(1).spec
    assert isinstance(spec, TrainSpec)
    assert Path(spec.data) == (drive / "packed labels.zip").resolve()
    assert spec.unpack_into == str(bot.settings.data)
    await chat.say("/again 1 data=flowers")
    again = (await bot.until_job(2, lambda job: job.ending is not None)).spec
    assert isinstance(again, TrainSpec)
    assert again.unpack_into is None
    await chat.say('/data "packed labels.zip"')
    await chat.sees("is an archive", "/train data=", "/unzip")
