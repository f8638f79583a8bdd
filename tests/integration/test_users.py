"""Letting others in, and out again: /invite, /users, /audit."""

import re

from emulator.client import ChatClient
from emulator.objects import Person
from emulator.server import Emulator
from tests.bots import OWNER, RunningBot

ANN = 2002


async def invited(chat: ChatClient, role: str) -> str:
    """The code of a new invitation."""
    await chat.say(f"/invite {role}")
    shown = await chat.sees("Whoever opens this first")
    assert shown["photo"], "the link comes with its QR code"
    found = re.search(r"https://t\.me/coltrain_bot\?start=([\w-]{22})", shown["caption"])
    assert found is not None
    return found[1]


async def test_a_link_lets_somebody_in(
    bot: RunningBot, telegram: Emulator, chat: ChatClient
) -> None:
    """As a viewer, who looks and does not start; the trail and the list name them."""
    telegram.world.add_person(Person(ANN, "Ann <b>"))
    async with ChatClient(telegram.url, chat=ANN) as ann:
        code = await invited(chat, "viewer")
        await ann.say(f"/start {code}")
        await ann.sees("As a viewer you may look at everything")
        await ann.say("/train epochs=1")
        await ann.sees("for users with the role operator")
        await ann.say(f"/start {await invited(chat, 'operator')}")
        await ann.sees("As an operator you may start")
        await ann.say("/train epochs=1")
        await ann.sees("✅ finished")
    await chat.say("/users")
    await chat.sees("Ann <b> · operator")
    await chat.say("/audit")
    await chat.sees("Ann <b> started job 1", "joined as viewer", "invited one viewer")
    await chat.say("/audit 1")
    assert "invitation" not in (await chat.sees("started job 1"))["text"]


async def test_somebody_is_removed_after_a_question(
    bot: RunningBot, telegram: Emulator, chat: ChatClient
) -> None:
    """Two taps; from then on they get no answer."""
    telegram.world.add_person(Person(ANN, "Ann"))
    async with ChatClient(telegram.url, chat=ANN) as ann:
        await ann.say(f"/start {await invited(chat, 'viewer')}")
        await ann.sees("Welcome")
        await chat.say("/users")
        await chat.sees("Ann · viewer")
        await chat.press("Remove Ann")
        await chat.sees("Remove Ann, viewer?")
        await chat.press("Back")
        await chat.sees("Ann · viewer")
        await chat.press("Remove Ann")
        await chat.press("Remove")
        await bot.until(lambda: bot.coltrain.access.role(ANN) is None)
        count = len(await ann.messages())
        await ann.say("/status")
        await chat.say("/status")
        await chat.sees("Nothing runs")
        assert len(await ann.messages()) == count + 1
    assert bot.coltrain.access.role(OWNER) is not None


async def test_slips_of_invite(bot: RunningBot, chat: ChatClient) -> None:
    """No role, a wrong one, too many words; and no invitation is made."""
    for slip, answer in (
        ("/invite", "Something is missing"),
        ("/invite owner", "operator or viewer"),
        ("/invite viewer Ann", "do not know what to do with Ann"),
    ):
        await chat.say(slip)
        await chat.sees(answer)
    with bot.store.transaction() as tx:
        assert not tx.invitations.open(bot.coltrain._services.now())


async def test_the_owner_hears_of_wrong_codes(
    bot: RunningBot, telegram: Emulator, chat: ChatClient
) -> None:
    """Five close every open link; it is told once, with what makes a new one."""
    telegram.world.add_person(Person(ANN, "Ann"))
    code = await invited(chat, "viewer")
    async with ChatClient(telegram.url, chat=ANN) as ann:
        for number in range(6):
            await ann.say(f"/start wrong-{number}")
        await chat.sees("sent 5 wrong codes", "/invite")
        await ann.say(f"/start {code}")
        await ann.until_taken()
        assert not [m for m in await ann.messages() if not m["outgoing"]]
    assert (await chat.transcript()).count("wrong codes") == 1
