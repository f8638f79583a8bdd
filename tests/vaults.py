"""Fixtures with a home folder: load with ``pytest_plugins = ["tests.vaults"]``.

``saving_bot``
    A bot whose jobs write real checkpoints (``tests/saving_task.py``) and are copied
    to ``saving_bot.home``. ``lose_machine()`` kills bot and jobs and deletes the work
    folder; ``start()`` then is a launch on a new machine.
"""

import shutil
import sys
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from bot.app import VaultParts
from bot.home_copy import HomeState, JobCopy
from bot.settings import Settings
from bot.store import Store
from bot.vault.copying import STORE
from bot.vault.home import Home
from bot.vault.keeper import Rhythm
from bot.vault.manifest import NAME, read_manifest
from bot.vault.worker import Worker
from tests.bots import RunningBot

SAVING_COMMAND = (sys.executable, "-m", "tests.saving_task")
QUICK = Rhythm(look_s=0.02, renew_s=0.1, store_s=0.5, patience_s=0.0)
PATIENT = Rhythm(look_s=0.02, renew_s=0.1, store_s=0.5, patience_s=600.0)


class SavingBot(RunningBot):
    """A bot with a home folder."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self.runs = SAVING_COMMAND
        self.rhythm = PATIENT
        self.worker = Worker

    @property
    def home(self) -> Home:
        assert self.settings.home is not None
        return Home(self.settings.home)

    async def start(self) -> None:
        self.vault = VaultParts(self.worker(), self.rhythm)
        await super().start()

    def copy(self, job_id: int) -> JobCopy:
        with self.store.transaction() as tx:
            return tx.copies.find(job_id)

    def home_state(self) -> HomeState:
        with self.store.transaction() as tx:
            return tx.copies.home()

    async def until_saved(self, job_id: int, epoch: int) -> None:
        """Wait until the copy of a job has the checkpoint after an epoch."""
        await self.until(lambda: (self.copy(job_id).epoch or 0) >= epoch)

    def open_in_home(self) -> tuple[int, ...]:
        """The jobs that had not ended when the store was copied."""
        manifest = read_manifest(self.home.store / NAME)
        return () if manifest is None else manifest.open_jobs

    async def until_home_knows_all(self) -> None:
        """Wait until the store in home has nothing open and owes nothing."""

        def all_told() -> bool:
            manifest = read_manifest(self.home.store / NAME)
            if manifest is None or manifest.open_jobs:
                return False
            with tempfile.TemporaryDirectory() as folder:
                try:
                    copy = shutil.copy(self.home.store / STORE, folder)
                except FileNotFoundError:
                    return False  # just then a newer copy takes its place
                store = Store(Path(copy))
                with store.transaction() as tx:
                    owed = tx.outbox.owed()
                store.close()
            return owed == 0

        await self.until(all_told)

    async def lose_machine(self) -> None:
        """Nothing is left but what is in home."""
        await self.stop()
        await self.end_jobs()
        shutil.rmtree(self.settings.work)


def with_home(settings: Settings, tmp_path: Path) -> Settings:
    """The same settings with a home folder that is not there yet."""
    (tmp_path / "My Drive").mkdir(exist_ok=True)
    return settings.model_copy(update={"coltrain_home": tmp_path / "My Drive/coltrain/home"})


@pytest_asyncio.fixture
async def saving_bot(settings: Settings, tmp_path: Path) -> AsyncIterator[SavingBot]:
    """A running bot with a home folder; its jobs are ended with it."""
    running = SavingBot(with_home(settings, tmp_path))
    await running.start()
    yield running
    await running.end()
