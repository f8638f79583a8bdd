"""A training of 13 hours on machines that live for 12: the whole bot, in virtual time."""

import asyncio
import shutil
from collections.abc import Callable, Coroutine, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np

from bot import app, release
from bot.app import VaultParts
from bot.job import Job
from bot.vault.keeper import Rhythm
from emulator import human
from emulator.human import Act
from emulator.objects import Message
from tests import virtual_time
from tests.bots import OWNER
from tests.faults.virtual_scene import VirtualScene, virtual_scene
from tests.scripted_runner import ScriptedRunner, Step
from tests.virtual_time import VirtualLoop
from training.checkpoint import CheckpointStore, Snapshot
from training.protocol.control import StopMode, read_control
from training.protocol.events import (
    CheckpointSaved,
    EpochEnded,
    Progressed,
    Resumed,
    RunStarted,
    RunStopped,
    RunSucceeded,
)
from training.protocol.folder import JobFolder
from training.protocol.spec import Spec, TrainSpec

HOUR_S = 3_600.0
LIFE_HOURS = 12
EPOCH_S, EPOCHS = 600.0, 78  # 13 hours
AWAY_S = 1_800.0
CALM = Rhythm(look_s=60.0, renew_s=3_600.0, store_s=3_600.0, patience_s=600.0)
MADE_WITH = "a script"


class MortalScene(VirtualScene):
    """A bot on a lent machine, whose clock began when it came up, with a home folder."""

    step_s = 60.0

    def __init__(self, loop: VirtualLoop, folder: Path, script: object) -> None:
        super().__init__(loop, folder, self.train)
        self.settings = self.settings.model_copy(
            update={
                "coltrain_home": self.drive / "coltrain",
                "coltrain_lifetime": LIFE_HOURS,
                "coltrain_release": True,
            }
        )
        self.up_since: datetime = loop.now()

    async def start(self) -> None:
        """A launch on this machine."""
        app.up_since = lambda: self.up_since
        await super().start()

    def vault(self) -> VaultParts:
        """The real one, which looks less often."""
        return VaultParts(rhythm=CALM)

    async def lose_machine(self) -> None:
        """Bot and jobs are gone at once, and the disk with them."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks = []
        shutil.rmtree(self.settings.work)

    async def launch(self) -> None:
        """The notebook is run again: a new machine."""
        self.up_since = self.loop.now()
        self.runner = ScriptedRunner(self.train, self.loop.now)
        self._stop = asyncio.Event()
        await self.start()

    def job(self) -> Job:
        """The one job."""
        with self.coltrain.store.transaction() as tx:
            return tx.jobs.get(1)

    def saved_epoch(self) -> int:
        """Up to where it is in the home folder."""
        with self.coltrain.store.transaction() as tx:
            return tx.copies.find(1).epoch or 0

    @property
    def ended(self) -> bool:
        """Whether the bot has ended by itself."""
        return all(task.done() for task in self._tasks)

    def said(self, words: str) -> list[Message]:
        """The bot's messages with these words."""
        return [m for m in self.from_bot(OWNER) if words in m.body.text]

    def press(self, message: Message, label: str) -> None:
        """Press the button of a message whose label begins so."""
        keys = [key for row in (message.markup or {})["inline_keyboard"] for key in row]
        (data,) = [key["callback_data"] for key in keys if key["text"].startswith(label)]
        human.press(self.world, Act(OWNER, OWNER), message.message_id, data)

    def train(self, spec: Spec, run: int) -> Iterator[Step]:
        """Count epochs; the checkpoint is the list of those done, so that none can be left out."""
        assert isinstance(spec, TrainSpec)
        folder = JobFolder.of(self.settings.work, 1)
        checkpoints = CheckpointStore(folder.checkpoint, MADE_WITH)
        yield Step(0, RunStarted(pid=run))
        done: tuple[int, ...] = ()
        for checkpoint in checkpoints.newest_first()[:1]:
            done = tuple(int(epoch) for epoch in checkpoints.read(checkpoint).state["done"])
            yield Step(1, Resumed(epoch=len(done)))
        elapsed_s = 5.0
        while True:
            control = read_control(folder, run)
            epochs = control.epochs or spec.epochs
            if len(done) >= epochs:
                break
            if control.last_epoch == len(done):
                yield Step(elapsed_s, RunStopped(mode=StopMode.AFTER_EPOCH))
                return
            epoch = len(done) + 1
            half = Progressed(done=1, total=2, unit="steps", epoch=epoch, epochs=epochs)
            yield Step(elapsed_s + EPOCH_S / 2, half)
            elapsed_s += EPOCH_S
            metrics = {"loss": 1 / epoch, "accuracy": 1 - 0.5 / epoch}
            yield Step(
                elapsed_s,
                EpochEnded(epoch=epoch, epochs=epochs, seconds=EPOCH_S, metrics=metrics),
            )
            done = (*done, epoch)
            checkpoints.save(Snapshot(epoch, 0, EPOCH_S, (), {"done": np.array(done)}))
            yield Step(elapsed_s, CheckpointSaved(epoch=epoch))
        assert done == tuple(range(1, len(done) + 1))
        result = {"epochs": len(done), "test_loss": 0.02, "test_accuracy": 0.99}
        yield Step(elapsed_s + 1, RunSucceeded(seconds=elapsed_s, result=result))


def live(folder: Path, life: Callable[[MortalScene], Coroutine[Any, Any, None]]) -> None:
    """Play a life, quickly."""

    async def played(loop: VirtualLoop) -> None:
        async with virtual_scene(loop, folder, lambda *_: iter(()), MortalScene) as scene:
            await life(scene)
            assert not scene.errors.messages

    before = (app.up_since, release.IDLE_INTERVAL_S)
    release.IDLE_INTERVAL_S = 60.0
    try:
        virtual_time.run(played)
    finally:
        app.up_since, release.IDLE_INTERVAL_S = before
