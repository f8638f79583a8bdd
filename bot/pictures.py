"""The pictures that go with notifications: drawn in time, or left out."""

import asyncio
import logging

from bot.errand import NoAnswer
from bot.messages import curves
from bot.plots import Plots
from bot.preferences import PLOT_DARK
from bot.store import Notification, Store

log = logging.getLogger(__name__)

LIMIT_S = 10.0
# A picture that was tried so often may be what is in the way.
MOST_ATTEMPTS = 3


class Pictures:
    """Draws each picture once and keeps it until its notification has arrived.

    A notification must never wait long for its picture, nor be lost for it: what is
    not drawn in time, or what Telegram does not take, goes without.

    Args:
        limit_s: how long a drawing may take.
    """

    def __init__(self, store: Store, plots: Plots, limit_s: float = LIMIT_S) -> None:
        self._store = store
        self._plots = plots
        self._limit_s = limit_s
        self._ready: dict[int, bytes | None] = {}

    async def prepare(self, notification: Notification | None) -> None:
        """Draw what goes with a notification that is about to be sent."""
        if notification is None or notification.plot_of is None or notification.id in self._ready:
            return
        picture = None
        if notification.attempts < MOST_ATTEMPTS:
            picture = await self._drawn(notification.plot_of, notification.chat_id)
        self._ready[notification.id] = picture

    def of(self, notification: Notification) -> bytes | None:
        """The picture of a notification; none where it goes without."""
        return self._ready.get(notification.id)

    def spoil(self, notification: Notification) -> None:
        """Let a notification go without its picture from now on."""
        self._ready[notification.id] = None

    def forget(self, notification: Notification) -> None:
        """The notification has gone its way."""
        self._ready.pop(notification.id, None)

    async def _drawn(self, job_id: int, chat_id: int) -> bytes | None:
        with self._store.transaction() as tx:
            job, records = tx.jobs.find(job_id), tx.jobs.epochs(job_id)
            dark = tx.preferences.get(chat_id, PLOT_DARK, default=False)
        if job is None or not records:
            return None
        try:
            async with asyncio.timeout(self._limit_s):
                return await self._plots.draw(curves.plot([(job, records)], dark=dark))
        except (NoAnswer, TimeoutError, OSError) as error:
            log.warning("no picture for job %d: %s", job_id, error or "not drawn in time")
            return None
