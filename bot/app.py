"""Wiring: the rooms, put together; the only file that names concrete runners."""

import asyncio
import logging
import os
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from filelock import FileLock, Timeout
from telegram.error import TelegramError

from bot.alarm import Alarm
from bot.cards import Cards
from bot.commands.access import Access
from bot.commands.context import Services
from bot.conversation import Conversation
from bot.data_look import DataLook
from bot.data_lookup import DataLookup
from bot.deadline import Lifetime
from bot.deadline_watch import DeadlineWatch
from bot.digest import Digest
from bot.errors import UserError
from bot.gpu_meter import GpuMeter
from bot.inbox import Inbox
from bot.inspection import Inspection
from bot.job_manager import JobManager
from bot.job_watcher import JobWatcher
from bot.lifeline import Lifeline
from bot.line import Line
from bot.lookout import Lookout, Senses
from bot.loops import Loop, Running, patiently, resting_after, side_by_side, until
from bot.machine import free_ram_bytes, look_at_cpu, up_since
from bot.model_check import ModelCheck
from bot.pace import Pace
from bot.pictures import Pictures
from bot.plots import Plots
from bot.polls import Polls
from bot.rebuilding import open_store, put_back
from bot.received_files import ReceivedFiles
from bot.release import Release
from bot.runners.base import Runner
from bot.runners.local_process import LocalProcess
from bot.runners.warm_start import WarmStart
from bot.sender import Sender
from bot.settings import Settings
from bot.timers import Timers
from bot.vault.home import Home
from bot.vault.keeper import Rhythm, Vault
from bot.vault.large_files import LargeFiles
from bot.vault.opening import open_home
from bot.vault.taking_over import Ways, take_over
from bot.vault.worker import Worker
from training.protocol.spec import Lane

log = logging.getLogger(__name__)

LOOK_INTERVAL_S = 0.5
# While jobs run it is glanced at whether they wrote something: that costs next to nothing.
GLANCES_A_LOOK = 5
TEND_INTERVAL_S = 5.0


@dataclass(frozen=True, slots=True)
class VaultParts:
    """What of the vault a test may want to be different."""

    worker: Worker = field(default_factory=Worker)
    rhythm: Rhythm = field(default_factory=Rhythm)


@dataclass(frozen=True, slots=True)
class Errands:
    """What is asked of processes of their own, and a test may want to be answered faster."""

    plots: Plots = field(default_factory=Plots)
    inspection: Inspection = field(default_factory=Inspection)
    data_look: DataLook = field(default_factory=DataLook)
    model_check: ModelCheck = field(default_factory=ModelCheck)


class FolderInUse(Exception):
    """Another bot works in this work folder; the text says what to do."""


def utc_now() -> datetime:
    """The time, aware, in UTC."""
    return datetime.now(UTC)


class Coltrain:
    """The bot process: everything that runs in it, put together once."""

    def __init__(
        self,
        settings: Settings,
        runner: Runner | None = None,
        now: Callable[[], datetime] = utc_now,
        refused: Callable[[UserError], None] = lambda error: None,
        vault: VaultParts | None = None,
        errands: Errands | None = None,
    ) -> None:
        settings.data.mkdir(parents=True, exist_ok=True)
        self._lock = _locked(settings)
        self._runner = runner = runner or _of_this_machine(settings)
        vault = vault or VaultParts()
        opening = open_home(settings, vault.worker, now())
        self.store = open_store(settings.store_path, settings.work, runner)
        self.access = Access(self.store, settings.telegram_owner_id, now)
        self._vault = (
            Vault(self.store, opening, vault.worker, now, self._changed, vault.rhythm)
            if opening is not None
            else None
        )
        self._lifeline = (
            Lifeline(settings.lifeline_url, self.store) if settings.lifeline_url else None
        )
        self._connected, pace = asyncio.Event(), Pace()
        line = Line(settings, self._polled)
        self._alarm = Alarm(line, pace, settings.work, self._owner_id, self._connected)
        errands = errands or Errands()
        self._sender = Sender(self.store, line, pace, now, Pictures(self.store, errands.plots))
        self._polls = Polls(self.store, now, self._owner_id, self._vault, self._sender.wake)
        lifetime = Lifetime(up_since(), settings.coltrain_lifetime)
        deadline = DeadlineWatch(lifetime, now, saving=opening is not None)
        self._cards = Cards(self.store, line, pace, now, deadline, saving=opening is not None)
        self.jobs = JobManager(
            self.store, runner, settings.work, now, auto_resume=settings.coltrain_auto_resume
        )
        self._watcher = JobWatcher(self.store, self.jobs, runner, now, self._changed, deadline)
        self._digest = Digest(self.store, now, self._sender.wake)
        senses = Senses(self.jobs.awake, GpuMeter().latest)
        self._lookout = Lookout(
            self.store, settings.work, now, senses, self._owner_id, self._sender.wake
        )
        ways = Ways(partial(put_back, self.store, runner), self._watcher.catch_up)
        take_over(self.store, settings.work, now, ways)
        self._release = Release(
            self.store,
            now,
            lifetime.up_since,
            lent=settings.coltrain_release,
            vault=self._vault,
            owner_id=self._owner_id,
        )
        self._services = Services(
            settings=settings,
            store=self.store,
            access=self.access,
            jobs=self.jobs,
            cards=self._cards,
            sender=self._sender,
            pace=pace,
            timers=Timers(self.store, line, pace, settings.work, now),
            deadline=deadline,
            release=self._release,
            data_lookup=DataLookup(
                settings.data_roots, more=[settings.jobs], closed=_closed(settings)
            ),
            received=ReceivedFiles(settings.data),
            large_files=LargeFiles(settings.home),
            inbox=Inbox(self.store, self.access.admitted, now, self._alarm.scarce),
            plots=errands.plots,
            inspection=errands.inspection,
            data_look=errands.data_look,
            model_check=errands.model_check,
            now=now,
            started_at=now(),
            refused=refused,
        )
        self._conversation = Conversation(line, self._services, self._connected)
        # Whether it ended because the machine is to be given back.
        self.released = False
        self._outrun = asyncio.Event()

    async def run(
        self,
        stop: asyncio.Event,
        ready: Callable[[str], None],
        show: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        """Serve until ``stop`` is set; running jobs go on behind it.

        Args:
            ready: called with the bot's user name when commands are answered.
            show: runs beside the bot for whoever watches it.

        Raises:
            TokenRefused: Telegram does not know the token.
        """
        self.jobs.adopt()
        loops = {
            # Jobs are looked after from the first moment: they do not wait for Telegram.
            "job watcher": self._while_newest(self._patiently(self._watch)),
            "telegram": self._while_newest(self._conversation.run(ready)),
            "sender": self._while_newest(self._once_connected(self._sender.run)),
            "cards": self._while_newest(self._once_connected(self._cards.run)),
            "release": self._while_newest(self._patiently(self._give_back)),
            "readiness": self._patiently(self._stay_ready),
            "lookout": self._while_newest(self._patiently(self._lookout.run)),
            "digest": self._while_newest(self._patiently(self._digest.run)),
            "stop": until(stop),
        }
        if self._vault is not None:
            loops["vault"] = self._patiently(partial(self._keep, self._vault))
        if self._lifeline is not None:
            loops["lifeline"] = self._while_newest(self._patiently(self._lifeline.run))
        if show is not None:
            loops["launcher"] = self._patiently(show)
        try:
            # What is being sent is let finish before the line is closed.
            await side_by_side(loops, last="telegram")
        finally:
            if self._vault is not None:
                await self._vault.close()
            self._runner.close()
            self.store.close()
            self._lock.release()

    @property
    def outrun(self) -> bool:
        """Whether a newer launch serves, and this bot rests."""
        return self._outrun.is_set()

    def caught_up(self) -> bool:
        """Whether every update that was received has been dealt with."""
        with self.store.transaction() as tx:
            return not tx.inbox.untaken()

    def settled(self) -> bool:
        """Whether no job is open, and the chats have been told everything."""
        with self.store.transaction() as tx:
            return not (tx.jobs.any_open() or tx.outbox.owed() or tx.cards.unfinished())

    async def _watch(self) -> None:
        while True:
            parts = GLANCES_A_LOOK if self._watcher.look() else 1
            for _ in range(parts):
                await asyncio.sleep(LOOK_INTERVAL_S / parts)
                if self._watcher.stirs():
                    break

    async def _stay_ready(self) -> None:
        """Keep ready what somebody may ask for: a process for a training, the machine's load."""
        while True:
            with self.store.transaction() as tx:
                computing = any(job.spec.lane is Lane.COMPUTE for job in tx.jobs.active())
            self._runner.tend(busy=computing or self.outrun)
            look_at_cpu()
            await asyncio.sleep(TEND_INTERVAL_S)

    async def _keep(self, vault: Vault) -> None:
        """Have copies made; a newer launch ends this one's part, and nobody else's work."""
        newer = await vault.run()
        await vault.close()
        log.warning(
            "%s has started a bot with this token at %s. This one is silent from now on;"
            " jobs that run here go on. To have this one serve again, start it again.",
            newer.host, newer.since,
        )  # fmt: skip
        await self._alarm.outrun(self.store, newer, self._services.now())
        self._outrun.set()
        await asyncio.Event().wait()

    async def _give_back(self) -> None:
        """End the bot when its machine may go; who started it gives the machine back."""
        await self._release.run()
        self.released = True

    async def _once_connected(self, loop: Loop) -> None:
        await self._connected.wait()
        await self._patiently(loop)

    def _patiently(self, loop: Loop) -> Running:
        return patiently(loop, self._alarm.scarce)

    def _while_newest(self, loop: Running) -> Running:
        return resting_after(self._outrun, loop)

    def _changed(self, job_id: int) -> None:
        self._cards.changed(job_id)
        self._sender.wake()
        if self._lifeline is not None:
            self._lifeline.wake()

    def _polled(self, error: TelegramError | None) -> None:
        self._polls.heard(error)

    def _owner_id(self) -> int | None:
        return self.access.owner_id


def _locked(settings: Settings) -> FileLock:
    """Keep a second bot out of the work folder; the lock ends with the process."""
    lock = FileLock(settings.work / "bot.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        raise FolderInUse(
            f"Another Coltrain bot works in {settings.work}. Stop it first, or set COLTRAIN_WORK"
            " to another folder."
        ) from error
    return lock


def _closed(settings: Settings) -> list[Path]:
    """What the bot remembers: users, chats and all, here and in home."""
    here = [settings.store_path, Path(f"{settings.store_path}-wal")]
    return here if settings.home is None else [*here, Home(settings.home).store]


def _of_this_machine(settings: Settings) -> LocalProcess:
    setting = settings.coltrain_warm_start
    warm = None if setting == "off" else WarmStart(free_ram_bytes, early=setting == "early")
    return LocalProcess(environment=_of_jobs(settings), warm=warm)


def _of_jobs(settings: Settings) -> dict[str, str]:
    """The environment that jobs get, less the secrets that the runner leaves out."""
    expected = {"COLTRAIN_EXPECT_GPU": "yes"} if settings.coltrain_expect_gpu else {}
    others = {name: value for name, value in os.environ.items() if name != "COLTRAIN_EXPECT_GPU"}
    return others | expected
