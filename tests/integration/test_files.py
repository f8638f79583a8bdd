"""Looking at files and taking them, as a chat: /files, /get."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from bot.button import lasting
from bot.commands import files
from bot.data_lookup import AT_ONCE, DataLookup
from bot.errand import Errand
from bot.messages.files import result_button
from emulator.client import ChatClient, buttons_of
from emulator.faults import Fault
from emulator.objects import Json, Message
from emulator.server import Emulator
from tests.bots import OWNER, RunningBot
from tests.unit.test_data_lookup import SILENT
from tests.vaults import SavingBot

STRANGE = 'a "b" \\ \n<b>&amp; 😀 ' + "ä" * 60 + ".txt"
NO_TEXT = os.fsdecode(b"caf\xe9.bin")


@pytest.fixture
def drive(bot: RunningBot) -> Path:
    """A data folder with one file of each difficult kind, and a secret beside it."""
    folder = bot.settings.data_roots[0]
    (folder / "photos").mkdir(parents=True)
    for number in range(20):
        (folder / "photos" / f"{number}.png").write_bytes(b"p" * number)
    for name in (STRANGE, NO_TEXT):
        (folder / name).write_text(f"content of {name!a}")
    (folder.parent / "secret.txt").write_text("secret")
    (folder / "way out").symlink_to(folder.parent)
    return folder


def documents(telegram: Emulator) -> list[Message]:
    """Files that the bot has sent."""
    return [m for m in telegram.world.messages(OWNER) if m.media and m.sender.is_bot]


async def sent_file(bot: RunningBot, telegram: Emulator, count: int = 1) -> tuple[str, bytes]:
    """The name and the content of the latest file, once there are so many."""
    await bot.until(lambda: len(documents(telegram)) == count)
    file = documents(telegram)[-1].media.file
    return file.name, file.data


def labels(message: Json) -> list[str]:
    return [button["text"] for button in buttons_of(message)]


async def test_a_file_is_reached_by_taps_alone(
    bot: RunningBot, telegram: Emulator, chat: ChatClient, drive: Path
) -> None:
    """Through its folder and the folder's pages, back again, and into the chat."""
    await chat.say("/files")
    shown = await chat.sees("Folders")
    assert labels(shown) == ["📁 My Drive", "📁 data", "📁 jobs"]
    await chat.press("📁 My Drive")
    await chat.sees("📂 My Drive", "2 folders, 2 files")
    await chat.press("📁 photos")
    shown = await chat.sees("📂 My Drive/photos", "20 files · 1–8")
    assert labels(shown)[:3] == ["📄 0.png · 0 Bytes", "📄 1.png · 1 Byte", "📄 2.png · 2 Bytes"]
    await chat.press("9–16 ▶️")
    await chat.sees("9–16")
    await chat.press("17–20 ▶️")
    shown = await chat.sees("17–20")
    assert labels(shown)[-2:] == ["◀️ 9–16", "⬆️ Up"]
    await chat.press("📄 19.png")
    await chat.sees("📄 19.png", "19 Bytes · ")
    await chat.press("⬅️ Back")
    await chat.sees("17–20")
    await chat.press("📄 19.png")
    await chat.sees("19 Bytes · ")
    answer = await chat.press("⬇️ Get")
    assert "Sending 19.png" in str(answer)
    assert await sent_file(bot, telegram) == ("19.png", b"p" * 19)
    assert len(await chat.messages()) == 3  # what was said, one that changes, and the file


@pytest.mark.parametrize("name", [STRANGE, NO_TEXT])
async def test_a_name_may_hold_anything(
    bot: RunningBot, telegram: Emulator, chat: ChatClient, drive: Path, name: str
) -> None:
    """Quotes, line breaks, markup, bytes that are no text: seen, opened and sent."""
    await chat.say("/files")
    await chat.sees("Folders")
    await chat.press("📁 My Drive")
    shown = await chat.sees("2 files")
    start = name.encode(errors="replace").decode()[:3]
    [label] = [label for label in labels(shown) if label.startswith(f"📄 {start}")]
    await chat.press(label)
    await chat.sees(f"📄 {start}")
    await chat.press("⬇️ Get")
    assert (await sent_file(bot, telegram))[1].decode() == f"content of {name!a}"


async def test_nothing_outside_the_folders_is_shown_or_sent(
    bot: RunningBot, telegram: Emulator, chat: ChatClient, drive: Path
) -> None:
    """Not through a link, not by its path, not the bot's own store beside the jobs."""
    await chat.say("/files")
    await chat.sees("Folders")
    await chat.press("📁 My Drive")
    await chat.sees("📂 My Drive")
    await chat.press("📁 way out")
    await chat.sees("lies outside the folders")
    for path in (drive / "way out/secret.txt", drive.parent / "secret.txt", "../secret.txt"):
        await chat.say(f'/get "{path}"')
        await chat.sees("lies outside the folders")
    await chat.say(f'/get "{bot.settings.store_path}"')
    await chat.sees("lies outside the folders")
    await chat.say("/files /etc")
    await chat.sees("lies outside the folders")
    assert documents(telegram) == []


async def test_keys_outlive_the_bot_and_may_be_pressed_again(
    bot: RunningBot, telegram: Emulator, chat: ChatClient, drive: Path
) -> None:
    """Each press of an old list still opens what it says, or tells that it is gone."""
    await chat.say('/files "My Drive/photos"')
    shown = await chat.sees("20 files")
    keys = {button["text"]: button["callback_data"] for button in buttons_of(shown)}
    await bot.restart()
    for _ in range(2):
        await chat.press_stale(shown["message_id"], keys["📄 3.png · 3 Bytes"])
        await chat.sees("3 Bytes · ")
        await chat.press("⬅️ Back")
        await chat.sees("20 files")
    (drive / "photos/3.png").unlink()
    await chat.press_stale(shown["message_id"], keys["📄 3.png · 3 Bytes"])
    await chat.sees("There is no", "/files shows what there is")


async def test_the_results_of_a_job_are_tapped(
    bot: RunningBot, telegram: Emulator, chat: ChatClient
) -> None:
    """/get lists those of the latest job; each comes with the job's name; the trail has it."""
    await chat.say("/get")
    await chat.sees("There are no jobs yet")
    await chat.say("/train epochs=1")
    await chat.sees("✅ finished")
    await chat.say("/get")
    shown = await chat.sees("Job 1 · MNIST convnet", "Tap a file")
    assert labels(shown)[0] == "📄 model.keras · 7 Bytes"
    await chat.press("📄 model.keras")
    name, content = await sent_file(bot, telegram)
    assert (name, len(content)) == ("model.keras", 7)
    assert documents(telegram)[-1].body.text == "Job 1 · MNIST convnet"
    await chat.say("/get 1 model")
    assert await sent_file(bot, telegram, 2) == (name, content)
    await bot.until(bot.coltrain.caught_up)
    await chat.say("/audit 1")
    await chat.sees("took the file model.keras")


async def test_a_button_of_another_message_brings_a_result(
    bot: RunningBot, telegram: Emulator, chat: ChatClient
) -> None:
    """A named one at once; without a name there are all to choose from."""
    await chat.say("/train epochs=1")
    message = await chat.sees("✅ finished")
    [[one, every]] = lasting(
        [[result_button("Model", 1, "model.keras"), result_button("Files", 1)]]
    )
    answer = await chat.press_stale(message["message_id"], one.data)
    assert answer["text"] == "Sending model.keras …"
    assert (await sent_file(bot, telegram))[0] == "model.keras"
    await chat.press_stale(message["message_id"], every.data)
    await chat.sees("Job 1 · MNIST convnet", "Tap a file")


async def test_a_slip_says_what_there_is(bot: RunningBot, chat: ChatClient) -> None:
    """A job without files, a file that a job has not, a word too many, an empty file."""
    await chat.say("/install six")
    await chat.sees("✅ finished")
    await chat.say("/get 1")
    await chat.sees("Job 1 has no files to send", "/files")
    await chat.say("/train epochs=1")
    await chat.sees("✅ finished")
    await chat.say("/get #2 weights")
    await chat.sees("Job 2 has no weights. It has model.keras; /get 2")
    for command in ("/get a b", "/get 1 a b", "/files a b"):
        await chat.say(command)
        await chat.sees("I do not know what to do with")
    (bot.settings.data / "empty.txt").touch()
    await chat.say("/get empty.txt")
    await chat.sees("is empty, and Telegram sends no empty files")


async def test_a_folder_that_hangs_stops_nobody(
    bot: RunningBot, telegram: Emulator, chat: ChatClient, drive: Path
) -> None:
    """A tap is answered at once, others are served meanwhile, and it is said in time."""
    await chat.say('/files "My Drive/photos"')
    await chat.sees("20 files")
    silent = Errand(SILENT, 3)
    application = bot.coltrain._conversation.application
    lookup = DataLookup(bot.settings.data_roots, silent, silent, more=[bot.settings.jobs])
    services = replace(application.bot_data["services"], data_lookup=lookup)
    application.bot_data["services"] = services
    answer = await chat.press("📄 3.png")
    assert answer == {"text": "", "show_alert": False, "url": ""}
    await chat.say("/get photos/3.png")
    await chat.say("/status")
    await chat.sees("Nothing runs", "gave no answer after 3 s")


async def test_a_file_that_telegram_does_not_take_is_said(
    bot: RunningBot, telegram: Emulator, chat: ChatClient
) -> None:
    """With what Telegram says; and the next try may succeed."""
    bot.settings.data.mkdir(exist_ok=True)
    (bot.settings.data / "a.txt").write_text("a")
    refusal = Fault("error", ("sendDocument",), times=1, status=500, description="no room")
    telegram.world.faults.add(refusal)
    await chat.say("/get a.txt")
    await chat.sees("Telegram did not take a.txt: no room", "again in a minute")
    await chat.say("/get a.txt")
    assert await sent_file(bot, telegram) == ("a.txt", b"a")


async def test_a_large_file_stays_where_it_is(
    bot: RunningBot,
    telegram: Emulator,
    chat: ChatClient,
    monkeypatch: pytest.MonkeyPatch,
    drive: Path,
) -> None:
    """Without a home folder: the path, and what to set; on Drive: that it is there already."""
    monkeypatch.setattr(files, "MOST_BYTES", 10)
    (bot.settings.data / "large.bin").write_bytes(b"x" * 11)
    await chat.say("/get large.bin")
    await chat.sees("has 11 Bytes, and", str(bot.settings.data / "large.bin"), "COLTRAIN_HOME")
    await chat.say("/get photos/19.png")
    await chat.sees(str(drive / "photos/19.png"), "That folder is yours")
    (bot.settings.data / "just.bin").write_bytes(b"x" * 10)
    await chat.say("/get just.bin")
    assert await sent_file(bot, telegram) == ("just.bin", b"x" * 10)


async def test_a_large_file_goes_to_drive(
    saving_bot: SavingBot, chat: ChatClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whole and once: another of that name lies beside it, the same one is not copied again."""
    monkeypatch.setattr(files, "MOST_BYTES", 10)
    source = saving_bot.settings.data / "large.bin"
    for content, name in ((b"one" * 9, "large.bin"), (b"two" * 9, "large (2).bin")):
        source.write_bytes(content)
        for _ in range(2):
            await chat.say("/get large.bin")
            await chat.sees("being copied to your Drive", str(saving_bot.home.files / name))
            assert (saving_bot.home.files / name).read_bytes() == content
    found = sorted(path.name for path in saving_bot.home.files.iterdir())
    assert found == ["large (2).bin", "large.bin"]


async def test_a_large_file_of_any_name_goes_to_drive(
    saving_bot: SavingBot, chat: ChatClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its name on Drive is text; the file is whole."""
    monkeypatch.setattr(files, "MOST_BYTES", 10)
    (saving_bot.settings.data / NO_TEXT).write_bytes(b"x" * 11)
    await chat.say("/files")
    await chat.sees("Folders")
    await chat.press("📁 data")
    await chat.sees("1 file")
    await chat.press("caf")
    await chat.sees("📄 caf")
    await chat.press("⬇️ Get")
    await chat.sees("being copied to your Drive", "caf�.bin")
    [copy] = saving_bot.home.files.iterdir()
    assert (copy.name, copy.read_bytes()) == ("caf�.bin", b"x" * 11)


async def test_a_drive_that_is_gone_is_said(
    saving_bot: SavingBot, chat: ChatClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With where the file lies; nothing is written where Drive should be."""
    monkeypatch.setattr(files, "MOST_BYTES", 10)
    source = saving_bot.settings.data / "large.bin"
    source.write_bytes(b"x" * 11)
    saving_bot.home.path.rename(saving_bot.home.path.with_name("not connected"))
    await chat.say("/get large.bin")
    await chat.sees("could not be copied to Drive: Drive is not connected", str(source))
    assert not saving_bot.home.files.exists()


async def test_a_file_on_its_way_holds_its_turn(
    bot: RunningBot, telegram: Emulator, chat: ChatClient, drive: Path
) -> None:
    """It is in memory until Telegram has it: many taps on a slow line must not fill that."""
    telegram.world.faults.add(Fault("hang", ("sendDocument",), times=1, seconds=60.0))
    lookup = bot.coltrain._services.data_lookup
    await chat.say("/get photos/19.png")
    await bot.until(lambda: not telegram.world.faults.rules())  # it has struck
    assert lookup.turns._value == AT_ONCE - 1
