"""Files that are sent to the bot."""

import io
import zipfile

import pytest
import segno

from emulator.client import ChatClient, buttons_of
from emulator.faults import Fault
from emulator.objects import Person
from emulator.server import Emulator
from tests.bots import OWNER, RunningBot

LARGE = 20 * 1000 * 1000


def archive(name: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as file:
        file.writestr(name, name)
    return packed.getvalue()


def kept(bot: RunningBot) -> dict[str, bytes]:
    """What lies in the data folder, what is hidden there too."""
    return {path.name: path.read_bytes() for path in bot.settings.data.iterdir()}


async def test_an_archive_is_unpacked_by_a_tap(bot: RunningBot, chat: ChatClient) -> None:
    """It is saved under its name, the button unpacks it, and the trail has both."""
    await chat.send_file(archive("a.txt"), "seg label.zip")
    await chat.sees("seg label.zip", "is saved in data")
    await chat.press("📦 Unzip")
    await chat.sees("seg label.zip is unpacked into seg label", "unzip seg label.zip\n✅ finished")
    spec = bot.job(1).spec
    assert spec.archive == str(bot.settings.data / "seg label.zip")
    assert spec.destination == str(bot.settings.data / "seg label")
    await chat.say("/audit")
    await chat.sees("sent the file seg label.zip", "started job 1")


async def test_a_tap_that_comes_twice_unpacks_once(bot: RunningBot, chat: ChatClient) -> None:
    """A second tap that was under way, and one after that."""
    await chat.send_file(archive("a.txt"), "a.zip")
    shown = await chat.sees("is saved in data")
    [key] = [button["callback_data"] for button in buttons_of(shown)]
    for _ in range(3):
        await chat.press_stale(shown["message_id"], key)
    await bot.until(bot.coltrain.caught_up)
    with bot.store.transaction() as tx:
        assert tx.jobs.count() == 1


async def test_two_of_a_name_lie_side_by_side(bot: RunningBot, chat: ChatClient) -> None:
    """The second is numbered and says so; one that is the very same is not kept twice."""
    contents = [archive(name) for name in ("one", "two", "two")]
    for content, said in zip(contents, ("saved in data", "sent as a.zip", "already"), strict=True):
        await chat.send_file(content, "a.zip")
        await chat.sees(said)
    assert kept(bot) == {"a.zip": contents[0], "a (2).zip": contents[1]}


def answers(telegram: Emulator) -> list[str]:
    return [m.body.text for m in telegram.world.messages(OWNER) if m.sender.is_bot]


async def test_each_file_of_an_album_is_kept(
    bot: RunningBot, telegram: Emulator, chat: ChatClient
) -> None:
    """Though two have one name; each has its own answer."""
    for name in ("1.csv", "2.csv", "1.csv"):
        content = f"{len(await chat.messages())}".encode()
        await chat.send_file(content, name, album="7")
    await bot.until(lambda: sorted(kept(bot)) == ["1 (2).csv", "1.csv", "2.csv"])
    await bot.until(lambda: len(answers(telegram)) == 3)
    assert all("is saved in data" in text for text in answers(telegram))


async def test_a_large_file_is_told_the_way_through_drive(
    bot: RunningBot, telegram: Emulator, chat: ChatClient
) -> None:
    """One byte too many, and Telegram is not even asked for it; as many as may are kept."""
    await chat.send_file(b"x" * (LARGE + 1), "large.zip")
    await chat.sees("large.zip has 20.0 MB", "no more than 20 MB", "Put it into your Drive")
    assert not telegram.world.journal.calls("getFile")
    await chat.send_file(b"x" * LARGE, "just.bin")
    await chat.sees("just.bin", "is saved in data")
    assert len(kept(bot)["just.bin"]) == LARGE


@pytest.mark.parametrize("kind", ["malformed", "reset", "http"])
async def test_a_file_that_comes_in_parts_is_not_kept(
    bot: RunningBot, telegram: Emulator, chat: ChatClient, kind: str
) -> None:
    """It is asked for again, and what came before counts for nothing."""
    telegram.world.faults.add(Fault(kind, ("file",), times=1))
    await chat.send_file(b"x" * 1000, "a.bin")
    await chat.sees("is saved in data")
    assert kept(bot) == {"a.bin": b"x" * 1000}


async def test_a_file_that_never_comes_is_said(
    bot: RunningBot, telegram: Emulator, chat: ChatClient
) -> None:
    """With what to do, and nothing stays behind."""
    telegram.world.faults.add(Fault("http", ("file",), times=None))
    await chat.send_file(b"x", "a.bin")
    await chat.sees("a.bin did not arrive whole", "Send it again")
    assert kept(bot) == {}


async def test_a_file_that_came_before_a_death_is_kept_once(
    bot: RunningBot, telegram: Emulator, chat: ChatClient
) -> None:
    """A bot that is stopped while a file comes: the next one brings it."""
    telegram.world.faults.add(Fault("hang", ("file",), times=1, seconds=30))
    await chat.send_file(b"x" * 9, "a.bin")
    await bot.until(lambda: telegram.world.journal.calls("getFile"))
    await bot.restart()
    await chat.sees("is saved in data")
    assert kept(bot) == {"a.bin": b"x" * 9}


async def test_a_picture_is_asked_for_as_a_file(bot: RunningBot, chat: ChatClient) -> None:
    """Telegram has made it smaller: what would be kept is not what was sent."""
    picture = io.BytesIO()
    segno.make("a picture").save(picture, kind="png")
    await chat.send_file(picture.getvalue(), "a.png", as_photo=True)
    await chat.sees("Send it as a file")
    assert kept(bot) == {}


async def test_who_may_send_files(bot: RunningBot, telegram: Emulator, chat: ChatClient) -> None:
    """A viewer is told who may, a stranger hears nothing, and neither leaves a file."""
    await chat.say("/invite viewer")
    code = (await chat.sees("viewer"))["caption"].partition("start=")[2].split()[0]
    telegram.world.add_person(Person(1002, "Viewer"))
    telegram.world.add_person(Person(1003, "Stranger"))
    async with ChatClient(telegram.url, 1002) as viewer, ChatClient(telegram.url, 1003) as stranger:
        await viewer.say(f"/start {code}")
        await viewer.sees("Welcome")
        await stranger.send_file(b"x", "a.zip")
        await viewer.send_file(b"x", "a.zip")
        await viewer.sees("Files are taken from users with the role operator and above")
        await stranger.until_taken()
        assert [m for m in await stranger.messages() if not m["outgoing"]] == []
    assert kept(bot) == {}
