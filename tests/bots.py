"""Fixtures that run the bot: load with ``pytest_plugins = ["tests.bots"]``.

``bot``
    A bot in the test's own event loop, connected to the ``telegram`` fixture, whose
    jobs are real child processes that run ``tests/stub_task.py``. ``bot.restart()``
    stops it as SIGTERM would and starts a new one on the same folder.
"""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import psutil
import pytest
import pytest_asyncio
from pydantic import SecretStr

from bot.app import Coltrain, Errands, VaultParts
from bot.errand import Errand
from bot.errors import UserError
from bot.inspection import Inspection
from bot.job import Handle, Job
from bot.plots import LIMIT_S, Plots
from bot.runners.local_process import LocalProcess
from bot.runners.warm_start import GB, WarmStart
from bot.settings import Settings
from bot.store import Store
from emulator.server import Emulator
from training.protocol.folder import JobFolder

OWNER = 1001
# A picture in milliseconds, by a process as always.
DRAWN = ("cat", str(Path(__file__).with_name("data") / "drawn.png"))
STUB_COMMAND = (sys.executable, "-m", "tests.stub_task")


def warm_start(command: Sequence[str] = STUB_COMMAND, *, early: bool = True) -> WarmStart:
    """Keeps a stub's process ready, on a machine with memory enough."""
    return WarmStart(lambda: 64 * GB, (*command, "--warm"), early=early)


class OwnRuns(LocalProcess):
    """A runner that knows what it started.

    Attributes:
        started: every run, also those that nobody asks about any more.
    """

    def __init__(self, command: Sequence[str], warm: WarmStart | None = None) -> None:
        super().__init__(command, warm=warm)
        self.started: list[Handle] = []

    def start(self, folder: JobFolder, run: int, record: Callable[[Handle], None]) -> None:
        """See ``Runner.start``."""

        def recorded(handle: Handle) -> None:
            self.started.append(handle)
            record(handle)

        super().start(folder, run, recorded)


class RunningBot:
    """A bot that can be stopped and started again on the same folder."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.refused: list[UserError] = []
        self.vault = VaultParts()
        self.drawing: Sequence[str] | None = DRAWN  # none: as the real bot draws
        self.runs: Sequence[str] = STUB_COMMAND
        self.warm = False  # whether a process is kept ready after the first training
        self.asking: Sequence[str] | None = None  # none: as the real bot asks models
        self.coltrain: Coltrain
        self._stop = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._runners: list[OwnRuns] = []
        self._others = set(psutil.Process().children())  # of other tests' making
        self.beside: list[RunningBot] = []  # bots that end with this one

    @property
    def store(self) -> Store:
        return self.coltrain.store

    def now(self) -> datetime:
        """The bot's clock."""
        return datetime.now(UTC)

    def folder(self, job_id: int) -> JobFolder:
        return JobFolder.of(self.settings.work, job_id)

    def job(self, job_id: int) -> Job:
        with self.store.transaction() as tx:
            return tx.jobs.get(job_id)

    def go_on(self, job_id: int, epoch: int) -> None:
        """Let a stub job with the seed UNTIL_TOLD end this epoch."""
        (self.folder(job_id).path / f"go-on-{epoch}").touch()

    def signal(self, job_id: int, number: signal.Signals) -> None:
        """Send a signal to a job's process, such as the one that freezes it."""
        handle = self.job(job_id).handle
        assert handle is not None
        os.kill(handle.pid, number)

    async def start(self) -> None:
        # A runner a bot, so that a restarted bot must find its jobs by their handles.
        runner = OwnRuns(self.runs, warm_start(self.runs, early=False) if self.warm else None)
        self._runners.append(runner)
        self._close_store()
        self.coltrain = Coltrain(
            self.settings,
            runner=runner,
            now=self.now,
            refused=self.refused.append,
            vault=self.vault,
            errands=Errands(
                plots=Plots(Errand(self.drawing, LIMIT_S) if self.drawing else None),
                inspection=Inspection(Errand(self.asking, LIMIT_S) if self.asking else None),
            ),
        )
        self._stop, ready = asyncio.Event(), asyncio.Event()
        self._task = asyncio.create_task(
            self.coltrain.run(self._stop, lambda _: ready.set()), name="bot under test"
        )
        waiting = asyncio.create_task(ready.wait())
        await asyncio.wait({self._task, waiting}, return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()
        if self._task.done():
            self._task.result()

    @property
    def has_ended(self) -> bool:
        """Whether the bot has ended by itself."""
        return self._task is not None and self._task.done()

    async def stop(self) -> None:
        self._stop.set()
        if self._task is not None:
            await self._task
            self._task = None

    async def end(self) -> None:
        """Stop the bot and its jobs."""
        for bot in (self, *self.beside):
            await bot.stop()
        await self.end_jobs()
        for bot in (self, *self.beside):
            bot._close_store()

    def _close_store(self) -> None:
        """A test may have looked into it after the bot had closed it, which opened it again."""
        if hasattr(self, "coltrain"):
            self.store.close()

    async def end_jobs(self) -> None:
        """End every run that this bot or one beside it started: a bot that serves starts more."""
        for bot in (self, *self.beside):
            for runner in bot._runners:
                for handle in runner.started:
                    runner.stop(handle, force=True)
        await self.until(self._no_children)

    def _no_children(self) -> bool:
        for runner in (runner for bot in (self, *self.beside) for runner in bot._runners):
            runner.look(Handle(pid=0, started_at=0, boot_id=""))
        return set(psutil.Process().children()) <= self._others

    async def restart(self) -> None:
        await self.stop()
        await self.start()

    async def until_job(self, job_id: int, condition: Callable[[Job], object]) -> Job:
        """Wait until a job is there and something is so of it."""

        def found() -> Job | None:
            with self.store.transaction() as tx:
                job = tx.jobs.find(job_id)
            return job if job is not None and condition(job) else None

        await self.until(found)
        return self.job(job_id)

    async def until(self, condition: Callable[[], object], timeout_s: float = 60.0) -> None:
        """Wait until something is so."""
        async with asyncio.timeout(timeout_s):
            while not condition():  # noqa: ASYNC110 - the one place that waits
                await asyncio.sleep(0.01)


@pytest.fixture
def settings(telegram: Emulator, tmp_path: Path) -> Settings:
    """Settings of a bot whose owner is person 1001 of the stand-in."""
    return Settings(
        telegram_bot_token=SecretStr(telegram.token),
        telegram_owner_id=OWNER,
        telegram_base_url=telegram.base_url,
        telegram_base_file_url=telegram.base_file_url,
        coltrain_work=tmp_path / "work folder",
        coltrain_data_roots=(tmp_path / "My Drive",),
    )


@pytest.fixture
def drawing() -> Sequence[str] | None:
    """What draws the bot's pictures; a test where they are the point overrides it with none."""
    return DRAWN


@pytest.fixture
def asking() -> Sequence[str] | None:
    """What answers questions about models: the real one, unless a test overrides it."""
    return None


@pytest_asyncio.fixture
async def bot(
    settings: Settings, drawing: Sequence[str] | None, asking: Sequence[str] | None
) -> AsyncIterator[RunningBot]:
    """A running bot; its jobs are ended with it."""
    running = RunningBot(settings)
    running.drawing, running.asking = drawing, asking
    await running.start()
    yield running
    await running.end()
