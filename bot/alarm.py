"""What the owner is told past the outbox, which takes nothing or is another launch's by now.

Where the store cannot be opened nobody knows the owner's language, and it is said in English.
"""

import asyncio
import contextlib
import errno
import shutil
import socket
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from telegram import Bot
from telegram.constants import ParseMode

from bot.delivery import Arrived
from bot.messages import replies, vault
from bot.messages.clock import clock
from bot.pace import Pace
from bot.store import Store
from bot.turns import in_turn
from bot.vault.wire import Launch

TROUBLE_PAUSE_S = 3_600.0
LAST_WORD_S = 5.0


class Alarm:
    """Tells the owner at once, or not at all.

    Args:
        owner_id: who that is; none where nobody owns the bot yet.
        connected: set once there is a line to Telegram.
    """

    def __init__(
        self,
        bot: Bot,
        pace: Pace,
        work: Path,
        owner_id: Callable[[], int | None],
        connected: asyncio.Event,
    ) -> None:
        self._bot = bot
        self._pace = pace
        self._work = work
        self._owner_id = owner_id
        self._connected = connected
        self._trouble_again_at = 0.0

    async def scarce(self, error: Exception) -> None:
        """Nothing can be written down, for want of files or room; said not too often."""
        now = time.monotonic()
        if now < self._trouble_again_at:
            return
        self._trouble_again_at = now + TROUBLE_PAUSE_S
        if isinstance(error, OSError) and error.errno in (errno.EMFILE, errno.ENFILE):
            text = replies.too_many_files()
        else:
            disk = shutil.disk_usage(self._work)
            text = replies.store_trouble(disk.free, disk.total)
        if not await self._say(text):
            self._trouble_again_at = 0.0

    async def outrun(self, store: Store, newer: Launch, now: datetime) -> None:
        """A newer launch serves: what is owed is that one's to say, and this is the last word."""
        owner_id = self._owner_id()
        if owner_id is None:
            return
        with store.transaction() as tx:
            running, zone = tx.jobs.active(), tx.preferences.zone(owner_id)
            with tx.speaking(owner_id):
                since = clock(newer.since, zone, now)
                text = vault.outrun(newer.host, since, socket.gethostname(), running)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(LAST_WORD_S):
                await self._say(text)

    async def _say(self, text: str) -> bool:
        owner_id = self._owner_id()
        if owner_id is None or not self._connected.is_set():
            return False
        delivery = await in_turn(
            self._pace,
            owner_id,
            lambda: self._bot.send_message(owner_id, text, parse_mode=ParseMode.HTML),
        )
        return isinstance(delivery, Arrived)
