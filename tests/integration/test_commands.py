"""Every command, as a chat."""

import zipfile
from pathlib import Path

import pytest

from bot.commands.registry import COMMANDS
from bot.settings import Settings
from emulator.client import ChatClient, text_of
from emulator.server import Emulator
from tests.bots import RunningBot
from tests.stub_task import UNTIL_STOPPED


@pytest.fixture
def archive(settings: Settings, tmp_path: Path) -> Path:
    """An archive in a data folder named like Drive's."""
    path = tmp_path / "My Drive" / "seg label.zip"
    path.parent.mkdir()
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("a.txt", "a")
    return path


async def test_the_menu_is_the_table(bot: RunningBot, telegram: Emulator, chat: ChatClient) -> None:
    """Telegram's menu, in each language, and /help have the commands of the one table."""
    calls = telegram.world.journal.calls("setMyCommands")
    assert [call.params.get("language_code") for call in calls] == [None, "zh"]
    await chat.say("/help")
    await chat.sees("/help train says more")
    shown = (await chat.messages())[-1]["text"]
    for command in COMMANDS:
        for call in calls:
            assert f'"{command.name}"' in str(call.params).replace("'", '"')
        assert f"/{command.name} " in shown


async def test_help_on_one_command_lists_its_parameters(bot: RunningBot, chat: ChatClient) -> None:
    """Each parameter with what it takes."""
    await chat.say("/help train")
    await chat.sees("epochs", "a whole number from 1 to 10,000", "adadelta, adam", "seed")


async def test_start_says_hello(bot: RunningBot, chat: ChatClient) -> None:
    """It names the user and the next steps."""
    await chat.say("/start")
    await chat.sees("Hello You, you are the owner", "/train epochs=12", "/help")


async def test_status_of_an_idle_machine(bot: RunningBot, chat: ChatClient) -> None:
    """GPU or none, memory, disk and uptime, in figures."""
    await chat.say("/status")
    await chat.sees("Nothing runs", "GPU: ", "RAM: ", "Disk: ", " free of ", "Up: machine ")


async def test_status_while_jobs_run_and_wait(bot: RunningBot, chat: ChatClient) -> None:
    """The running job with its epoch, pace and metrics; the queue; the machine."""
    await chat.say(f"/train epochs=2 seed={UNTIL_STOPPED}")
    await chat.say("/train epochs=1")
    await bot.until_job(1, lambda job: job.progress.epochs_done == 2)
    await chat.say("/status")
    await chat.sees(
        "Epoch 2/2", "an epoch", "accuracy 75.00%", "Queue", "Job 2 · MNIST convnet", "Machine"
    )


async def test_jobs_lists_the_latest_first(bot: RunningBot, chat: ChatClient) -> None:
    """With their endings and their accuracy."""
    await chat.say("/train epochs=1")
    await chat.sees("✅ finished")
    await chat.say("/install six")
    await chat.sees("Job 2 · install six\n✅ finished")
    await chat.say("/jobs")
    await chat.sees("Job 1 · MNIST convnet · ✅ 99.18%")
    lines = (await chat.messages())[-1]["text"].splitlines()
    assert [line.split(" ·")[0] for line in lines[1:]] == ["Job 2", "Job 1"]


async def test_job_tells_everything_about_one(bot: RunningBot, chat: ChatClient) -> None:
    """Parameters, figures, artifacts and the folder."""
    await chat.say("/train epochs=2 batch_size=64")
    await chat.sees("✅ finished")
    await chat.say("/job 1")
    await chat.sees("batch_size 64", "learning_rate 1.0", "Test loss: 0.0271")
    await chat.sees("model.keras 7 Bytes", str(bot.folder(1).path))


async def test_logs_shows_the_last_lines(bot: RunningBot, chat: ChatClient) -> None:
    """As many as asked for."""
    await chat.say("/train epochs=5")
    await chat.sees("✅ finished")
    await chat.say("/logs 1 2")
    await chat.sees("last 2 lines")
    shown = (await chat.messages())[-1]["text"].splitlines()
    assert shown[2:] == ["epoch 4 done", "epoch 5 done"]


async def test_unzip_lists_what_there_is(bot: RunningBot, chat: ChatClient, archive: Path) -> None:
    """Without a name: the archives to tap, and the command for a folder of one's own."""
    await chat.say("/unzip")
    await chat.sees("Tap one to unpack it", '/unzip "seg label.zip" into=labels')
    await chat.press("📦 seg label.zip")
    await chat.sees("seg label.zip is unpacked into seg label", "unzip seg label.zip\n✅ finished")
    assert bot.job(1).spec.archive == str(archive)


@pytest.mark.parametrize(
    "words", ['"seg label.zip"', '"My Drive/seg label.zip"', "“seg label.zip”"]
)
async def test_unzip_finds_the_archive(
    bot: RunningBot, chat: ChatClient, archive: Path, words: str
) -> None:
    """By its name, with the folder's name before it, in a phone's curly quotes."""
    await chat.say(f"/unzip {words} into=labels")
    await chat.sees("Job 1 · unzip seg label.zip\n✅ finished", "3 files, 12.3 kB")
    spec = bot.job(1).spec
    assert spec.archive == str(archive)
    assert spec.destination == str(bot.settings.data / "labels")


async def test_keepalive_is_set_and_said(bot: RunningBot, chat: ChatClient) -> None:
    """What it is, another interval, off; it survives a restart."""
    await chat.say("/keepalive")
    await chat.sees("every 30 min.")
    await chat.say("/keepalive 10m")
    await chat.sees("every 10 min.")
    await bot.restart()
    await chat.say("/keepalive")
    await chat.sees("every 10 min.")
    await chat.say("/keepalive off")
    await chat.sees("pings are off")


async def test_a_ping_replaces_the_one_before(
    bot: RunningBot, telegram: Emulator, chat: ChatClient
) -> None:
    """It is silent, says what runs, and only the latest stands in the chat."""
    await chat.say(f"/train epochs=2 seed={UNTIL_STOPPED}")
    await bot.until_job(1, lambda job: job.progress.epochs_done == 2)
    timers = bot.coltrain._services.timers
    assert await timers.ping(1001)
    assert await timers.ping(1001)
    await chat.sees("Alive · up", "Job 1 · MNIST convnet · Epoch 2/2", "RAM:")
    pings = [m for m in await chat.messages() if text_of(m).startswith("Alive")]
    assert len(pings) == 1
    assert pings[0]["silent"]


async def test_no_ping_when_nothing_runs(bot: RunningBot, chat: ChatClient) -> None:
    """An idle bot keeps quiet."""
    await chat.say("/start")
    await chat.sees("Hello")
    assert not await bot.coltrain._services.timers.ping(1001)
