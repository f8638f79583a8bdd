"""Telegram away for a day, or failing in every way for hours: what is told in the end.

All of it in virtual time: see :mod:`tests.virtual_time`.
"""

import asyncio
import re
import tempfile
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import zip_longest
from pathlib import Path

from bot.messages.markup import plain
from bot.messages.repeats import maybe_a_repeat
from emulator import human
from emulator.faults import Fault, FaultBook
from emulator.human import Act
from emulator.journal import Call
from emulator.objects import Message
from tests import virtual_time
from tests.bots import OWNER
from tests.faults.busy_day import (
    A_BAD_HOUR,
    DAY_HOURS,
    HOUR_S,
    JOBS,
    Plan,
    ask_for_everything,
    without_network,
)
from tests.faults.figures import Finding
from tests.faults.ledger import Books
from tests.faults.virtual_scene import OTHER, VirtualScene, virtual_scene
from tests.virtual_time import STARTED, VirtualLoop

BEGIN_S = 120.0
MOST_MESSAGES = 60
REPLIES = 6
MARK = plain(maybe_a_repeat(""))
EPOCH = re.compile(r"\A(Job \d+).*\nEpoch (\d+)/")
AND_BEFORE = "(and the epochs before it)"
PING, REPLY = "Alive · up", "While a job runs, a ping comes every"
RETRY_AFTER = re.compile(r"retry after (\d+)")
TOO_MANY = 429


@dataclass
class Told:
    """What the chats were told, from when the trouble began.

    Attributes:
        ledger: per chat, in order: repeats left out, and each epoch by itself where one
            message told of several.
        messages_after: how many came when the trouble was over.
        struck: how often which fault struck.
        problems: sentences, where something is as it must never be.
    """

    messages_after: int
    events: int
    struck: Counter[str]
    problems: list[str]
    ledger: dict[int, list[str]] = field(default_factory=dict)
    repeats: int = 0


Struck = Callable[[], None]
Trouble = Callable[[VirtualScene, Plan], Awaitable[None]]


async def none(scene: VirtualScene, plan: Plan) -> None:
    """All is well for as long as a trouble would last."""
    await _commands(scene, plan)


async def no_network(scene: VirtualScene, plan: Plan) -> None:
    """Nothing gets through, and what was connected breaks; one chat shuts the bot out."""
    human.set_blocked(scene.world, OTHER, blocked=True)
    scene.loop.cut()
    await _commands(scene, plan)
    scene.loop.mend()
    await asyncio.sleep(HOUR_S / 2)
    human.set_blocked(scene.world, OTHER, blocked=False)


def half_of_all_calls(seed: int) -> Trouble:
    """Half of all calls fail, in every way there is."""

    async def trouble(scene: VirtualScene, plan: Plan) -> None:
        faults = scene.world.faults = FaultBook(scene.world.bell, seed)
        rules = [faults.add(fault) for fault in _with_even_chance(EVERY_WAY, 0.5)]
        await _commands(scene, plan)
        faults.clear(rules)

    return trouble


async def _commands(scene: VirtualScene, plan: Plan) -> None:
    """Somebody writes now and then; each answer is another."""
    for number in range(REPLIES):
        # Not in the first second: Telegram keeps what waits for a bot for a day only.
        await asyncio.sleep(plan.length_s / REPLIES / 2)
        human.say(scene.world, Act(OWNER, OWNER), f"/keepalive {50 + number}m")
        await asyncio.sleep(plan.length_s / REPLIES / 2)


EVERY_WAY = [
    *(Fault("flood", times=None, retry_after_s=seconds) for seconds in (1, 7, 60, 300, 900)),
    *(Fault("http", times=None, status=status) for status in (500, 502, 504)),
    Fault("http", times=None, status=502, empty_body=True),
    Fault("http", times=None, status=504, accepted=True),
    Fault("error", times=None, status=500),
    Fault("reset", times=None),
    Fault("reset", times=None, accepted=True),
    Fault("hang", times=None, seconds=60.0),
    Fault("hang", times=None, seconds=60.0, accepted=True),
    Fault("malformed", times=None),
    Fault("malformed", times=None, accepted=True),
]


def _with_even_chance(faults: list[Fault], share: float) -> Iterator[Fault]:
    """Rules are asked in turn, so a later one must strike more often to strike as often."""
    each = share / len(faults)
    for passed, fault in enumerate(faults):
        yield replace(fault, chance=each / (1 - passed * each))


def strike_no_network(hours: int | None, struck: Struck) -> Finding:
    """Take the network away for some hours of a busy day."""
    plan = without_network(hours or DAY_HOURS)
    told = live(plan, no_network)
    problems = [*told.problems, *differences(told, live(plan, none))]
    if told.messages_after > MOST_MESSAGES:
        problems.append(f"{told.messages_after} messages when the network was back")
    for _ in range(hours or DAY_HOURS):
        struck()
    note = f"{told.events:,} events came to {told.messages_after} messages"
    return Finding(
        "a day without network, by the hour",
        hours or DAY_HOURS,
        told.struck,
        _books(told, problems),
        note,
    )


def strike_half_of_all_calls(hours: int | None, struck: Struck) -> Finding:
    """Let half of all calls fail for an hour, again and again."""
    well = live(A_BAD_HOUR, none)
    books, phases = Books(), Counter[str]()
    for seed in range(hours or 1):
        told = live(A_BAD_HOUR, half_of_all_calls(seed))
        books.add(_books(told, [*told.problems, *differences(told, well)]))
        phases += told.struck
        struck()
    return Finding("hours in which half of all calls fail", hours or 1, phases, books)


def _books(told: Told, problems: list[str]) -> Books:
    lines = sum(map(len, told.ledger.values()))
    return Books(JOBS, lines, told.repeats, problems)


def differences(told: Told, expected: Told) -> Iterator[str]:
    """Where two ledgers part."""
    for chat, texts in expected.ledger.items():
        pairs = zip_longest(texts, told.ledger[chat])
        for number, (wanted, found) in enumerate(pairs):
            if wanted != found:
                yield f"chat {chat}, entry {number}: {found!r} instead of {wanted!r}"
                break


def live(plan: Plan, trouble: Trouble) -> Told:
    """Live through a plan with a trouble in it, and say what the chats were told."""

    async def life(loop: VirtualLoop) -> Told:
        with tempfile.TemporaryDirectory() as folder:
            async with virtual_scene(loop, Path(folder), plan.script) as scene:
                return await _live(scene, plan, trouble)

    return virtual_time.run(life)


async def _live(scene: VirtualScene, plan: Plan, trouble: Trouble) -> Told:
    await ask_for_everything(scene, plan)
    await scene.at(BEGIN_S)
    since, calls = scene.newest_message(), scene.world.journal.calls()[-1].seq
    await trouble(scene, plan)
    await scene.until(scene.settled, 3 * HOUR_S)
    journal = scene.world.journal.calls(since=calls)
    over_at = STARTED.timestamp() + BEGIN_S + plan.length_s
    struck = Counter(_name(call) for call in journal if call.fault)
    told = Told(
        messages_after=sum(
            c.method == "sendMessage" and c.took_effect and c.at >= over_at for c in journal
        ),
        events=scene.runner.events,
        struck=struck + Counter({"connecting": scene.loop.refused}),
        problems=[*scene.errors.messages, *_too_early(journal)],
    )
    with scene.coltrain.store.transaction() as tx:
        cards = {card.message_id for n in range(1, JOBS + 1) if (card := tx.cards.find(n))}
    for chat in (OWNER, OTHER, scene.group):
        there = [m for m in scene.from_bot(chat, since) if m.message_id not in cards]
        _read(chat, there, told)
    return told


def _name(call: Call) -> str:
    what = f"{call.fault} {call.status}" if call.fault in ("http", "error") else call.fault
    return f"{what}, after it took effect" if call.took_effect else what


def _read(chat: int, messages: Sequence[Message], told: Told) -> None:
    """Write down what a chat was told: in order, the answers to commands behind all else."""
    ledger: list[str] = []
    replies: list[str] = []
    last: Counter[str] = Counter()
    seen: set[str] = set()
    for message in messages:
        text = message.body.text.removeprefix(MARK).strip()
        if text in seen and message.body.text.startswith(MARK):
            told.repeats += 1
        elif text.startswith(REPLY):
            replies.append(text)
        elif (found := EPOCH.match(text)) is not None:
            job, epoch = found[1], int(found[2])
            first = last[job] + 1 if text.endswith(AND_BEFORE) else epoch
            ledger += [f"{job}, epoch {number}" for number in range(first, epoch + 1)]
            last[job] = epoch
        elif not text.startswith(PING):
            ledger.append(text)
        seen.add(text)
    told.ledger[chat] = ledger + replies


def _too_early(journal: Sequence[Call]) -> Iterator[str]:
    """Calls about a chat that was to be left alone, and chats that were told too much."""
    until: dict[object, float] = {}
    for call in journal:
        about = call.params.get("chat_id", call.method)
        if call.at < until.get(about, 0.0):
            yield f"{call.method} to {about} {until[about] - call.at:.1f} s too early"
        if call.status == TOO_MANY and (found := RETRY_AFTER.search(call.description)):
            until[about] = max(until.get(about, 0.0), call.at + int(found[1]))
            if not call.fault:
                yield f"{call.method} to {about} was more than Telegram allows"
