"""Several users in one group: whose question it is, and who may set what for all."""

from collections.abc import AsyncIterator

import pytest_asyncio

from bot.roles import Role
from emulator.client import ChatClient, buttons_of
from emulator.objects import Person
from emulator.server import Emulator
from tests.bots import OWNER, RunningBot
from tests.stub_task import UNTIL_STOPPED

VIEWER, OPERATOR = 3002, 3001
SHARED = ("/mute 7d", "/notify failed off", "/quiet 00:00-23:59", "/language zh", "/keepalive off")


@pytest_asyncio.fixture
async def lab(bot: RunningBot, patient_telegram: Emulator) -> AsyncIterator[dict[int, ChatClient]]:
    """A group of an owner, an operator and a viewer: its chat, as each of them has it."""
    world, people = patient_telegram.world, (OWNER, OPERATOR, VIEWER)
    with bot.store.transaction() as tx:
        for user_id, role in ((OPERATOR, Role.OPERATOR), (VIEWER, Role.VIEWER)):
            world.add_person(Person(user_id, "Somebody"))
            tx.users.put(user_id, role, bot.now())
    group = world.add_group("Lab", frozenset(people)).id
    clients = {one: ChatClient(patient_telegram.url, chat=group, person=one) for one in people}
    yield clients
    for client in clients.values():
        await client.close()


async def test_a_question_waits_for_the_one_who_was_asked(lab: dict[int, ChatClient]) -> None:
    """Another user's tap is told so and takes nothing away."""
    await lab[OWNER].say("/train")
    form = await lab[OWNER].sees("Train the MNIST convnet")
    answer = await lab[OPERATOR].press("▶️ Start")
    assert "asked by somebody else" in answer["text"]
    answer = await lab[VIEWER].press("▶️ Start")
    assert "role operator and above" in answer["text"]
    there = {m["message_id"]: m for m in await lab[OWNER].messages()}
    assert len(buttons_of(there[form["message_id"]])) == len(buttons_of(form))
    await lab[OWNER].press("▶️ Start")
    await lab[OWNER].sees("Job 1 · ")


async def test_a_viewer_sets_nothing_for_a_group(
    bot: RunningBot, lab: dict[int, ChatClient]
) -> None:
    """What changes something for everybody there is an operator's; in private it is one's own."""
    for command in SHARED:
        await lab[VIEWER].say(command)
        await lab[VIEWER].sees("is for users with the role operator and above")
    await lab[OPERATOR].say("/notify failed silent")
    shown = await lab[OPERATOR].sees("silent: failed")
    on = next(key for key in buttons_of(shown) if key["text"] == "on")
    answer = await lab[VIEWER].press_stale(shown["message_id"], on["callback_data"])
    assert "role operator and above" in answer["text"]


async def test_a_viewer_takes_back_own_alerts_only(
    bot: RunningBot, lab: dict[int, ChatClient]
) -> None:
    """An alert that somebody else waits for stays."""
    await lab[OWNER].say(f"/train epochs=9 seed={UNTIL_STOPPED}")
    await bot.until_job(1, lambda job: job.progress.epochs_done > 0)
    await lab[OWNER].say("/alert 1 loss<0.0001")
    await lab[OWNER].sees("is told here, once")
    await lab[VIEWER].say("/alert 1 loss<0.0002")
    await lab[VIEWER].sees("is told here, once")
    await lab[VIEWER].say("/alert")
    await lab[VIEWER].sees("A tap takes one back.")
    assert "somebody else" in (await lab[VIEWER].press("✖ 1: loss<0.0001"))["text"]
    await lab[VIEWER].press("✖ 1: loss<0.0002")
    with bot.store.transaction() as tx:
        (left,) = tx.alerts.of_job(1)
    assert left.user_id == OWNER


async def test_a_group_keeps_the_language_that_it_heard_first(lab: dict[int, ChatClient]) -> None:
    """It does not change with every speaker; a choice changes it for all."""
    await lab[OPERATOR].speaks("zh-hans")
    await lab[OPERATOR].say("/jobs")
    await lab[OPERATOR].sees("还没有任务")
    await lab[OWNER].speaks("en")
    await lab[OWNER].say("/jobs")
    await lab[OWNER].sees("还没有任务")
    await lab[OWNER].say("/language en")
    await lab[OPERATOR].say("/jobs")
    await lab[OPERATOR].sees("No jobs yet.")
