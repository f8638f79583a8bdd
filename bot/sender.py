"""From the outbox to Telegram: in order within a chat, paced, patient."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from telegram import Bot, LinkPreviewOptions
from telegram.constants import ParseMode

from bot.backoff import Backoff
from bot.delivery import Arrived, Delivery, Moved, NotNow, Refused, Uncertain, delivered
from bot.in_flight import InFlight
from bot.inline_keyboard import inline_keyboard
from bot.language import speak
from bot.messages import repeats
from bot.messages.markup import CAPTION_LIMIT, length, plain
from bot.pace import Pace
from bot.pictures import Pictures
from bot.store import Notification, Store, Transaction
from bot.store.outbox import SendState
from bot.waiting import news_or_time

log = logging.getLogger(__name__)

SHUT_PAUSE_S = 600.0
LOOK_INTERVAL_S = 2.0


class Sender:
    """Sends what chats are owed, a task a chat, so that one chat never delays another.

    Before each attempt the notification is marked in the store; one that is found
    marked after a restart, or whose answer never came, may have arrived: it goes
    again and says so.
    """

    def __init__(
        self,
        store: Store,
        bot: Bot,
        pace: Pace,
        now: Callable[[], datetime],
        pictures: Pictures,
    ) -> None:
        self._store = store
        self._bot = bot
        self._pace = pace
        self._now = now
        self._pictures = pictures
        self._wake = asyncio.Event()
        self._in_flight = InFlight()
        self._chats: dict[int, asyncio.Task[None]] = {}

    def wake(self) -> None:
        """There is something new in the outbox."""
        self._wake.set()

    async def run(self) -> None:
        """Send until cancelled."""
        try:
            while True:
                self._wake.clear()
                self._start_chats()
                await news_or_time(self._wake, LOOK_INTERVAL_S)
        finally:
            for task in self._chats.values():
                task.cancel()
            self._chats.clear()  # the loop may be begun anew, with tasks of its own
            await self._in_flight.landed()

    def _start_chats(self) -> None:
        for chat_id, task in list(self._chats.items()):
            if task.done():
                del self._chats[chat_id]
                task.result()  # a bug in sending must not pass in silence
        with self._store.transaction() as tx:
            waiting = tx.outbox.chats_waiting()
        for chat_id in waiting:
            if chat_id not in self._chats:
                task = asyncio.create_task(self._serve(chat_id), name=f"sender {chat_id}")
                self._chats[chat_id] = task

    async def _serve(self, chat_id: int) -> None:
        backoff = Backoff()
        while True:
            # Asked again and again: meanwhile an edit may have been told to wait longer, or
            # somebody may have written in a chat that was shut.
            while (wait_s := self._pace.send_wait_s(chat_id)) > 0:  # noqa: ASYNC110
                await asyncio.sleep(min(wait_s, LOOK_INTERVAL_S))
            with self._store.transaction() as tx:
                following = tx.outbox.next_for(chat_id)
            await self._pictures.prepare(following)  # the chat's turn is not held for that
            if not await self._in_flight.finish(self._deliver_next(chat_id, backoff)):
                return

    async def _deliver_next(self, chat_id: int, backoff: Backoff) -> bool:
        """Send the oldest message that a chat is owed; whether there was one."""
        async with self._pace.turn(chat_id):
            if self._pace.send_wait_s(chat_id) > 0:
                return True  # whoever had the turn before was told to wait
            # Chosen and marked in one step: an unmarked one may still be given a newer text.
            with self._store.transaction() as tx:
                notification = tx.outbox.next_for(chat_id)
                if notification is None:
                    return False
                notification = self._begun(tx, notification)
                speak(tx.preferences.language(chat_id))
            self._pace.sent(chat_id)
            self._settle(notification, await self._send(notification), backoff)
        return True

    def _begun(self, tx: Transaction, notification: Notification) -> Notification:
        """Mark that it is being sent; in a quiet chat it makes no sound, whatever it is.

        An answer that comes so late that it stands in the outbox needs no digest.
        """
        quiet = tx.preferences.is_quiet(notification.chat_id, self._now())
        hushed = quiet and not notification.silent and notification.kind is not None
        tx.outbox.attempting(notification, hushed=hushed)
        return replace(notification, silent=notification.silent or quiet)

    async def _send(self, notification: Notification) -> Delivery:
        text = notification.text
        if notification.state is SendState.ATTEMPTING:
            text = repeats.maybe_a_repeat(text)
        picture = self._pictures.of(notification)
        if picture is not None and length(text) <= CAPTION_LIMIT:
            delivery = await self._attempt_picture(notification, text, picture)
            match delivery:
                case Refused(error, shut=False):
                    log.error("Telegram refused the picture of %d: %s", notification.id, error)
                    self._pictures.spoil(notification)
                case Uncertain() | NotNow(after_s=None):
                    self._pictures.spoil(notification)  # it may be too much for this line
                    return delivery
                case _:
                    return delivery
        delivery = await self._attempt(notification, text, ParseMode.HTML)
        if isinstance(delivery, Refused) and "parse" in delivery.error.lower():
            log.error("notification %d is not valid HTML: %s", notification.id, delivery.error)
            delivery = await self._attempt(notification, plain(text), None)
        return delivery

    async def _attempt_picture(
        self, notification: Notification, text: str, picture: bytes
    ) -> Delivery:
        return await delivered(
            self._bot.send_photo(
                notification.chat_id,
                picture,
                text,
                parse_mode=ParseMode.HTML,
                disable_notification=notification.silent,
                reply_markup=inline_keyboard(notification.keyboard),
            )
        )

    async def _attempt(
        self, notification: Notification, text: str, parse_mode: ParseMode | None
    ) -> Delivery:
        return await delivered(
            self._bot.send_message(
                notification.chat_id,
                text,
                parse_mode=parse_mode,
                disable_notification=notification.silent,
                link_preview_options=LinkPreviewOptions(is_disabled=True),
                reply_markup=inline_keyboard(notification.keyboard),
            )
        )

    def _settle(self, notification: Notification, delivery: Delivery, backoff: Backoff) -> None:
        chat_id = notification.chat_id
        with self._store.transaction() as tx:
            match delivery:
                case Arrived(message_id):
                    tx.outbox.sent(notification, message_id or 0, self._now())
                    self._pictures.forget(notification)
                    backoff.reset()
                case NotNow(after_s, error):
                    tx.outbox.not_arrived(notification)
                    self._pause(chat_id, error, backoff.next_s() if after_s is None else after_s)
                case Uncertain(error):
                    self._pause(chat_id, error, backoff.next_s())
                case Moved(new_id):
                    tx.outbox.not_arrived(notification)
                    tx.moving.move(chat_id, new_id)
                    self.wake()
                case Refused(error, shut=True):
                    tx.outbox.not_arrived(notification)
                    log.warning(
                        "chat %d waits %.0f s or for a word: %s", chat_id, SHUT_PAUSE_S, error
                    )
                    self._pace.shut(chat_id, SHUT_PAUSE_S)
                case Refused(error):
                    tx.outbox.refused(notification, error)
                    log.error("Telegram refused notification %d: %s", notification.id, error)

    def _pause(self, chat_id: int, error: str, seconds: float) -> None:
        log.warning("chat %d waits %.0f s: %s", chat_id, seconds, error)
        self._pace.block(chat_id, seconds)
