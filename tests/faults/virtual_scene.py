"""The whole bot and a stand-in for Telegram in virtual time, with runs that follow a script."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Any, TypeVar

from apscheduler.executors import base as executors
from apscheduler.schedulers import base as schedulers
from apscheduler.triggers import interval
from pydantic import SecretStr

from bot import app, digest, lookout, pace, sender
from bot.app import Coltrain, Errands, VaultParts
from bot.errand import NoAnswer
from bot.plot import Plot
from bot.plots import Plots
from bot.roles import Role
from bot.settings import Settings
from bot.store import Store
from emulator import human
from emulator.human import Act
from emulator.journal import Call
from emulator.objects import Message, Person
from emulator.server import Server
from emulator.world import World
from tests.bots import OWNER
from tests.scripted_runner import Script, ScriptedRunner
from tests.virtual_time import VirtualLoop

OTHER = 1002
ADDRESS = "http://127.0.0.1:1"  # the virtual network has one server, whatever it is called
STEP_S = 5.0


class NoPictures(Plots):
    """Time does not wait for a process here: nothing is drawn, and words go alone."""

    async def draw(self, plot: Plot) -> bytes:
        """Give up at once."""
        raise NoAnswer("no process in virtual time")


class VirtualScene:
    """A bot that serves three chats: its owner's, an operator's and a group with both."""

    step_s = STEP_S

    def __init__(self, loop: VirtualLoop, folder: Path, script: Script) -> None:
        self.loop = loop
        self.world = World(clock=lambda: loop.now().timestamp())
        self.world.add_person(Person(OTHER, "Other"))
        self.group = self.world.add_group("Lab", frozenset({OWNER, OTHER})).id
        self.runner = ScriptedRunner(script, loop.now)
        self.drive = folder / "My Drive"
        self.drive.mkdir(parents=True)
        (self.drive / "labels.zip").write_bytes(b"nobody looks into it")
        self.settings = Settings(
            telegram_bot_token=SecretStr(self.world.token),
            telegram_owner_id=OWNER,
            telegram_base_url=f"{ADDRESS}/bot",
            telegram_base_file_url=f"{ADDRESS}/file/bot",
            coltrain_work=folder / "work",
            coltrain_data_roots=(self.drive,),
        )
        self.coltrain: Coltrain
        self.errors = _Errors()
        self.server = Server(self.world)
        self._stop = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Start the bot, and wait until it answers commands."""
        self.coltrain = Coltrain(
            self.settings,
            runner=self.runner,
            now=self.loop.now,
            vault=self.vault(),
            errands=Errands(plots=NoPictures()),
        )
        ready = asyncio.Event()
        bot = self.coltrain.run(self._stop, lambda _: ready.set())
        self._tasks = [asyncio.create_task(bot, name="bot")]
        await ready.wait()

    def vault(self) -> VaultParts | None:
        """What of the vault is different here."""
        return None

    async def stop(self) -> None:
        """Stop the bot as SIGTERM would."""
        self._stop.set()
        await asyncio.gather(*self._tasks)

    async def say(self, text: str, person: int = OWNER, chat: int | None = None) -> None:
        """Write a command, and wait until the bot has dealt with it."""
        human.say(self.world, Act(chat or person, person), text)
        await self.until(self.heard)

    def heard(self) -> bool:
        """Whether the bot has taken and dealt with all that was written."""
        return not self.world.updates.count() and self.coltrain.caught_up()

    def settled(self) -> bool:
        """Whether nothing is left to do, and nothing to tell."""
        return self.heard() and self.coltrain.settled()

    async def until(self, condition: Callable[[], object], timeout_s: float = 3_600) -> None:
        """Wait until something is so.

        Raises:
            AssertionError: it was not in time.
        """
        deadline = self.loop.time() + timeout_s
        while not condition():
            if self.loop.time() > deadline:
                raise AssertionError(f"not within {timeout_s:,.0f} virtual seconds: {condition}")
            await asyncio.sleep(self.step_s)

    async def at(self, virtual_s: float) -> None:
        """Wait for a moment by the loop's clock."""
        await asyncio.sleep(max(0.0, virtual_s - self.loop.time()))

    def from_bot(self, chat: int, since: int = 0) -> list[Message]:
        """What the bot has put into a chat after message number ``since``, oldest first."""
        there = self.world.messages(chat)
        return [m for m in there if m.sender.is_bot and m.message_id > since]

    def newest_message(self) -> int:
        """The number of the last message in any chat."""
        chats = list(self.world.chats)
        return max((m.message_id for c in chats for m in self.world.messages(c)), default=0)

    def calls(self, since: int = 0) -> list[Call]:
        """What the bot called, asking for updates aside."""
        return [c for c in self.world.journal.calls(since=since) if c.method != "getUpdates"]


Scene = TypeVar("Scene", bound=VirtualScene)


@asynccontextmanager
async def virtual_scene(
    loop: VirtualLoop,
    folder: Path,
    script: Script,
    kind: type[Scene] = VirtualScene,  # type: ignore[assignment]
) -> AsyncIterator[Scene]:
    """A scene with the bot serving in it."""
    made = kind(loop, folder, script)
    serving = asyncio.create_task(made.server.serve([loop.listener()]), name="emulator")
    store = Store(made.settings.store_path)
    with store.transaction() as tx:
        tx.users.put(OTHER, Role.OPERATOR, loop.now())
    store.close()
    with _calm(), _timers_by(loop), made.errors:
        try:
            await made.start()
            yield made
        finally:
            loop.mend()
            await made.stop()
            made.server.stop()
            await serving


@contextmanager
def _calm() -> Iterator[None]:
    """Look less often than the real bot: each look costs real time, and days are long."""
    calm = {
        (app, "LOOK_INTERVAL_S"): 15.0,
        (sender, "LOOK_INTERVAL_S"): 60.0,
        (pace, "EDIT_INTERVAL_S"): 30.0,
        (lookout, "INTERVAL_S"): 600.0,
        (digest, "INTERVAL_S"): 60.0,
    }
    before = {place: getattr(*place) for place in calm}
    for place, value in calm.items():
        setattr(*place, value)
    try:
        yield
    finally:
        for place, value in before.items():
            setattr(*place, value)


class _Errors(logging.Handler):
    """Collects what the bot itself calls an error, and keeps the many warnings quiet."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.messages: list[str] = []
        self._loggers = [logging.getLogger(name) for name in ("bot", "telegram")]

    def emit(self, record: logging.LogRecord) -> None:
        """Keep it, if it is the bot's."""
        if record.name.startswith("bot"):
            self.messages.append(record.getMessage())

    def __enter__(self) -> None:
        """Listen."""
        for logger in self._loggers:
            logger.addHandler(self)
            logger.propagate = False

    def __exit__(self, *_: object) -> None:
        """Stop listening."""
        for logger in self._loggers:
            logger.removeHandler(self)
            logger.propagate = True


@contextmanager
def _timers_by(loop: VirtualLoop) -> Iterator[None]:
    """APScheduler asks the machine what time it is; here it asks the loop."""

    class LoopTime(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Any:
            return loop.now().astimezone(tz)

    modules = (executors, schedulers, interval)
    for module in modules:
        module.datetime = LoopTime
    try:
        yield
    finally:
        for module in modules:
            module.datetime = datetime
