"""Who may do what: every command and every button, pressed by everybody, from the bot's tables."""

from dataclasses import dataclass
from functools import partial

import pytest

from bot.button import Button, lasting
from bot.commands.registry import ACTIONS, COMMANDS
from bot.errors import NotAllowed
from bot.messages.buttons import not_yours
from bot.messages.errors import sentence
from bot.roles import Role
from emulator import human
from emulator.formatting import message_text
from emulator.human import Act
from emulator.objects import Person
from emulator.server import Emulator
from tests.bots import OWNER, RunningBot

WENT_WRONG = "That went wrong here"


@dataclass(frozen=True)
class Somebody:
    """A person with a role, in the private chat with the bot.

    Attributes:
        role: none for a stranger.
    """

    id: int
    role: Role | None

    def may(self, role: Role) -> bool:
        """Whether this takes no higher role."""
        return self.role is not None and self.role >= role


EVERYBODY = (
    Somebody(OWNER, Role.OWNER),
    Somebody(3001, Role.OPERATOR),
    Somebody(3002, Role.VIEWER),
    Somebody(3003, None),
)


def named(somebody: Somebody) -> str:
    return "a stranger" if somebody.role is None else somebody.role.name.lower()


@pytest.fixture(params=EVERYBODY, ids=named)
def somebody(
    request: pytest.FixtureRequest, bot: RunningBot, patient_telegram: Emulator
) -> Somebody:
    """Each of four people in turn."""
    who: Somebody = request.param
    world = patient_telegram.world
    if who.id != OWNER:
        world.add_person(Person(who.id, "Somebody"))
        if who.role is not None:
            with bot.store.transaction() as tx:
                tx.users.put(who.id, who.role, bot.now())
    return who


def answers(telegram: Emulator, who: Somebody, since: int) -> list[str]:
    """What the bot has written into the chat after a message."""
    there = telegram.world.messages(who.id)
    return [m.body.text for m in there if m.sender.is_bot and m.message_id > since]


async def heard(bot: RunningBot, telegram: Emulator) -> None:
    """Wait until the bot has dealt with everything, if only by silence."""
    await bot.until(lambda: not telegram.world.updates.count() and bot.coltrain.caught_up())


async def test_every_command(
    bot: RunningBot, patient_telegram: Emulator, somebody: Somebody
) -> None:
    """It is done, or named as somebody else's; a stranger gets silence; nothing goes wrong."""
    for command in COMMANDS:
        act = Act(somebody.id, somebody.id)
        sent = human.say(patient_telegram.world, act, f"/{command.name}")[-1].message_id
        told = partial(answers, patient_telegram, somebody, sent)
        if somebody.role is not None:
            await bot.until(told)
            refusal = sentence(NotAllowed(command.name, command.role.name.lower()))
            refused = message_text(refusal, "HTML", ()).text in told()
            assert refused is not somebody.may(command.role), command.name
    await heard(bot, patient_telegram)
    everything = answers(patient_telegram, somebody, 0)
    assert not any(WENT_WRONG in text for text in everything)
    assert bool(everything) is (somebody.role is not None)


async def test_every_button(
    bot: RunningBot, patient_telegram: Emulator, somebody: Somebody
) -> None:
    """Pressed with nothing behind it: done or kindly refused, by role; nothing goes wrong."""
    world, act = patient_telegram.world, Act(somebody.id, somebody.id)
    human.say(world, act, "/help")
    with bot.store.transaction() as tx:
        tx.outbox.put(somebody.id, "Press something", bot.now())
    bot.coltrain._sender.wake()
    await bot.until(partial(answers, patient_telegram, somebody, 0))
    under = next(m.message_id for m in world.messages(somebody.id) if m.sender.is_bot)
    problems = []
    for name, action in ACTIONS.items():
        button = Button("Press", name)
        with bot.store.transaction() as tx:
            once = tx.buttons.offer(somebody.id, [[button]], bot.now())
        keyboard = lasting([[button]]) if action.lasts else once
        press = human.press(world, act, under, keyboard[0][0].data, stale=True)
        said = partial(world.callbacks.__getitem__, press.id)
        if somebody.role is None:
            await heard(bot, patient_telegram)
            problems += [f"{name}: answered"] if said().answer is not None else []
            continue
        await bot.until(lambda: said().answer is not None)  # noqa: B023 - awaited at once
        word = (said().answer or {}).get("text")
        refused = word == not_yours(action.role.name.lower())
        if refused is somebody.may(action.role):
            problems.append(f"{name}: {word}")
    assert problems == []
    assert not any(WENT_WRONG in text for text in answers(patient_telegram, somebody, 0))
