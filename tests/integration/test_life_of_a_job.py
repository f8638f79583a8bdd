"""Jobs from command to last message, over real HTTP with real child processes."""

import pytest

from bot import app
from bot.job import Ending
from bot.runners.local_process import LocalProcess
from emulator.client import ChatClient, text_of
from tests.bots import STUB_COMMAND, RunningBot
from tests.stub_task import CRASH, DEAF, FAIL, KILLED, UNTIL_STOPPED, UNTIL_TOLD, VANISH


async def test_a_training_is_told_from_start_to_end(bot: RunningBot, chat: ChatClient) -> None:
    """One card with every epoch; a last message with loss, accuracy and the epochs."""
    await chat.say("/train epochs=3")
    await chat.sees("Job 1 · MNIST convnet\n✅ finished", "Test loss: 0.0271")
    await chat.sees("Test accuracy: 99.18%")
    await bot.until(bot.coltrain.settled)

    card, report = [m for m in await chat.messages() if not m["outgoing"]]
    assert "✅ finished" in card["text"]
    assert card["silent"]
    assert not report["silent"]
    assert [line.split()[0] for line in text_of(report).splitlines()[-3:]] == ["1", "2", "3"]
    assert "expandable_blockquote" in {entity["type"] for entity in report["caption_entities"]}


async def test_the_card_shows_the_running_epoch(bot: RunningBot, chat: ChatClient) -> None:
    """While epoch 3 of 5 runs, the card says so, with the pace and the time left."""
    await chat.say(f"/train epochs=5 seed={UNTIL_TOLD}")
    await bot.until_job(1, lambda job: job.progress.epochs_done == 1)
    bot.go_on(1, 1)
    await chat.sees("Epoch 3/5", "an epoch", "left")


async def test_jobs_of_a_lane_wait_for_each_other(bot: RunningBot, chat: ChatClient) -> None:
    """The second training starts when the first has ended, and not before."""
    await chat.say(f"/train epochs=1 seed={UNTIL_STOPPED}")
    await chat.say("/train epochs=1")
    await chat.sees("In the queue, next in line")
    await chat.say("/stop 1")
    await chat.sees("Job 1 · MNIST convnet\n⏹ stopped", "Job 2 · MNIST convnet\n✅ finished")


async def test_the_queue_moves_on_past_a_job_that_cannot_be_started(
    bot: RunningBot, chat: ChatClient
) -> None:
    """Its card says so, and the card of the one behind it counts anew."""
    await chat.say(f"/train epochs=1 seed={UNTIL_STOPPED}")
    for _ in range(3):
        await chat.say("/train epochs=1")
    await chat.sees("In the queue, 2 jobs before it")
    bot.folder(2).path.touch()  # where its folder should be
    await chat.say("/stop 1")
    await chat.sees("Job 2 · MNIST convnet\n❌ failed", "Job 4 · MNIST convnet\n✅ finished")
    await bot.until(lambda: _is_final(bot, 2))


def _is_final(bot: RunningBot, job_id: int) -> bool:
    with bot.store.transaction() as tx:
        card = tx.cards.find(job_id)
    return card is not None and card.final


async def test_lanes_run_side_by_side(bot: RunningBot, chat: ChatClient) -> None:
    """Packages install while a model trains."""
    await chat.say(f"/train epochs=1 seed={UNTIL_STOPPED}")
    await chat.say("/install six")
    await chat.sees("Job 2 · install six\n✅ finished")
    assert bot.job(1).active


async def test_a_waiting_job_is_taken_out_of_the_queue(bot: RunningBot, chat: ChatClient) -> None:
    """It never starts."""
    await chat.say(f"/train epochs=1 seed={UNTIL_STOPPED}")
    await chat.say("/train epochs=1")
    await chat.say("/stop 2")
    await chat.sees("out of the queue")
    await chat.say("/stop 1")
    await chat.sees("Job 1 · MNIST convnet\n⏹ stopped")
    assert bot.job(2).run == 0


async def test_stop_after_the_epoch_keeps_its_result(bot: RunningBot, chat: ChatClient) -> None:
    """The epoch under way ends first, and what was reached is shown."""
    await chat.say(f"/train epochs=9 seed={UNTIL_TOLD}")
    await bot.until_job(1, lambda job: job.progress.epochs_done == 1)
    await chat.say("/stop 1 after")
    await chat.sees("stops after this epoch", "⏹ stopped", "Test accuracy: 75.00%")


async def test_a_second_stop_is_answered_calmly(bot: RunningBot, chat: ChatClient) -> None:
    """It changes nothing; one after the end says that the job has ended."""
    await chat.say(f"/train epochs=1 seed={DEAF}")
    await bot.until_job(1, lambda job: job.progress.run_at is not None)
    await chat.say("/stop")
    await chat.say("/stop")
    await chat.sees("Job 1 is stopping already")


async def test_a_stop_of_an_ended_job(bot: RunningBot, chat: ChatClient) -> None:
    """There is nothing to stop, and the answer says where to look."""
    await chat.say("/train epochs=1")
    await chat.sees("✅ finished")
    await chat.say("/stop 1")
    await chat.sees("Job 1 has ended already", "/job 1")


async def test_a_failure_names_its_cause_and_a_way_out(bot: RunningBot, chat: ChatClient) -> None:
    """A code of the protocol becomes a sentence with a remedy."""
    await chat.say(f"/train seed={FAIL}")
    await chat.sees("❌ failed", "The memory was not enough. A smaller batch_size needs less.")


async def test_an_error_in_the_job_is_shown_as_it_is(bot: RunningBot, chat: ChatClient) -> None:
    """The exception in one line, tags and all, and the end of the log."""
    await chat.say(f"/train seed={CRASH}")
    await chat.sees("ValueError: shapes (3,) and <b>(4,)</b> do not fit", "Traceback")


async def test_a_process_that_leaves_without_a_word(bot: RunningBot, chat: ChatClient) -> None:
    """It counts as lost, with its exit code and its last words."""
    await chat.say(f"/train seed={VANISH}")
    await chat.sees("⚠️ lost", "exit code 3", "last words & <tags>")


async def test_a_lost_job_goes_on_but_not_for_ever(bot: RunningBot, chat: ChatClient) -> None:
    """Three runs that get nowhere are enough; each is told, with the signal named."""
    await chat.say(f"/train seed={KILLED}")
    await chat.sees("as run 2", "as run 3", "⚠️ lost after", "/resume 1 would")
    said = [text_of(m) for m in await chat.messages() if "SIGKILL" in text_of(m)]
    assert len(said) == 3
    assert bot.job(1).run == 3
    assert bot.job(1).ending is Ending.LOST


async def test_a_lost_job_that_got_further_goes_on(bot: RunningBot, chat: ChatClient) -> None:
    """It ends well in the same card, and only the loss and the end make a sound."""
    await chat.say(f"/train epochs=3 seed={UNTIL_TOLD}")
    job = await bot.until_job(1, lambda job: job.progress.epochs_done == 1)
    LocalProcess(STUB_COMMAND).stop(job.handle, force=True)
    await chat.sees("lost in epoch 2", "as run 2")
    for epoch in (1, 2, 3):
        bot.go_on(1, epoch)
    await chat.sees("✅ finished", "Test accuracy: 99.18%")
    await bot.until(bot.coltrain.settled)
    said = [m for m in await chat.messages() if not m["outgoing"]]
    assert len(said) == 3
    assert bot.job(1).run == 2


async def test_a_stopped_job_is_resumed(bot: RunningBot, chat: ChatClient) -> None:
    """Under its number, as its next run, with a card at the end of the chat."""
    await chat.say(f"/train epochs=2 seed={UNTIL_TOLD}")
    await bot.until_job(1, lambda job: job.progress.epochs_done == 1)
    await chat.say("/stop")
    await chat.sees("⏹ stopped")
    bot.go_on(1, 1)
    bot.go_on(1, 2)
    await chat.say("/resume")
    await chat.sees("✅ finished", "Test accuracy: 99.18%")
    assert bot.job(1).run == 2


async def test_a_job_is_done_again_with_changes(bot: RunningBot, chat: ChatClient) -> None:
    """As a new job; what was not changed is as before."""
    await chat.say("/train epochs=2 batch_size=64")
    await chat.sees("✅ finished")
    await chat.say("/retry 1 epochs=1")
    await chat.sees("Job 2 · MNIST convnet\n✅ finished")
    assert (bot.job(2).spec.epochs, bot.job(2).spec.batch_size) == (1, 64)


async def test_what_cannot_be_resumed(bot: RunningBot, chat: ChatClient) -> None:
    """A finished job, one that runs, none at all: each has its sentence."""
    await chat.say("/resume")
    await chat.sees("No job has broken off")
    await chat.say("/train epochs=1")
    await chat.sees("✅ finished")
    await chat.say("/resume 1")
    await chat.sees("Job 1 has finished", "/retry 1")
    await chat.say(f"/train seed={UNTIL_STOPPED}")
    await chat.say("/resume 2")
    await chat.sees("Job 2 has not ended", "/stop 2")


async def test_a_restarted_bot_goes_on_with_its_jobs(bot: RunningBot, chat: ChatClient) -> None:
    """The job outlives the bot, is adopted, and its card goes on in the same message."""
    await chat.say(f"/train epochs=2 seed={UNTIL_TOLD}")
    job = await bot.until_job(1, lambda job: job.progress.epochs_done == 1)
    await bot.stop()
    bot.go_on(1, 1)
    bot.go_on(1, 2)
    await bot.start()
    await chat.sees("✅ finished", "Test accuracy: 99.18%")
    await bot.until(bot.coltrain.settled)
    assert bot.job(1).started_at == job.started_at
    assert bot.job(1).run == 1
    assert len([m for m in await chat.messages() if not m["outgoing"]]) == 2


async def test_what_happened_while_no_bot_ran_is_told(bot: RunningBot, chat: ChatClient) -> None:
    """A job that ended meanwhile gets its last message from the next bot, once."""
    await chat.say(f"/train epochs=1 seed={UNTIL_TOLD}")
    await bot.until_job(1, lambda job: job.progress.epochs_done == 1)
    await bot.stop()
    bot.go_on(1, 1)
    await bot.start()
    await chat.sees("✅ finished")
    await bot.restart()
    await bot.until(bot.coltrain.settled)
    reports = [m for m in await chat.messages() if "Test accuracy" in m.get("text", "")]
    assert len(reports) == 1


async def test_what_a_job_writes_is_taken_in_at_once(
    bot: RunningBot, chat: ChatClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Long before the next full look is due."""
    await chat.say(f"/train epochs=5 seed={UNTIL_TOLD}")
    await bot.until_job(1, lambda job: job.progress.epochs_done == 1)
    monkeypatch.setattr(app, "LOOK_INTERVAL_S", 6_000.0)
    monkeypatch.setattr(app, "GLANCES_A_LOOK", 60_000)
    for epoch in range(1, 5):
        bot.go_on(1, epoch)
        await bot.until_job(1, lambda job, done=epoch + 1: job.progress.epochs_done == done)
