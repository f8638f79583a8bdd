"""What a chat hears: /notify, /quiet, /mute."""

from bot.preferences import MUTED_UNTIL
from emulator.client import ChatClient, buttons_of
from tests.bots import OWNER, RunningBot
from tests.stub_task import UNTIL_TOLD
from tests.vaults import SavingBot


async def sounds(chat: ChatClient, text: str) -> list[bool]:
    """Whether the bot's messages with a text rang, oldest first."""
    there = [m for m in await chat.messages() if not m["outgoing"] and text in m.get("text", "")]
    return [not message["silent"] for message in there]


async def test_a_message_an_epoch_for_those_who_want_it(bot: RunningBot, chat: ChatClient) -> None:
    """Off unless told; silent, each epoch has a message without a sound; on, with one."""
    await chat.say("/notify epochs silent")
    await chat.sees("silent: epochs, pings")
    await chat.say("/train epochs=2")
    await chat.sees("Epoch 1/2 · 0.0 s", "Epoch 2/2 · 0.0 s", "✅ finished")
    assert await sounds(chat, "\nEpoch 1/2 · ") == [False]
    await chat.say("/notify epochs on")
    await chat.sees("on: epochs, finished, failed")
    await chat.say("/train epochs=1")
    await chat.sees("Epoch 1/1 · 0.0 s")
    assert await sounds(chat, "\nEpoch 1/1 · ") == [True]


async def test_the_matrix_stays_and_shows_what_was_tapped(
    bot: RunningBot, chat: ChatClient
) -> None:
    """Edited in place, also after the bot was started anew; a name goes on to the next level."""
    await chat.say("/notify")
    shown = await chat.sees("off: started, epochs, saved")
    labels = [button["text"] for button in buttons_of(shown)]
    assert labels[:8] == ["Started", "on", "silent", "✓ off", "Epochs", "on", "silent", "✓ off"]
    started_on = buttons_of(shown)[1]["callback_data"]
    await chat.press(started_on)
    edited = await chat.sees("on: started, finished")
    assert edited["message_id"] == shown["message_id"]
    await bot.restart()
    await chat.press("Finished")
    await chat.sees("silent: finished, pings")
    await chat.say("/train epochs=1")
    await chat.sees("▶️ has begun", "✅ finished")
    assert await sounds(chat, "▶️ has begun") == [True]
    assert await sounds(chat, "✅ finished\nTest loss") == [False]


async def test_pings_and_keepalive_are_one_thing(bot: RunningBot, chat: ChatClient) -> None:
    """Whichever switches them off, the other shows it, and either switches them on again."""
    await chat.say("/keepalive off")
    await chat.sees("pings are off")
    await chat.say("/notify")
    await chat.sees("off: started, epochs, saved, pings")
    await chat.say("/notify pings on")
    await chat.sees("machine, pings")
    await chat.say("/keepalive")
    await chat.sees("a ping comes every 30 min")
    await chat.say(f"/train epochs=2 seed={UNTIL_TOLD}")
    await bot.until_job(1, lambda job: job.progress.epochs_done == 1)
    timers = bot.coltrain._services.timers
    assert await timers.ping(OWNER)
    assert await sounds(chat, "Alive") == [True]
    await chat.say("/notify pings off")
    await chat.sees("saved, pings")
    assert not await timers.ping(OWNER)
    await chat.say("/keepalive 10m")
    await chat.sees("every 10 min")
    assert await timers.ping(OWNER)
    assert (await sounds(chat, "Alive"))[-1] is False


async def test_a_muted_chat_gets_all_without_a_sound_and_then_one_message(
    bot: RunningBot, chat: ChatClient
) -> None:
    """Failures too; unmuted, the digest rings, and begins with them."""
    await chat.say("/mute 2h")
    await chat.sees("Muted until", "failures too")
    await chat.say("/train epochs=1")
    await chat.sees("✅ finished")
    await chat.say("/train epochs=1 seed=1")
    await chat.sees("❌ failed")
    await bot.restart()
    assert await sounds(chat, "✅ finished\nTest loss") == [False]
    assert await sounds(chat, "The memory was not enough") == [False]
    await chat.press("Unmute")
    digest = await chat.sees("While it was quiet: 2 messages")
    assert not digest["silent"]
    lines = digest["text"].splitlines()
    assert "Job 2" in lines[1]
    assert "❌ failed" in lines[1]
    assert "✅ finished · Test loss: 0.0271 · Test accuracy: 99.18%" in lines[2]
    with bot.store.transaction() as tx:
        assert not tx.outbox.chats_hushed()
        assert tx.preferences.get(OWNER, MUTED_UNTIL, "") == ""


async def test_the_end_of_a_copy_is_told_to_those_who_want_it(
    saving_bot: SavingBot, chat: ChatClient
) -> None:
    """Once a job, when the home folder has all of it."""
    await chat.say("/notify saved silent")
    await chat.sees("silent: saved, pings")
    await chat.say("/train epochs=1")
    await chat.sees("✅ finished", "💾 All it made is saved")
    assert await sounds(chat, "💾 All it made") == [False]


async def test_slips_of_noise(bot: RunningBot, chat: ChatClient) -> None:
    """Each is answered with what is allowed; nothing is set."""
    for said, answer in (
        ("/quiet", "/quiet 23:00-07:30 keeps the nights quiet"),
        ("/quiet at night", "it takes two times of the day such as 23:00-07:30, or off"),
        ("/quiet 25:00-07:30", "two times of the day"),
        ("/mute", "This chat is not muted"),
        ("/mute 0", "a time from 1m to 7d"),
        ("/mute 8d", "a time from 1m to 7d"),
        ("/mute long", "mute cannot be long"),
        ("/notify steps on", "notify cannot be steps: it takes one of started, epochs"),
        ("/quiet off", "No hours are quiet any more"),
        ("/quiet 23:00–07:30", "Quiet from 23:00 to 07:30 (UTC; /timezone changes that)"),
        ("/quiet", "Quiet from 23:00 to 07:30; /quiet off ends that"),
    ):
        await chat.say(said)
        await chat.sees(answer)
