"""The bot's end of handing large files over: one at a time, by a process that may hang."""

import asyncio
import logging
import os
from pathlib import Path

from bot.home_copy import HomeTrouble
from bot.vault.wire import Failed, HandedOver, HandOver
from bot.vault.worker import Worker

log = logging.getLogger(__name__)


class HomeRefused(Exception):
    """Home took no copy."""

    def __init__(self, trouble: HomeTrouble) -> None:
        super().__init__(trouble.value)
        self.trouble = trouble


class LargeFiles:
    """Brings files to the home folder, where there is one.

    Args:
        worker: a child process of its own: copies of jobs do not wait for this.
    """

    def __init__(self, home: Path | None, worker: Worker | None = None) -> None:
        self.home = home
        self._worker = worker or Worker()
        self._one = asyncio.Lock()

    async def put(self, source: Path) -> Path:
        """Copy a file to home, and say where it lies there.

        Raises:
            HomeRefused: it does not, and why.
        """
        if self.home is None:
            raise HomeRefused(HomeTrouble.GONE)
        async with self._one:
            request = HandOver(home=self.home, source=os.fsencode(source))
            try:
                report = await asyncio.to_thread(self._worker.ask, request)
            except asyncio.CancelledError:  # the bot ends: the thread would go on
                await asyncio.to_thread(self._worker.close)
                raise
            await asyncio.to_thread(self._worker.rest)
        if isinstance(report, HandedOver):
            return report.path
        log.warning("%r was not copied to home: %s", source, report)
        raise HomeRefused(report.trouble if isinstance(report, Failed) else HomeTrouble.OTHER)
