"""One live message a job, edited in place: the latest state wins, nothing queues up."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from telegram import Bot
from telegram.constants import ParseMode

from bot.backoff import Backoff
from bot.delivery import Arrived, Delivery, NotNow, Refused, Uncertain, delivered
from bot.in_flight import InFlight
from bot.job import JobState
from bot.messages import cards as messages
from bot.pace import Pace
from bot.store import Store
from bot.store.cards import Card

log = logging.getLogger(__name__)

SHUT_PAUSE_S = 600.0


class Cards:
    """Keeps the cards of all jobs up to date."""

    def __init__(self, store: Store, bot: Bot, pace: Pace, now: Callable[[], datetime]) -> None:
        self._store = store
        self._bot = bot
        self._pace = pace
        self._now = now
        self._stale: set[int] = set()
        self._wake = asyncio.Event()
        self._in_flight = InFlight()
        self._in_hand: set[int] = set()
        self._backoff = Backoff()

    def changed(self, job_id: int) -> None:
        """A job has something new to show."""
        self._stale.add(job_id)
        self._wake.set()

    async def show(self, job_id: int) -> None:
        """Put up a new job's card at once: it is the reply to the command."""
        await self._refresh(job_id)

    async def run(self) -> None:
        """Edit cards until cancelled, the unfinished ones of an earlier bot among them."""
        with self._store.transaction() as tx:
            self._stale.update(tx.cards.unfinished())
        try:
            while True:
                self._wake.clear()
                wait_s = await self._refresh_due()
                try:
                    await asyncio.wait_for(self._wake.wait(), wait_s)
                except TimeoutError:
                    continue
        finally:
            await self._in_flight.landed()

    async def _refresh_due(self) -> float | None:
        """Refresh the cards whose chats may be edited; seconds until the next may."""
        waits = []
        for job_id in sorted(self._stale - self._in_hand):
            wait_s = self._wait_s(job_id)
            if wait_s <= 0:
                await self._refresh(job_id)
                wait_s = self._wait_s(job_id)
            if job_id in self._stale:
                waits.append(wait_s)
        return max(min(waits), 0.05) if waits else None

    def _wait_s(self, job_id: int) -> float:
        with self._store.transaction() as tx:
            card = tx.cards.find(job_id)
        if card is None:
            return 0.0
        if card.message_id is None:
            return self._pace.send_wait_s(card.chat_id)
        return self._pace.edit_wait_s(card.chat_id)

    async def _refresh(self, job_id: int) -> None:
        if job_id in self._in_hand:
            return
        self._in_hand.add(job_id)
        try:
            await self._in_flight.finish(self._bring_up_to_date(job_id))
        finally:
            self._in_hand.discard(job_id)

    async def _bring_up_to_date(self, job_id: int) -> None:
        self._stale.discard(job_id)
        with self._store.transaction() as tx:
            card, job = tx.cards.find(job_id), tx.jobs.find(job_id)
            if card is None or job is None or card.final:
                return
            records = tx.jobs.epochs(job_id, messages.LATEST_EPOCHS)
            before = [other for other in tx.jobs.queued(job.spec.lane) if other.id < job_id]
        text = messages.card(job, records, self._now(), len(before))
        shown = replace(card, text=text, final=job.state is JobState.ENDED)
        if text == card.text:
            self._save(shown)
        else:
            delivery = await self._edit(shown) if card.message_id else await self._send(shown)
            self._settle(shown, delivery)

    async def _send(self, card: Card) -> Delivery:
        self._pace.sent(card.chat_id)
        return await delivered(
            self._bot.send_message(
                card.chat_id, card.text, parse_mode=ParseMode.HTML, disable_notification=True
            )
        )

    async def _edit(self, card: Card) -> Delivery:
        self._pace.edited(card.chat_id)
        return await delivered(
            self._bot.edit_message_text(
                card.text, card.chat_id, card.message_id, parse_mode=ParseMode.HTML
            )
        )

    def _settle(self, card: Card, delivery: Delivery) -> None:
        match delivery:
            case Arrived(message_id):
                self._backoff.reset()
                self._save(replace(card, message_id=message_id or card.message_id))
            case Refused(error) if "not modified" in error:
                self._save(card)
            case Refused(error) if "to edit not found" in error:
                self._save(replace(card, message_id=None, text="", final=False))
                self.changed(card.job_id)  # the user deleted it: a new one
            case Refused(error, shut=True):
                self._again(card, error, SHUT_PAUSE_S)
            case Refused(error):
                log.error("Telegram refused the card of job %d: %s", card.job_id, error)
            case NotNow(after_s, error):
                self._again(card, error, after_s)
            case Uncertain(error):
                self._again(card, error, None)

    def _again(self, card: Card, error: str, after_s: float | None) -> None:
        wait_s = self._backoff.next_s() if after_s is None else after_s
        log.warning("card of job %d waits %.0f s: %s", card.job_id, wait_s, error)
        self._pace.block(card.chat_id, wait_s)
        self.changed(card.job_id)

    def _save(self, card: Card) -> None:
        with self._store.transaction() as tx:
            tx.cards.save(card)
