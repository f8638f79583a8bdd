"""A machine is lost: the next launch, with the home folder alone, goes on from there."""

import shutil
from collections import Counter
from datetime import UTC

from bot.job import Ending
from bot.messages.clock import to_the_second
from bot.messages.markup import plain
from bot.messages.repeats import maybe_a_repeat
from emulator.client import ChatClient, text_of
from tests.stub_task import UNTIL_TOLD
from tests.vaults import SavingBot
from training.protocol.event_log import read_events
from training.protocol.events import Resumed, RunStarted

MARK = plain(maybe_a_repeat("")).strip()


async def until_running(bot: SavingBot, job_id: int, run: int) -> None:
    """Wait until a job's so-many-th run has begun."""
    await bot.until_job(job_id, lambda job: job.run == run and job.progress.run_at is not None)


async def test_a_new_machine_goes_on(saving_bot: SavingBot, chat: ChatClient) -> None:
    """It says what died, when and after which epoch; goes on from there; numbers go on, too."""
    await chat.say(f"/train epochs=4 seed={UNTIL_TOLD}")
    await until_running(saving_bot, 1, run=1)
    for epoch in (1, 2):
        saving_bot.go_on(1, epoch)
        await saving_bot.until_saved(1, epoch)
    await saving_bot.lose_machine()

    await saving_bot.start()
    told = await chat.sees("lost in epoch 3")
    saved = read_events(saving_bot.folder(1).event_log).events
    heard_at = [event.at for event in saved if event.run == 1][-1]
    assert told["text"].splitlines()[1:] == [
        "⚠️ lost in epoch 3. The machine it ran on is gone; it was last heard of at"
        f" {to_the_second(heard_at, UTC)}, after epoch 2.",
        "It goes on from its last checkpoint, as run 2. /stop 1 stops it.",
    ]
    await until_running(saving_bot, 1, run=2)
    for epoch in (3, 4):
        saving_bot.go_on(1, epoch)
    await chat.sees("✅ finished")
    events = read_events(saving_bot.folder(1).event_log).events
    assert [event.run for event in events if isinstance(event, RunStarted)] == [1, 2]
    assert [event.epoch for event in events if isinstance(event, Resumed)] == [2]
    assert (saving_bot.folder(1).artifacts / "model.keras").read_bytes() == bytes([1, 2, 3, 4])
    await chat.say("/train epochs=1")
    await chat.sees("Job 2")


async def test_ended_jobs_come_back_behind(saving_bot: SavingBot, chat: ChatClient) -> None:
    """/job knows an old job at once; /logs as soon as its folder is fetched; and /resume works."""
    await chat.say("/train epochs=2")
    await chat.sees("✅ finished")
    await chat.say(f"/train epochs=3 seed={UNTIL_TOLD}")
    await until_running(saving_bot, 2, run=1)
    saving_bot.go_on(2, 1)
    await saving_bot.until_saved(2, 1)
    await chat.say("/stop 2")
    await chat.sees("⏹ stopped")
    await saving_bot.until(lambda: saving_bot.copy(2).ended_run == 1)
    await saving_bot.until(saving_bot.coltrain.settled)
    await saving_bot.until_home_knows_all()
    printed = saving_bot.folder(1).log.read_bytes()
    await saving_bot.lose_machine()

    await saving_bot.start()
    await chat.say("/job 1")
    await chat.sees("Test accuracy: 99.18%")
    for job_id in (1, 2):
        await saving_bot.until(saving_bot.folder(job_id).path.exists)
    assert saving_bot.folder(1).log.read_bytes() == printed
    assert not list(saving_bot.folder(1).checkpoint.iterdir()), "nobody goes on from there"
    await chat.say("/resume 2")
    await until_running(saving_bot, 2, run=2)
    for epoch in (2, 3):
        saving_bot.go_on(2, epoch)
    await chat.sees("✅ finished")
    events = read_events(saving_bot.folder(2).event_log).events
    assert [event.epoch for event in events if isinstance(event, Resumed)] == [1]


async def test_what_is_not_fetched_yet_is_not_begun_anew(
    saving_bot: SavingBot, chat: ChatClient
) -> None:
    """/resume and /logs of a job whose folder is on its way say so, and change nothing."""
    await chat.say(f"/train seed={UNTIL_TOLD}")
    await until_running(saving_bot, 1, run=1)
    await chat.say("/stop 1")
    await chat.sees("⏹ stopped")
    await saving_bot.until(lambda: saving_bot.copy(1).ended_run == 1)
    await saving_bot.until_home_knows_all()
    shutil.rmtree(saving_bot.folder(1).path)
    for words in ("/resume 1", "/logs 1"):
        await chat.say(words)
        await chat.sees("still on its way from Drive")
    assert saving_bot.job(1).run == 1
    assert saving_bot.job(1).ending is Ending.STOPPED


async def test_what_may_have_been_told_is_told_as_a_repeat(
    saving_bot: SavingBot, chat: ChatClient
) -> None:
    """The log in home tells the end, the store does not know that the chat was told."""
    await chat.say(f"/train epochs=2 seed={UNTIL_TOLD}")
    await until_running(saving_bot, 1, run=1)
    saving_bot.go_on(1, 1)
    await saving_bot.until_saved(1, 1)
    earlier = saving_bot.settings.work.parent / "earlier"
    shutil.copytree(saving_bot.home.store, earlier)
    saving_bot.go_on(1, 2)
    await chat.sees("✅ finished", "Test accuracy")
    await saving_bot.until(lambda: saving_bot.copy(1).ended_run == 1)
    await saving_bot.until(saving_bot.coltrain.settled)
    await saving_bot.lose_machine()
    shutil.rmtree(saving_bot.home.store)
    shutil.copytree(earlier, saving_bot.home.store)

    await saving_bot.start()
    await chat.sees(MARK)
    await saving_bot.until(saving_bot.coltrain.settled)
    assert saving_bot.job(1).ending is Ending.SUCCEEDED
    assert saving_bot.job(1).run == 1
    ends = [text_of(m) for m in await chat.messages() if "Test accuracy" in text_of(m)]
    assert [MARK in text for text in ends] == [False, True]
    unmarked = Counter(text_of(m) for m in await chat.messages() if MARK not in text_of(m))
    assert max(unmarked.values()) == 1, unmarked


async def test_a_run_that_the_saved_store_does_not_know(
    saving_bot: SavingBot, chat: ChatClient
) -> None:
    """It waited when the store was saved and has finished since: its run is not begun again."""
    for _ in (1, 2):
        await chat.say(f"/train epochs=1 seed={UNTIL_TOLD}")
    await saving_bot.until(lambda: saving_bot.open_in_home() == (1, 2))
    await until_running(saving_bot, 1, run=1)
    earlier = saving_bot.settings.work.parent / "earlier"
    shutil.copytree(saving_bot.home.store, earlier)
    for job_id in (1, 2):
        await until_running(saving_bot, job_id, run=1)
        saving_bot.go_on(job_id, 1)
        await saving_bot.until(lambda number=job_id: saving_bot.copy(number).ended_run == 1)
    await saving_bot.until(saving_bot.coltrain.settled)
    await saving_bot.lose_machine()
    shutil.rmtree(saving_bot.home.store)
    shutil.copytree(earlier, saving_bot.home.store)

    await saving_bot.start()
    await saving_bot.until(saving_bot.coltrain.settled)
    for job_id in (1, 2):
        assert saving_bot.job(job_id).ending is Ending.SUCCEEDED
        events = read_events(saving_bot.folder(job_id).event_log).events
        assert [event.run for event in events if isinstance(event, RunStarted)] == [1]


async def test_a_job_that_the_saved_store_does_not_know(
    saving_bot: SavingBot, chat: ChatClient
) -> None:
    """Its folder was copied, the store was not any more: it is put back under its number."""
    await chat.say("/train epochs=1")
    await chat.sees("✅ finished")
    await saving_bot.until(saving_bot.coltrain.settled)
    await saving_bot.until_home_knows_all()
    earlier = saving_bot.settings.work.parent / "earlier"
    shutil.copytree(saving_bot.home.store, earlier)
    await chat.say(f"/train epochs=2 seed={UNTIL_TOLD}")
    await until_running(saving_bot, 2, run=1)
    saving_bot.go_on(2, 1)
    await saving_bot.until_saved(2, 1)
    await saving_bot.lose_machine()
    shutil.rmtree(saving_bot.home.store)
    shutil.copytree(earlier, saving_bot.home.store)

    await saving_bot.start()
    await chat.sees("The machine it ran on is gone")
    await until_running(saving_bot, 2, run=2)
    saving_bot.go_on(2, 2)
    await chat.sees("✅ finished")
    assert (saving_bot.folder(2).artifacts / "model.keras").read_bytes() == bytes([1, 2])
    await chat.say("/train epochs=1")
    await chat.sees("Job 3")


async def test_nothing_to_restore_is_a_beginning(saving_bot: SavingBot, chat: ChatClient) -> None:
    """A home folder that another launch only made is not taken for a lost machine."""
    await saving_bot.lose_machine()
    shutil.rmtree(saving_bot.home.store, ignore_errors=True)
    await saving_bot.start()
    await chat.say("/jobs")
    await chat.sees("No jobs yet")
