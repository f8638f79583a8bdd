"""Keepalive pings, timed by APScheduler through PTB's JobQueue."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from telegram import Bot, Message
from telegram.constants import ParseMode
from telegram.ext import CallbackContext, JobQueue

from bot.delivery import Arrived, Delivery, Moved, NotNow, delivered
from bot.language import speaking
from bot.machine import read_machine
from bot.messages import status as messages
from bot.noise import Kind, Level
from bot.pace import Pace
from bot.preferences import (
    KEEPALIVE_DEFAULT_MINUTES,
    KEEPALIVE_MINUTES,
    KEEPALIVE_OFF,
    LAST_PING,
)
from bot.store import Store

log = logging.getLogger(__name__)


class Timers:
    """Pings each chat with running jobs, silently unless it wants otherwise, in place of the last.

    A ping is worth nothing later: it does not go through the outbox, and one that
    Telegram does not take is dropped.
    """

    def __init__(
        self, store: Store, bot: Bot, pace: Pace, work: Path, now: Callable[[], datetime]
    ) -> None:
        self._store = store
        self._bot = bot
        self._pace = pace
        self._work = work
        self._now = now
        self._started_at = now()
        self._queue: JobQueue[Any] | None = None

    def start(self, queue: JobQueue[Any]) -> None:
        """Begin timing, for the chats of jobs that an earlier bot started first."""
        self._queue = queue
        with self._store.transaction() as tx:
            chat_ids = {job.origin.chat_id for job in (*tx.jobs.active(), *tx.jobs.queued())}
        for chat_id in chat_ids:
            self.ensure_keepalive(chat_id)

    def ensure_keepalive(self, chat_id: int) -> None:
        """Time a chat that is not timed yet, with what it has chosen."""
        if self._queue is None or self._queue.get_jobs_by_name(_name(chat_id)):
            return
        with self._store.transaction() as tx:
            minutes = tx.preferences.get(chat_id, KEEPALIVE_MINUTES, KEEPALIVE_DEFAULT_MINUTES)
        self.set_keepalive(chat_id, minutes)

    def set_keepalive(self, chat_id: int, minutes: int) -> None:
        """Ping a chat this often from now on, or not at all."""
        if self._queue is None:
            return
        for timer in self._queue.get_jobs_by_name(_name(chat_id)):
            timer.schedule_removal()
        if minutes != KEEPALIVE_OFF:
            self._queue.run_repeating(
                self._tick,
                interval=timedelta(minutes=minutes),
                chat_id=chat_id,
                name=_name(chat_id),
                # APScheduler skips a tick that is a second late unless told otherwise.
                job_kwargs={"misfire_grace_time": None, "coalesce": True},
            )

    async def ping(self, chat_id: int) -> bool:
        """Send one ping if a job of the chat runs.

        Returns:
            Whether one arrived.
        """
        with self._store.transaction() as tx:
            running = [job for job in tx.jobs.active() if job.origin.chat_id == chat_id]
            before = tx.preferences.get(chat_id, LAST_PING, 0)
            level = tx.preferences.level(chat_id, Kind.PINGS)
            silent = level is Level.SILENT or tx.preferences.is_quiet(chat_id, self._now())
            language = tx.preferences.language(chat_id)
        if not running or level is Level.OFF or self._pace.blocked(chat_id):
            return False
        machine = await asyncio.to_thread(read_machine, self._work)
        now = self._now()
        uptime_s = (now - self._started_at).total_seconds()
        with speaking(language):
            text = messages.ping(running, machine, uptime_s, now)
        async with self._pace.turn(chat_id):
            return not self._pace.blocked(chat_id) and await self._replace(
                chat_id, text, before, silent=silent
            )

    async def _replace(self, chat_id: int, text: str, before: int, *, silent: bool) -> bool:
        """Send a ping and delete the one before."""
        self._pace.sent(chat_id)
        delivery = await self._obeyed(
            chat_id,
            self._bot.send_message(
                chat_id, text, parse_mode=ParseMode.HTML, disable_notification=silent
            ),
        )
        if not isinstance(delivery, Arrived) or delivery.message_id is None:
            log.warning("no ping to chat %d: %s", chat_id, delivery)
            return False
        with self._store.transaction() as tx:
            tx.preferences.put(chat_id, LAST_PING, delivery.message_id)
        if before:
            await self._obeyed(chat_id, self._bot.delete_message(chat_id, before))
        return True

    async def _obeyed(self, chat_id: int, call: Awaitable[Message | bool]) -> Delivery:
        """What became of a call; where it was told to wait, the chat is left alone."""
        delivery = await delivered(call)
        if isinstance(delivery, NotNow) and delivery.after_s is not None:
            self._pace.block(chat_id, delivery.after_s)
        if isinstance(delivery, Moved):
            with self._store.transaction() as tx:
                tx.moving.move(chat_id, delivery.chat_id)
            self.ensure_keepalive(delivery.chat_id)
        return delivery

    async def _tick(self, context: CallbackContext[Any, Any, Any, Any]) -> None:
        if context.job is not None and context.job.chat_id is not None:
            await self.ping(context.job.chat_id)


def _name(chat_id: int) -> str:
    return f"keepalive {chat_id}"
