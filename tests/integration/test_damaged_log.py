"""An event log that lost lines: told, nothing is taken in twice, and the job is still followed."""

import signal

from bot.job import Ending
from emulator.client import ChatClient, text_of
from tests.bots import RunningBot
from tests.stub_task import FAIL, UNTIL_TOLD
from training.protocol.control import StopMode, read_control

TOLD = "Its event log is damaged"


async def test_a_log_that_becomes_shorter_is_read_again(bot: RunningBot, chat: ChatClient) -> None:
    """The chat is told once, the epochs stay, and what is written from there on is heard."""
    await chat.say(f"/train epochs=2 seed={UNTIL_TOLD}")
    await bot.until_job(1, lambda job: job.progress.epochs_done == 1)
    log = bot.folder(1).event_log
    log.write_bytes(log.read_bytes()[:100])
    await chat.sees(TOLD)
    bot.go_on(1, 1)
    bot.go_on(1, 2)
    await chat.sees("✅ finished", "Test accuracy: 99.18%")
    with bot.store.transaction() as tx:
        assert [record.epoch for record in tx.jobs.epochs(1)] == [1, 2]
    assert sum(TOLD in text_of(m) for m in await chat.messages()) == 1


async def test_a_flipped_line_is_told(bot: RunningBot, chat: ChatClient) -> None:
    """A number is missing among the events: the chat hears how many lines are gone."""
    await chat.say(f"/train epochs=1 seed={UNTIL_TOLD}")
    await bot.until_job(1, lambda job: job.progress.epochs_done == 1)
    await bot.stop()
    bot.go_on(1, 1)
    log = bot.folder(1).event_log
    await bot.until(lambda: b"run_succeeded" in log.read_bytes())
    log.write_bytes(log.read_bytes().replace(b'"model.keras"', b'"modem.keras"'))
    await bot.start()
    await chat.sees(f"{TOLD}: 1 line", "✅ finished")


async def test_a_run_after_a_loss_is_heard(bot: RunningBot, chat: ChatClient) -> None:
    """Numbers that the new run gives again are not taken for those before the loss."""
    await chat.say(f"/train epochs=2 seed={FAIL}")
    await bot.until_job(1, lambda job: job.ending is Ending.FAILED)
    log = bot.folder(1).event_log
    log.write_bytes(log.read_bytes().partition(b"\n")[0] + b"\n")
    await chat.say("/resume 1")
    job = await bot.until_job(1, lambda job: job.run == 2 and job.ending is not None)
    assert job.ending is Ending.FAILED
    assert job.outcome.code == "out_of_memory"


async def test_a_damaged_wish_is_written_again(bot: RunningBot, chat: ChatClient) -> None:
    """While the job has not stopped, its control file says what the user wants."""
    await chat.say(f"/train epochs=1 seed={UNTIL_TOLD}")
    await bot.until_job(1, lambda job: job.progress.epochs_done == 1)
    folder = bot.folder(1)
    bot.signal(1, signal.SIGSTOP)
    await chat.say("/stop 1 after")
    await bot.until(lambda: b"after" in folder.control.read_bytes())
    folder.control.write_bytes(folder.control.read_bytes().replace(b"after", b"bfter"))
    await bot.until(lambda: read_control(folder, 1).stop is StopMode.AFTER_EPOCH)


async def test_what_was_taken_in_is_not_told_again(bot: RunningBot, chat: ChatClient) -> None:
    """A log that lost a byte is read from its beginning; no epoch gets a second message."""
    await chat.say("/notify epochs on")
    await chat.say(f"/train epochs=2 seed={UNTIL_TOLD}")
    await bot.until_job(1, lambda job: job.progress.epochs_done == 1)
    bot.go_on(1, 1)
    await chat.sees("Epoch 1/2 · 0.0 s", "Epoch 2/2 · 0.0 s")
    log = bot.folder(1).event_log
    log.write_bytes(log.read_bytes()[:-1])
    await chat.sees(TOLD)
    bot.go_on(1, 2)
    await chat.sees("✅ finished")
    texts = [text_of(m) for m in await chat.messages() if not m["outgoing"]]
    for epoch in (1, 2):
        assert sum(f"Epoch {epoch}/2 · 0.0 s\n" in text for text in texts) == 1
