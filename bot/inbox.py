"""Updates are stored before Telegram may forget them."""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from telegram import Bot, Update

from bot.store import Store, StoreError
from bot.waiting import news_or_time

log = logging.getLogger(__name__)

# Telegram keeps an update for a day; after two none comes a second time.
KEPT_FOR = timedelta(days=2)
PAUSE_S = 5.0
BUTTONS_KEPT_FOR = timedelta(days=60)


class Inbox(asyncio.Queue[object]):
    """The queue between the poller and the handlers, with the store behind it.

    The poller acknowledges updates with its next request, which it makes only
    when ``put`` has returned. So an update that was acknowledged is in the store,
    and one whose effect was not committed is handled again after a restart.

    Args:
        admitted: whether an update's sender is known; others leave no row.
        trouble: hears of a store that takes nothing.
    """

    def __init__(
        self,
        store: Store,
        admitted: Callable[[Update], bool],
        now: Callable[[], datetime],
        trouble: Callable[[Exception], Awaitable[None]],
    ) -> None:
        super().__init__()
        self._store = store
        self._admitted = admitted
        self._now = now
        self._trouble = trouble
        self._leaving = asyncio.Event()
        self._in_hand: dict[int, asyncio.Task[None]] = {}

    async def put(self, item: object) -> None:
        """Store an update, then queue it; PTB's own signal to stop just passes."""
        if not isinstance(item, Update) or await self._stored(item):
            await super().put(item)

    async def _stored(self, update: Update) -> bool:
        """Store an update, as soon as that can be done; whether there is anything to do.

        The poller would end for good with an exception; while it waits here, Telegram
        keeps what comes.

        Raises:
            StoreError: the bot ends first; the update was not acknowledged.
        """
        while True:
            try:
                if update.effective_user is None or not self._admitted(update):
                    return False
                user_id, content = update.effective_user.id, update.to_json()
                with self._store.transaction() as tx:
                    return tx.inbox.put(update.update_id, user_id, content, self._now())
            except StoreError as error:
                log.warning("update %d waits: %s", update.update_id, error)
                await self._trouble(error)
                await news_or_time(self._leaving, PAUSE_S)
                if self._leaving.is_set():
                    raise

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
        self._leaving.set()
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
