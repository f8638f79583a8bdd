"""One message for all that came without its sound while a chat was quiet."""

import asyncio
from collections.abc import Callable
from datetime import datetime

from bot.messages import digest as messages
from bot.store import Store

INTERVAL_S = 5.0


class Digest:
    """Sums up a quiet time as soon as it is over.

    What came in it, and that it was summed up, stand in the store: no death of the bot
    loses a digest or sends a second one.

    Args:
        wake: called when there is something to send.
    """

    def __init__(self, store: Store, now: Callable[[], datetime], wake: Callable[[], None]) -> None:
        self._store = store
        self._now = now
        self._wake = wake

    async def run(self) -> None:
        """Look now and then until cancelled."""
        while True:
            await asyncio.sleep(INTERVAL_S)
            self.look()

    def look(self) -> None:
        """Owe each chat that is quiet no longer its digest."""
        now = self._now()
        with self._store.transaction() as tx:
            over = [c for c in tx.outbox.chats_hushed() if not tx.preferences.is_quiet(c, now)]
            for chat_id in over:
                if hushed := tx.outbox.take_hushed(chat_id):
                    with tx.speaking(chat_id):
                        text = messages.digest(hushed, tx.preferences.zone(chat_id))
                    tx.outbox.put(chat_id, text, now)
        if over:
            self._wake()
