"""Two launches with one home folder: the newest serves, the older one gives way."""

import pytest

from bot.settings import Settings
from bot.vault.manifest import NAME, Manifest, read_manifest
from emulator.client import ChatClient, text_of
from emulator.objects import Json
from tests.stub_task import UNTIL_TOLD
from tests.vaults import SavingBot
from training.protocol.event_log import read_events
from training.protocol.events import RunSucceeded

GIVES_WAY = "A newer launch answers from now on"


@pytest.fixture
def newer(saving_bot: SavingBot) -> SavingBot:
    """A bot on another machine, not started yet, with the same home and token."""
    elsewhere = saving_bot.settings.work.parent / "other machine"
    settings: Settings = saving_bot.settings.model_copy(update={"coltrain_work": elsewhere})
    running = SavingBot(settings)
    saving_bot.beside.append(running)
    return running


async def copied(bot: SavingBot) -> tuple[Manifest, Manifest]:
    """What home has of the store and of job 1.

    A manifest is not there for a moment while a newer one takes its place.
    """
    found: list[Manifest] = []

    def both() -> bool:
        folders = (bot.home.store, bot.home.job(1))
        found[:] = [m for folder in folders if (m := read_manifest(folder / NAME)) is not None]
        return len(found) == len(folders)

    await bot.until(both)
    store, job = found
    return store, job


async def until_written_over(bot: SavingBot, older: str) -> None:
    """Wait until home's copy of the store is not the one of an older launch."""

    def is_newer() -> bool:
        manifest = read_manifest(bot.home.store / NAME)
        return manifest is not None and manifest.launch != older

    await bot.until(is_newer)


async def said(chat: ChatClient, text: str) -> list[Json]:
    """The bot's messages with a text in them."""
    return [m for m in await chat.messages() if not m["outgoing"] and text in text_of(m)]


async def test_the_older_launch_gives_way(
    saving_bot: SavingBot, newer: SavingBot, chat: ChatClient
) -> None:
    """It says so once, names its job, polls no more, and its job runs to its end."""
    await chat.say(f"/train epochs=2 seed={UNTIL_TOLD}")
    await saving_bot.until_job(1, lambda job: job.progress.run_at is not None)
    saving_bot.go_on(1, 1)
    await saving_bot.until_saved(1, 1)

    await newer.start()
    told = await chat.sees(GIVES_WAY, "The machine it ran on is gone")
    await saving_bot.until(lambda: newer.job(1).run == 2)
    await chat.say("/status")
    await chat.sees("Job 1")
    saving_bot.go_on(1, 2)
    log = saving_bot.folder(1).event_log
    await saving_bot.until(lambda: isinstance(read_events(log).events[-1], RunSucceeded))
    newer.go_on(1, 2)
    await chat.sees("✅ finished")
    await newer.until(newer.coltrain.settled)
    await newer.until_home_knows_all()

    assert len(await said(chat, GIVES_WAY)) == 1
    (gives_way,) = await said(chat, "runs to its end there")
    assert "Job 1" in gives_way["text"], told
    assert len(await said(chat, "Test accuracy")) == 1
    store, job = await copied(newer)
    assert store.launch == job.launch
    assert {event.run for event in read_events(newer.home.job(1) / "event_log.jsonl").events} == {
        1,
        2,
    }
    results = [bot.folder(1).artifacts / "model.keras" for bot in (saving_bot, newer)]
    assert results[0].read_bytes() == results[1].read_bytes()


async def test_what_the_older_one_writes_late_is_written_over(
    saving_bot: SavingBot, newer: SavingBot, chat: ChatClient
) -> None:
    """It was in the middle of a copy when the newer one began: that copy does not stay."""
    await chat.say(f"/train epochs=3 seed={UNTIL_TOLD}")
    await saving_bot.until_job(1, lambda job: job.progress.run_at is not None)
    saving_bot.go_on(1, 1)
    await saving_bot.until_saved(1, 1)
    late = {path: path.read_bytes() for path in saving_bot.home.store.rglob("*") if path.is_file()}
    older = (await copied(saving_bot))[0].launch

    await newer.start()
    await newer.until_job(1, lambda job: job.run == 2 and job.progress.run_at is not None)
    await until_written_over(newer, older)
    for path, content in late.items():
        path.write_bytes(content)
    newer.go_on(1, 2)
    await newer.until_saved(1, 2)
    await until_written_over(newer, older)
    store, job = await copied(newer)
    assert store.launch == job.launch != older
    assert newer.home_state().trouble is None


async def test_the_older_one_started_again_serves_again(
    saving_bot: SavingBot, newer: SavingBot, chat: ChatClient
) -> None:
    """It takes the newer one's jobs from home, and keeps what it had aside."""
    await chat.say("/status")
    await chat.sees("Nothing runs")
    await newer.start()
    await chat.sees(GIVES_WAY)
    await chat.say("/train epochs=1")
    await chat.sees("✅ finished")
    await newer.until(newer.coltrain.settled)
    await newer.until_home_knows_all()

    await saving_bot.restart()
    await newer.until(lambda: newer.coltrain.outrun)
    await chat.say("/job 1")
    await chat.sees("Test accuracy: 99.18%")
    assert saving_bot.job(1).id == 1
    assert (saving_bot.settings.work / "aside-1/store.sqlite3").exists()
