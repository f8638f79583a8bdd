"""One live message a job, edited in place: the latest state wins, nothing queues up."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from telegram import Bot
from telegram.constants import ParseMode

from bot.backoff import Backoff
from bot.button import Keyboard, lasting
from bot.deadline_watch import DeadlineWatch
from bot.delivery import Arrived, Delivery, Moved, NotNow, Refused, Uncertain, delivered
from bot.gpu_meter import GpuMeter
from bot.in_flight import InFlight
from bot.inline_keyboard import inline_keyboard
from bot.job import Job, JobState
from bot.language import speaking
from bot.messages import card_keys, deadline, repeats, vault
from bot.messages import cards as messages
from bot.messages.cards import Surroundings
from bot.pace import Pace
from bot.preferences import CARD_MORE
from bot.store import Store, Transaction
from bot.store.cards import Card
from bot.waiting import news_or_time

log = logging.getLogger(__name__)

SHUT_PAUSE_S = 600.0


class Cards:
    """Keeps the cards of all jobs up to date.

    Args:
        saving: whether there is a home folder; then a card also says how far its
            job's copy is, and is not finished before that has the job's end.
    """

    def __init__(
        self,
        store: Store,
        bot: Bot,
        pace: Pace,
        now: Callable[[], datetime],
        deadline: DeadlineWatch,
        *,
        saving: bool = False,
    ) -> None:
        self._saving = saving
        self._store = store
        self._bot = bot
        self._pace = pace
        self._now = now
        self._deadline = deadline
        self._gpus = GpuMeter()
        self._asking: set[int] = set()
        self._stale: set[int] = set()
        self._wake = asyncio.Event()
        self._in_flight = InFlight()
        self._refreshing: dict[int, asyncio.Task[None]] = {}
        self._backoff = Backoff()

    def changed(self, job_id: int) -> None:
        """A job has something new to show."""
        self._stale.add(job_id)
        self._wake.set()

    def wake(self) -> None:
        """Look again whose cards may be edited: a chat that was shut may be open."""
        self._wake.set()

    async def show(self, job_id: int) -> None:
        """Bring a card up to date at once: somebody waits for it.

        It is the reply to the command that made the job, or to a press of a button.
        """
        await self._in_flight.finish(self._bring_up_to_date(job_id, at_once=True))

    async def ask(self, job_id: int, *, asking: bool) -> None:
        """Have a card ask how the job shall stop, or ask no more."""
        with self._store.transaction() as tx:
            job = tx.jobs.find(job_id)
        may_ask = asking and job is not None and job.state is not JobState.ENDED
        (self._asking.add if may_ask else self._asking.discard)(job_id)
        await self.show(job_id)

    async def run(self) -> None:
        """Edit cards until cancelled, the unfinished ones of an earlier bot among them."""
        with self._store.transaction() as tx:
            self._stale.update(tx.cards.unfinished())
        try:
            while True:
                self._wake.clear()
                await news_or_time(self._wake, self._start_due())
        finally:
            for task in self._refreshing.values():
                task.cancel()
            self._refreshing.clear()  # the loop may be begun anew, with tasks of its own
            await self._in_flight.landed()

    def _start_due(self) -> float | None:
        """Refresh the cards whose chats may be edited, a task a card; seconds until the next may.

        So a call that hangs delays no other chat's card.
        """
        for job_id, task in list(self._refreshing.items()):
            if task.done():
                del self._refreshing[job_id]
                task.result()  # a bug in a card must not pass in silence
        waits = []
        for job_id in sorted(self._stale - self._refreshing.keys()):
            if (wait_s := self._wait_s(job_id)) > 0:
                waits.append(wait_s)
            else:
                task = asyncio.create_task(self._refresh(job_id), name=f"card of job {job_id}")
                task.add_done_callback(lambda _: self._wake.set())
                self._refreshing[job_id] = task
        return min(waits, default=None)

    async def _refresh(self, job_id: int) -> None:
        await self._in_flight.finish(self._bring_up_to_date(job_id, at_once=False))

    def _wait_s(self, job_id: int) -> float:
        with self._store.transaction() as tx:
            card = tx.cards.find(job_id)
        if card is None:
            return 0.0
        if card.message_id is None:
            return self._pace.send_wait_s(card.chat_id)
        return self._pace.edit_wait_s(card.chat_id)

    async def _bring_up_to_date(self, job_id: int, *, at_once: bool) -> None:
        self._stale.discard(job_id)
        with self._store.transaction() as tx:
            card = tx.cards.find(job_id)
            if card is None or card.final:
                return
            language = tx.preferences.language(card.chat_id)
        async with self._pace.turn(card.chat_id):
            # Whoever had the turn before may have been told to wait, or may just have edited.
            paced = not at_once and self._wait_s(job_id) > 0
            if paced or self._pace.blocked(card.chat_id):
                self.changed(job_id)
            else:
                with speaking(language):
                    await self._show_latest(job_id)

    async def _show_latest(self, job_id: int) -> None:
        with self._store.transaction() as tx:
            card, job = tx.cards.find(job_id), tx.jobs.find(job_id)
            if card is None or job is None or card.final:
                return
            records = tx.jobs.epochs(job_id, messages.LATEST_EPOCHS)
            before = [other for other in tx.jobs.queued_ids(job.spec.lane) if other < job_id]
            copy, home = tx.copies.find(job_id), tx.copies.home()
            around = Surroundings(
                ahead=len(before),
                saved=vault.saved_line(job, copy, home) if self._saving else None,
                life=self._life(tx, job),
                gpus=self._gpus.latest() if job.active else (),
                zone=tx.preferences.zone(card.chat_id),
                more=tx.preferences.get(card.chat_id, CARD_MORE, default=False),
            )
        text = messages.card(job, records, self._now(), around)
        if _perhaps_twice(card):
            text = repeats.maybe_a_repeat(text)
        told = not self._saving or copy.ended_run == job.run
        ended = job.state is JobState.ENDED
        keyboard = self._keyboard(job, more=around.more, curves=bool(records))
        shown = replace(card, text=text, final=ended and told, keyboard=keyboard)
        if card.message_id is None:
            await self._put_up(shown, card)
        elif (text, keyboard) == (card.text, card.keyboard):
            self._save(shown, card)
        else:
            self._settle(shown, card, await self._edit(shown))

    def _keyboard(self, job: Job, *, more: bool, curves: bool) -> Keyboard | None:
        if job.state is JobState.ENDED:
            self._asking.discard(job.id)
        asking = job.id in self._asking
        return lasting(card_keys.rows(job, asking=asking, more=more, curves=curves)) or None

    def _life(self, tx: Transaction, job: Job) -> str | None:
        """What a running job's card says about the end of its machine."""
        if not job.active:
            return None
        zone, found = tx.preferences.zone(job.origin.chat_id), self._deadline.outlook(tx, job)
        outlook = found and deadline.outlook(found, zone, self._now())
        return outlook or deadline.life(self._deadline.lifetime, zone, self._now())

    async def _put_up(self, shown: Card, card: Card) -> None:
        """Send the first version; before that the store knows that it may have arrived."""
        attempted = replace(card, text=shown.text, keyboard=shown.keyboard)
        self._save(attempted, card)
        delivery = await self._send(shown)
        if isinstance(delivery, NotNow | Refused | Moved):
            self._save(card, attempted)
            attempted = card
        self._settle(shown, attempted, delivery)

    async def _send(self, card: Card) -> Delivery:
        self._pace.sent(card.chat_id)
        return await delivered(
            self._bot.send_message(
                card.chat_id,
                card.text,
                parse_mode=ParseMode.HTML,
                disable_notification=True,
                reply_markup=inline_keyboard(card.keyboard),
            )
        )

    async def _edit(self, card: Card) -> Delivery:
        self._pace.edited(card.chat_id)
        return await delivered(
            self._bot.edit_message_text(
                card.text,
                card.chat_id,
                card.message_id,
                parse_mode=ParseMode.HTML,
                reply_markup=inline_keyboard(card.keyboard),
            )
        )

    def _settle(self, card: Card, before: Card, delivery: Delivery) -> None:
        match delivery:
            case Arrived(message_id):
                self._backoff.reset()
                self._save(replace(card, message_id=message_id or card.message_id), before)
            case Refused(error) if "not modified" in error:
                self._save(card, before)
            case Refused(error) if "to edit not found" in error:
                self._save(
                    replace(card, message_id=None, text="", final=False, keyboard=None), before
                )
                self.changed(card.job_id)  # the user deleted it: a new one
            case Moved(new_id):
                with self._store.transaction() as tx:
                    tx.moving.move(card.chat_id, new_id)
                self.changed(card.job_id)
            case Refused(error, shut=True):
                log.warning(
                    "card of job %d waits %.0f s or for a word: %s",
                    card.job_id,
                    SHUT_PAUSE_S,
                    error,
                )
                self._pace.shut(card.chat_id, SHUT_PAUSE_S)
                self.changed(card.job_id)
            case Refused(error):
                log.error("Telegram refused the card of job %d: %s", card.job_id, error)
                if card.final:  # the last message tells the end; this one stays as it is
                    self._save(card, before)
            case NotNow(after_s, error):
                self._again(card, error, after_s)
            case Uncertain(error):
                self._again(card, error, None)

    def _again(self, card: Card, error: str, after_s: float | None) -> None:
        wait_s = self._backoff.next_s() if after_s is None else after_s
        log.warning("card of job %d waits %.0f s: %s", card.job_id, wait_s, error)
        self._pace.block(card.chat_id, wait_s)
        self.changed(card.job_id)

    def _save(self, card: Card, before: Card) -> None:
        with self._store.transaction() as tx:
            saved = tx.cards.save(card, before)
        if not saved:
            self.changed(card.job_id)  # reopened meanwhile: it is another card now


def _perhaps_twice(card: Card) -> bool:
    """Whether an earlier message may show the job as well: its answer never came."""
    return bool(card.text) and (card.message_id is None or repeats.is_marked(card.text))
