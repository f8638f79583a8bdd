"""A store that cannot be read: set aside, made anew from the job folders, never a crash."""

from pathlib import Path

import pytest

from bot.job import Ending
from bot.store import Store, StoreDamaged, StoreError
from emulator.client import ChatClient, text_of
from tests.bots import RunningBot
from tests.stub_task import FAIL, UNTIL_TOLD

HEADER_BYTES = 100


def scribble(path: Path) -> None:
    """Write over the middle of the file, and drop what SQLite keeps beside it."""
    content = bytearray(path.read_bytes())
    for position in range(HEADER_BYTES, len(content)):
        content[position] ^= 0x5A
    path.write_bytes(content)
    for beside in path.parent.glob(f"{path.name}-*"):
        beside.unlink()


async def test_jobs_come_back_from_their_folders(bot: RunningBot, chat: ChatClient) -> None:
    """Numbers, results and epochs; the chat is told, and no end is told a second time."""
    await chat.say("/train epochs=2")
    await chat.sees("✅ finished")
    await chat.say(f"/train seed={FAIL}")
    await chat.sees("❌ failed")
    await bot.until(bot.coltrain.settled)
    await bot.stop()
    scribble(bot.settings.store_path)
    await bot.start()
    await chat.sees("2 jobs of this chat came back")
    await chat.say("/jobs")
    await chat.sees("Job 1 · MNIST convnet · ✅ 99.18%")
    assert bot.job(2).ending is Ending.FAILED
    with bot.store.transaction() as tx:
        assert [record.epoch for record in tx.jobs.epochs(1)] == [1, 2]
        assert [name for name, _ in tx.jobs.artifacts(1)] == ["model.keras"]
    said = [text_of(m) for m in await chat.messages() if not m["outgoing"]]
    assert sum("Test accuracy" in text for text in said) == 1
    assert (bot.settings.work / "store.sqlite3.damaged-1").exists()


async def test_a_running_job_is_taken_up_again(bot: RunningBot, chat: ChatClient) -> None:
    """It goes on in the same process, and its end is told."""
    await chat.say(f"/train epochs=1 seed={UNTIL_TOLD}")
    job = await bot.until_job(1, lambda job: job.progress.epochs_done == 1)
    await bot.stop()
    scribble(bot.settings.store_path)
    await bot.start()
    assert bot.job(1).handle == job.handle
    bot.go_on(1, 1)
    await chat.sees("✅ finished", "Test accuracy: 99.18%")
    assert bot.job(1).run == 1


async def test_a_new_job_gets_a_new_number(bot: RunningBot, chat: ChatClient) -> None:
    """Numbers are not given twice."""
    await chat.say("/train epochs=1")
    await chat.sees("✅ finished")
    await bot.stop()
    scribble(bot.settings.store_path)
    await bot.start()
    await chat.say("/train epochs=1")
    await chat.sees("Job 2 · MNIST convnet\n✅ finished")


@pytest.mark.parametrize("content", [b"", b"not a database at all" * 99, b"SQLite format 3\0" * 9])
def test_any_file_is_a_store_or_is_refused(tmp_path: Path, content: bytes) -> None:
    """Whatever lies there: a sound store, or a clear error; never another exception."""
    path = tmp_path / "store.sqlite3"
    path.write_bytes(content)
    try:
        Store(path).close()
    except StoreDamaged as error:
        assert str(error)
    else:
        assert content == b""


def test_a_store_from_a_newer_version_is_refused_by_name(tmp_path: Path) -> None:
    """It is not touched, and the sentence says what to do."""
    path = tmp_path / "store.sqlite3"
    store = Store(path)
    with store.transaction() as tx:
        tx.about.put("schema_version", "99")
    store.close()
    with pytest.raises(StoreError, match=r"written by a newer Coltrain .*99.*COLTRAIN_WORK"):
        Store(path)
