"""Virtual time: whoever waits long is there at once, and the network is as real as can be."""

import asyncio

import httpx

from emulator.server import Server
from emulator.world import World
from tests import virtual_time
from tests.virtual_time import VirtualLoop, pass_time


def test_a_day_passes_at_once() -> None:
    """Sleepers wake in the order of their times, by the loop's clock."""

    async def day(loop: VirtualLoop) -> list[str]:
        woken: list[str] = []

        async def sleeper(name: str, seconds: float) -> None:
            await pass_time(seconds)
            woken.append(f"{name} at {loop.time():.0f}")

        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(sleeper("late", 86_400))
            tasks.create_task(sleeper("early", 10))
        return woken

    assert virtual_time.run(day) == ["early at 10", "late at 86400"]


def test_a_server_is_reached_and_its_network_can_be_cut() -> None:
    """A call is answered in no time; without a network it fails; a time-out takes its time."""

    async def talk(loop: VirtualLoop) -> list[object]:
        world = World(clock=lambda: loop.now().timestamp())
        server = Server(world)
        serving = asyncio.create_task(server.serve([loop.listener()]))
        bot = f"http://127.0.0.1:1/bot{world.token}"
        found: list[object] = []
        async with httpx.AsyncClient(timeout=20) as client:
            found.append((await client.get(f"{bot}/getMe")).json()["result"]["username"])
            found.append(loop.time())
            loop.cut()
            await pass_time(1)
            found += await asyncio.gather(client.get(f"{bot}/getMe"), return_exceptions=True)
            loop.mend()
            poll = client.get(f"{bot}/getUpdates?timeout=50")
            found += await asyncio.gather(poll, return_exceptions=True)
            found.append(loop.time())
        server.stop()
        await serving
        return found

    name, answered_at, no_network, timed_out, at = virtual_time.run(talk)
    assert (name, answered_at, at) == ("coltrain_bot", 0.0, 21.0)
    assert isinstance(no_network, httpx.ConnectError)
    assert isinstance(timed_out, httpx.ReadTimeout)
