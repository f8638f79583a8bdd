"""Clock times of a chat are those of its user."""

from datetime import timedelta

from bot.zones import zone_of
from emulator.client import ChatClient
from tests.bots import RunningBot


async def test_a_chat_chooses_its_time_zone(bot: RunningBot, chat: ChatClient) -> None:
    """It is UTC and says so, until the chat has one of its own, which outlives the bot."""
    await chat.say("/train epochs=1")
    await chat.sees("✅ finished")
    asked_at = bot.job(1).created_at
    await chat.say("/job 1")
    await chat.sees(f"Asked for {asked_at:%Y-%m-%d %H:%M} UTC")
    await chat.say("/timezone auckland")
    await chat.sees("are those of Pacific/Auckland")
    await bot.restart()
    await chat.say("/job 1")
    here = asked_at.astimezone(zone_of("Pacific/Auckland"))
    await chat.sees(f"Asked for {here:%Y-%m-%d %H:%M}\n")
    await chat.say("/timezone UTC-3:30")
    await chat.say("/job 1")
    there = asked_at - timedelta(hours=3, minutes=30)
    await chat.sees(f"Asked for {there:%Y-%m-%d %H:%M}\n")


async def test_a_slip_changes_nothing(bot: RunningBot, chat: ChatClient) -> None:
    """The answer has the zone that was probably meant."""
    await chat.say("/timezone Europa/Berlin")
    await chat.sees("I know no time zone Europa/Berlin", "/timezone Europe/Berlin")
    await chat.say("/timezone")
    await chat.sees("are those of UTC", "UTC+2")
