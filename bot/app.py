"""Wiring: the rooms, put together; the only file that names concrete runners."""

import asyncio
import contextlib
import errno
import logging
import os
import shutil
import socket
import time
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import Any

from filelock import FileLock, Timeout
from telegram import BotCommand, Update
from telegram.constants import ParseMode
from telegram.error import Conflict, InvalidToken, TelegramError
from telegram.ext import (
    Application,
    ApplicationBuilder,
    CallbackQueryHandler,
    CommandHandler,
    ContextTypes,
    MessageHandler,
    TypeHandler,
    filters,
)

from bot.backoff import Backoff
from bot.cards import Cards
from bot.commands.access import Access
from bot.commands.context import Context, Services
from bot.commands.failures import on_error
from bot.commands.registry import COMMANDS, anything_else, press
from bot.conflict import ConflictWatch
from bot.data_lookup import DataLookup
from bot.deadline import Lifetime
from bot.deadline_watch import DeadlineWatch
from bot.delivery import Arrived, delivered
from bot.errors import UserError
from bot.inbox import Inbox
from bot.job_manager import JobManager
from bot.job_watcher import JobWatcher
from bot.lifeline import Lifeline
from bot.line import Line
from bot.machine import up_since
from bot.messages import conflicts, replies
from bot.messages import vault as vault_messages
from bot.messages.clock import clock
from bot.messages.help import HELP
from bot.pace import Pace
from bot.plots import Plots
from bot.rebuilding import open_store, put_back
from bot.release import Release
from bot.runners.base import Runner
from bot.runners.local_process import LocalProcess
from bot.sender import Sender
from bot.settings import Settings
from bot.store import StoreError
from bot.timers import Timers
from bot.vault.keeper import Rhythm, Vault
from bot.vault.opening import open_home
from bot.vault.taking_over import Ways, take_over
from bot.vault.wire import Launch
from bot.vault.worker import Worker

log = logging.getLogger(__name__)

LOOK_INTERVAL_S = 0.5
STORE_PAUSE_S = 5.0
TROUBLE_PAUSE_S = 3_600.0
# What a machine lacks for a while: files, room, a disk that can be written.
SCARCE = {
    errno.EMFILE,
    errno.ENFILE,
    errno.ENOSPC,
    errno.EDQUOT,
    errno.EROFS,
    errno.EIO,
    errno.ENOMEM,
}
POLL_TIMEOUT_S = 25
LAST_WORD_S = 5.0


@dataclass(frozen=True, slots=True)
class VaultParts:
    """What of the vault a test may want to be different."""

    worker: Worker = field(default_factory=Worker)
    rhythm: Rhythm = field(default_factory=Rhythm)


PtbApplication = Application[Any, Any, Any, Any, Any, Any]


class TokenRefused(Exception):
    """Telegram does not know the token."""


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
    ) -> None:
        settings.data.mkdir(parents=True, exist_ok=True)
        self._lock = _locked(settings)
        runner = runner or LocalProcess(environment=_of_jobs(settings))
        vault = vault or VaultParts()
        opening = open_home(settings, vault.worker, now())
        self.store = open_store(settings.store_path, settings.work, runner)
        self.access = Access(self.store, settings.telegram_owner_id, now)
        self._inbox = Inbox(self.store, self.access.admitted, now, self._say_trouble)
        self._application = _application(Line(settings, self._polled), self._inbox)
        bot, pace = self._application.bot, Pace()
        self._sender = Sender(self.store, bot, pace, now)
        lifetime = Lifetime(up_since(), settings.coltrain_lifetime)
        deadline = DeadlineWatch(lifetime, now, saving=opening is not None)
        self._cards = Cards(self.store, bot, pace, now, deadline, saving=opening is not None)
        self.jobs = JobManager(
            self.store, runner, settings.work, now, auto_resume=settings.coltrain_auto_resume
        )
        self._watcher = JobWatcher(self.store, self.jobs, runner, now, self._changed, deadline)
        ways = Ways(partial(put_back, self.store, runner), self._watcher.catch_up)
        take_over(self.store, settings.work, now, ways)
        self.timers = Timers(self.store, bot, pace, settings.work, now)
        self._vault = (
            Vault(self.store, opening, vault.worker, now, self._changed, vault.rhythm)
            if opening is not None
            else None
        )
        self._lifeline = (
            Lifeline(settings.lifeline_url, self.store) if settings.lifeline_url else None
        )
        self._release = Release(
            self.store,
            now,
            lifetime.up_since,
            lent=settings.coltrain_release,
            vault=self._vault,
            owner_id=lambda: self.access.owner_id,
        )
        self._services = Services(
            settings=settings,
            store=self.store,
            access=self.access,
            jobs=self.jobs,
            cards=self._cards,
            sender=self._sender,
            pace=pace,
            timers=self.timers,
            deadline=deadline,
            release=self._release,
            data_lookup=DataLookup(settings.data_roots),
            inbox=self._inbox,
            plots=Plots(),
            now=now,
            started_at=now(),
            refused=refused,
        )
        # Whether it ended because the machine is to be given back.
        self.released = False
        self._outrun = asyncio.Event()
        self._connected = asyncio.Event()
        self._conflict = ConflictWatch(now)
        self._trouble_again_at = 0.0
        self._add_handlers()

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
            "telegram": self._while_newest(self._talk(ready)),
            "sender": self._while_newest(self._once_connected(self._sender.run)),
            "cards": self._while_newest(self._once_connected(self._cards.run)),
            "vault": self._patiently(self._keep),
            "lifeline": self._while_newest(self._patiently(self._give_signs_of_life)),
            "release": self._while_newest(self._patiently(self._give_back)),
            "stop": _until(stop),
        }
        if show is not None:
            loops["launcher"] = self._patiently(show)
        tasks = [asyncio.create_task(loop, name=name) for name, loop in loops.items()]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()  # a loop that died takes the bot down, loudly
        finally:
            # What is being sent is let finish before the line is closed.
            for tasks_now in ([t for t in tasks if t.get_name() != "telegram"], tasks):
                for task in tasks_now:
                    task.cancel()
                await asyncio.gather(*tasks_now, return_exceptions=True)
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
            open_jobs = (*tx.jobs.active(), *tx.jobs.queued())
            return not (open_jobs or tx.outbox.owed() or tx.cards.unfinished())

    def _add_handlers(self) -> None:
        application = self._application
        application.bot_data["services"] = self._services
        ours = filters.UpdateType.MESSAGE & ~filters.FORWARDED
        for command in COMMANDS:
            application.add_handler(CommandHandler(command.name, command, ours))
        application.add_handler(CallbackQueryHandler(press))
        private = ours & filters.ChatType.PRIVATE & ~filters.StatusUpdate.ALL
        application.add_handler(MessageHandler(private, anything_else))
        application.add_handler(TypeHandler(Update, self._taken), group=1)
        application.add_error_handler(on_error)

    async def _taken(self, update: Update, context: Context) -> None:
        """After the handlers: the update needs no second look after a restart."""
        self._inbox.taken(update)

    async def _watch(self) -> None:
        while True:
            self._watcher.look()
            await asyncio.sleep(LOOK_INTERVAL_S)

    async def _patiently(self, loop: Callable[[], Awaitable[None]]) -> None:
        """Run a loop; while the machine lacks something it waits instead of dying."""
        while True:
            try:
                return await loop()
            except (StoreError, OSError) as error:
                if isinstance(error, OSError) and error.errno not in SCARCE:
                    raise
                log.warning("%s", error)
                await self._say_trouble(error)
                await asyncio.sleep(STORE_PAUSE_S)

    async def _say_trouble(self, error: Exception) -> None:
        """Tell the owner, past the outbox, that nothing can be written down; not too often."""
        owner_id, now = self.access.owner_id, time.monotonic()
        if now < self._trouble_again_at or owner_id is None or not self._connected.is_set():
            return
        self._trouble_again_at = now + TROUBLE_PAUSE_S
        if isinstance(error, OSError) and error.errno in (errno.EMFILE, errno.ENFILE):
            text = replies.too_many_files()
        else:
            disk = shutil.disk_usage(self._services.settings.work)
            text = replies.store_trouble(disk.free, disk.total)
        delivery = await delivered(self._application.bot.send_message(owner_id, text))
        if not isinstance(delivery, Arrived):
            self._trouble_again_at = 0.0

    async def _keep(self) -> None:
        """Have copies made; a newer launch ends this one's part, and nobody else's work."""
        if self._vault is not None:
            newer = await self._vault.run()
            log.warning(
                "%s has started a bot with this token at %s. This one is silent from now on;"
                " jobs that run here go on. To have this one serve again, start it again.",
                newer.host, newer.since,
            )  # fmt: skip
            await self._say_outrun(newer)
            self._outrun.set()
        await asyncio.Event().wait()

    async def _give_signs_of_life(self) -> None:
        if self._lifeline is not None:
            await self._lifeline.run()
        await asyncio.Event().wait()

    async def _say_outrun(self, newer: Launch) -> None:
        """Tell the owner once, past the outbox: what is owed is the newer launch's to say."""
        owner_id = self.access.owner_id
        if owner_id is None or not self._connected.is_set():
            return
        with self.store.transaction() as tx:
            running, zone = tx.jobs.active(), tx.preferences.zone(owner_id)
        since, here = clock(newer.since, zone, self._services.now()), socket.gethostname()
        text = vault_messages.outrun(newer.host, since, here, running)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(LAST_WORD_S):
                await delivered(
                    self._application.bot.send_message(owner_id, text, parse_mode=ParseMode.HTML)
                )

    async def _give_back(self) -> None:
        """End the bot when its machine may go; who started it gives the machine back."""
        await self._release.run()
        self.released = True

    async def _while_newest(self, loop: Coroutine[Any, Any, None]) -> None:
        """Run a loop until a newer launch has taken over; then rest."""
        tasks = [asyncio.create_task(work) for work in (loop, _until(self._outrun))]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            if tasks[0].done():
                return tasks[0].result()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.Event().wait()
        return None

    def _changed(self, job_id: int) -> None:
        self._cards.changed(job_id)
        self._sender.wake()
        if self._lifeline is not None:
            self._lifeline.wake()

    async def _once_connected(self, loop: Callable[[], Awaitable[None]]) -> None:
        await self._connected.wait()
        await self._patiently(loop)

    async def _talk(self, ready: Callable[[str], None]) -> None:
        application = self._application
        await self._connect()
        try:
            await application.start()
            await self._inbox.restore(application.bot)
            await self._publish_commands()
            if application.job_queue is not None:
                self.timers.start(application.job_queue)
            if application.updater is not None:
                await application.updater.start_polling(
                    timeout=POLL_TIMEOUT_S,
                    bootstrap_retries=-1,
                    allowed_updates=[Update.MESSAGE, Update.CALLBACK_QUERY],
                )
            self._connected.set()
            ready(application.bot.username)
            await asyncio.Event().wait()
        finally:
            await self._hang_up()

    async def _connect(self) -> None:
        backoff = Backoff()
        while True:
            try:
                await self._application.initialize()
            except InvalidToken as error:
                raise TokenRefused from error
            except TelegramError as error:
                wait_s = backoff.next_s()
                log.warning("Telegram does not answer (%s); again in %.0f s", error, wait_s)
                await asyncio.sleep(wait_s)
            else:
                return

    async def _publish_commands(self) -> None:
        menu = [BotCommand(command.name, HELP[command.name].summary) for command in COMMANDS]
        try:
            await self._application.bot.set_my_commands(menu)
        except TelegramError as error:
            log.warning("the command menu could not be set: %s", error)

    def _polled(self, error: TelegramError | None) -> None:
        """A poll was answered, or failed."""
        match error:
            case None if self._conflict.passed():
                log.warning("no other bot polls with this token any more")
                self._tell_owner(conflicts.over())
            case Conflict() if self._conflict.struck():
                log.warning("another bot polls with this token: %s", error)
                other = self._vault.other if self._vault is not None else None
                self._tell_owner(conflicts.two_bots(other.host if other is not None else None))
                if self._vault is not None:
                    self._vault.look_now()
            case InvalidToken():
                log.error(
                    "Telegram refuses the token. Jobs go on, and nobody can be told. If"
                    " @BotFather gave out a new one, start the bot again with it."
                )
            case TelegramError() if not isinstance(error, Conflict):
                log.warning("polling: %s", error)

    def _tell_owner(self, text: str) -> None:
        if (owner_id := self.access.owner_id) is not None:
            with self.store.transaction() as tx:
                tx.outbox.put(owner_id, text, self._services.now())
            self._sender.wake()

    async def _hang_up(self) -> None:
        application = self._application
        self._inbox.leave()
        with contextlib.suppress(TelegramError):
            if application.updater is not None and application.updater.running:
                await application.updater.stop()
            if application.running:
                await application.stop()
            await application.shutdown()


async def _until(stop: asyncio.Event) -> None:
    await stop.wait()


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


def _of_jobs(settings: Settings) -> dict[str, str]:
    """The environment that jobs get, less the secrets that the runner leaves out."""
    expected = {"COLTRAIN_EXPECT_GPU": "yes"} if settings.coltrain_expect_gpu else {}
    others = {name: value for name, value in os.environ.items() if name != "COLTRAIN_EXPECT_GPU"}
    return others | expected


def _application(line: Line, inbox: Inbox) -> PtbApplication:
    builder = ApplicationBuilder().bot(line).update_queue(inbox)
    return builder.context_types(ContextTypes(context=Context)).build()
