"""Troubles that last: the bot stays calm, goes on when they end, and can be stopped in them."""

import re
import tempfile
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import httpx

from emulator import human
from emulator.faults import Fault
from emulator.human import Act
from tests import virtual_time
from tests.bots import OWNER
from tests.faults.busy_day import HOUR_S, training
from tests.faults.virtual_scene import ADDRESS, OTHER, VirtualScene, virtual_scene
from tests.scripted_runner import Step
from tests.virtual_time import VirtualLoop, pass_time
from training.protocol.events import RunStarted
from training.protocol.spec import Spec, TrainSpec

CALLS_AN_HOUR = 10
HOURS = 3
MOST_STOP_S = 40.0
EPOCH_TOLD = re.compile(r"^Epoch (\d+/\d+) ·", re.MULTILINE)


def an_epoch_a_minute(spec: Spec, run: int) -> Iterator[Step]:
    yield Step(0, RunStarted(pid=1))
    assert isinstance(spec, TrainSpec)
    yield from training(spec.epochs, 60.0)


def live(life: Callable[[VirtualScene], Awaitable[None]]) -> None:
    async def in_scene(loop: VirtualLoop) -> None:
        with tempfile.TemporaryDirectory() as folder:
            async with virtual_scene(loop, Path(folder), an_epoch_a_minute) as scene:
                await life(scene)

    virtual_time.run(in_scene)


def texts(scene: VirtualScene, chat: int) -> str:
    return "\n".join(message.body.text for message in scene.from_bot(chat))


def test_a_chat_that_shut_the_bot_out_is_tried_now_and_then() -> None:
    """A few calls an hour, however much there is to tell; all is told when it opens again."""

    async def life(scene: VirtualScene) -> None:
        await scene.say("/notify epochs silent", person=OTHER)
        await scene.say("/train epochs=200", person=OTHER)
        human.set_blocked(scene.world, OTHER, blocked=True)
        since = scene.calls()[-1].seq
        await pass_time(HOURS * HOUR_S)
        tried = [c for c in scene.calls(since) if c.params.get("chat_id") == str(OTHER)]
        assert 0 < len(tried) <= CALLS_AN_HOUR * HOURS
        human.set_blocked(scene.world, OTHER, blocked=False)
        await scene.until(scene.settled)
        assert "finished" in texts(scene, OTHER)

    live(life)


def test_a_token_that_is_refused_is_tried_now_and_then() -> None:
    """A few calls an hour in all; if Telegram takes it again, everything goes on."""

    async def life(scene: VirtualScene) -> None:
        await scene.say("/notify epochs silent")
        await scene.say("/train epochs=150", chat=scene.group)
        await scene.say("/train epochs=60")
        scene.world.token, token = "1000001:another", scene.world.token
        scene.world.close()  # the poll that waits ends
        scene.world.closing = False
        before = scene.server.server_state.total_requests
        await pass_time(HOURS * HOUR_S)
        tried = scene.server.server_state.total_requests - before
        assert 0 < tried <= CALLS_AN_HOUR * HOURS
        scene.world.token = token
        await scene.until(scene.settled)
        await scene.say("/status")
        assert "finished" in texts(scene, OWNER)
        assert "Nothing runs" in texts(scene, OWNER)

    live(life)


def test_the_bot_stops_while_it_obeys_a_long_wait() -> None:
    """A poll that was told to wait for a quarter of an hour keeps nobody from stopping."""

    async def life(scene: VirtualScene) -> None:
        await scene.say("/status")
        scene.world.faults.add(Fault("flood", ("getUpdates",), retry_after_s=900))
        await pass_time(60)
        calls = scene.world.journal.counts()["getUpdates"]
        await pass_time(600)
        assert scene.world.journal.counts()["getUpdates"] == calls
        began = scene.loop.time()
        await scene.stop()
        assert scene.loop.time() - began < MOST_STOP_S

    live(life)


def test_a_group_that_becomes_a_supergroup_is_told_in_its_new_place() -> None:
    """What is owed, the card, the choices and later jobs; nothing is said twice."""

    async def life(scene: VirtualScene) -> None:
        await scene.say("/notify epochs silent", chat=scene.group)
        await scene.say("/train epochs=8", chat=scene.group)
        await scene.say("/train epochs=2", chat=scene.group)
        await pass_time(150)
        new = scene.world.upgrade_group(scene.group).id
        await scene.until(scene.settled)
        said = texts(scene, new)
        assert EPOCH_TOLD.findall(texts(scene, scene.group)) == ["1/8", "2/8"]
        told = [f"{number}/8" for number in range(3, 9)]
        assert EPOCH_TOLD.findall(said) == [*told, "1/2", "2/2"]
        assert said.count("finished\nTest loss") == 2
        assert said.count("finished after") == 2  # the cards, put up anew
        refused = [c for c in scene.calls() if "upgraded" in c.description]
        assert 0 < len(refused) < 5
        assert not scene.errors.messages

    live(life)


def test_another_bot_with_the_token_is_told_once_and_told_over() -> None:
    """However often both end each other's polls; what to do is said."""

    async def life(scene: VirtualScene) -> None:
        await scene.say("/status")
        poll = f"{ADDRESS}/bot{scene.world.token}/getUpdates?timeout=20"
        async with httpx.AsyncClient(timeout=60) as other:
            for _ in range(30):
                await other.get(poll)
                await pass_time(3)
        await pass_time(HOUR_S)
        said = texts(scene, OWNER)
        assert said.count("Another bot uses the same token") == 1
        assert "@BotFather" in said
        assert said.count("No other bot uses this token any more") == 1
        human.say(scene.world, Act(OWNER, OWNER), "/jobs")
        await pass_time(60)
        assert scene.coltrain.caught_up()
        assert not scene.world.updates.count()

    live(life)
