"""Updates are stored before Telegram may forget them."""

import asyncio
import json
import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from telegram import Bot, Update

from bot.store import Store

log = logging.getLogger(__name__)

# Telegram keeps an update for a day; after two none comes a second time.
KEPT_FOR = timedelta(days=2)
BUTTONS_KEPT_FOR = timedelta(days=60)


class Inbox(asyncio.Queue[object]):
    """The queue between the poller and the handlers, with the store behind it.

    The poller acknowledges updates with its next request, which it makes only
    when ``put`` has returned. So an update that was acknowledged is in the store,
    and one whose effect was not committed is handled again after a restart.

    Args:
        admitted: whether an update's sender is known; others leave no row.
    """

    def __init__(
        self, store: Store, admitted: Callable[[Update], bool], now: Callable[[], datetime]
    ) -> None:
        super().__init__()
        self._store = store
        self._admitted = admitted
        self._now = now
        self._in_hand: dict[int, asyncio.Task[None]] = {}

    async def put(self, item: object) -> None:
        """Store an update, then queue it; PTB's own signal to stop just passes."""
        if not isinstance(item, Update):
            await super().put(item)
        elif item.effective_user is not None and self._admitted(item):
            user_id, content = item.effective_user.id, item.to_json()
            with self._store.transaction() as tx:
                new = tx.inbox.put(item.update_id, user_id, content, self._now())
            if new:
                await super().put(item)

    def in_hand(self, update: Update, work: asyncio.Task[None]) -> None:
        """An update's handler ends, its work does not: the update is taken with that."""
        self._in_hand[update.update_id] = work

        def ended(work: asyncio.Task[None]) -> None:
            del self._in_hand[update.update_id]
            if not work.cancelled():
                self.taken(update)

        work.add_done_callback(ended)

    def leave(self) -> None:
        """Break off what is in hand; the next bot begins it anew."""
        for work in self._in_hand.values():
            work.cancel()

    def taken(self, update: Update) -> None:
        """An update was dealt with, with or without an effect."""
        if update.update_id in self._in_hand:
            return
        with self._store.transaction() as tx:
            tx.inbox.take(update.update_id)

    async def restore(self, bot: Bot) -> None:
        """Queue what an earlier bot received and did not get to."""
        with self._store.transaction() as tx:
            tx.inbox.forget_taken(self._now() - KEPT_FOR)
            tx.buttons.forget(self._now() - BUTTONS_KEPT_FOR)
            left = tx.inbox.untaken()
        for content in left:
            update = Update.de_json(json.loads(content), bot)
            log.info("taking up update %d", update.update_id)
            await super().put(update)
