"""The outbox: notifications that are owed to chats, kept until Telegram has them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from bot.button import Keyboard
from bot.noise import Kind, Level
from bot.store import schema
from bot.store.keyboards import from_json, to_json
from bot.store.preferences import Preferences


class SendState(StrEnum):
    """Where a notification stands."""

    PENDING = "pending"
    ATTEMPTING = "attempting"  # handed to Telegram, its answer not seen: may have arrived
    SENT = "sent"
    REFUSED = "refused"


OWED = (SendState.PENDING.value, SendState.ATTEMPTING.value)


@dataclass(frozen=True, slots=True)
class Notification:
    """A message that nobody waits for, as Telegram HTML.

    Attributes:
        plot_of: the job whose curves go with it as a picture.
    """

    id: int
    chat_id: int
    job_id: int | None
    text: str
    silent: bool
    state: SendState
    attempts: int
    keyboard: Keyboard | None = None
    plot_of: int | None = None
    kind: Kind | None = None


class Outbox:
    """The only door to rows about notifications."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def put(  # noqa: PLR0913 - all of it is a notification
        self,
        chat_id: int,
        text: str,
        at: datetime,
        *,
        job_id: int | None = None,
        silent: bool = False,
        key: str | None = None,
        keyboard: Keyboard | None = None,
        plot_of: int | None = None,
        kind: Kind | None = None,
    ) -> None:
        """Owe a chat a message; those for one chat are sent in this order.

        Args:
            kind: what it is about. A chat that has switched that off is owed nothing;
                without a kind it is an answer, which nobody can switch off.
            key: names what the message is about, where a newer one may take its place.
            keyboard: the buttons under it.
            plot_of: the job whose curves go with it as a picture.
        """
        level = Level.ON if kind is None else Preferences(self._connection).level(chat_id, kind)
        if level is Level.OFF:
            return
        row = {
            "chat_id": chat_id,
            "job_id": job_id,
            "text": text,
            "silent": silent or level is Level.SILENT,
            "key": key,
            "kind": kind and kind.value,
            "state": SendState.PENDING.value,
            "attempts": 0,
            "created_at": at,
            "keyboard": to_json(keyboard),
            "plot_of": plot_of,
        }
        self._connection.execute(insert(schema.outbox).values(row))

    def chats_waiting(self) -> list[int]:
        """The chats that are owed something."""
        table = schema.outbox
        query = select(table.c.chat_id).where(table.c.state.in_(OWED)).distinct()
        return [row.chat_id for row in self._connection.execute(query)]

    def next_for(self, chat_id: int) -> Notification | None:
        """The oldest message that a chat is owed."""
        table = schema.outbox
        query = (
            select(table)
            .where(table.c.state.in_(OWED), table.c.chat_id == chat_id)
            .order_by(table.c.id)
            .limit(1)
        )
        row = self._connection.execute(query).one_or_none()
        return None if row is None else _to_notification(row)

    def last_pending(self, chat_id: int, key: str) -> Notification | None:
        """The last message that a chat is owed, if it has this key and was never tried."""
        table = schema.outbox
        query = (
            select(table)
            .where(table.c.state.in_(OWED), table.c.chat_id == chat_id)
            .order_by(table.c.id.desc())
            .limit(1)
        )
        row = self._connection.execute(query).one_or_none()
        if row is None or row.state != SendState.PENDING.value or row.key != key:
            return None
        return _to_notification(row)

    def rewrite(self, notification: Notification, text: str) -> None:
        """Say something newer in the place of a message that was not sent yet."""
        self._set(notification.id, text=text)

    def doubt_all(self) -> None:
        """After a restore: any message that is owed may have arrived since the snapshot."""
        table = schema.outbox
        self._connection.execute(
            update(table)
            .where(table.c.state == SendState.PENDING.value)
            .values(state=SendState.ATTEMPTING.value)
        )

    def owed(self, chat_id: int | None = None) -> int:
        """How many messages wait, in all or for one chat."""
        table = schema.outbox
        query = select(func.count(table.c.id)).where(table.c.state.in_(OWED))
        if chat_id is not None:
            query = query.where(table.c.chat_id == chat_id)
        return self._connection.execute(query).scalar_one()

    def attempting(self, notification: Notification, *, hushed: bool = False) -> None:
        """Before a send: from here on the message may have arrived.

        Args:
            hushed: it would ring, but its chat is quiet now.
        """
        self._set(
            notification.id,
            state=SendState.ATTEMPTING.value,
            attempts=notification.attempts + 1,
            hushed=hushed,
        )

    def not_arrived(self, notification: Notification) -> None:
        """This attempt did not reach Telegram: the message stands as before the attempt."""
        self._set(notification.id, state=notification.state.value)

    def sent(self, notification: Notification, message_id: int, at: datetime) -> None:
        """Telegram has it."""
        self._set(notification.id, state=SendState.SENT.value, message_id=message_id, sent_at=at)

    def chats_hushed(self) -> list[int]:
        """The chats that got something without its sound, and no digest of it yet."""
        query = select(schema.outbox.c.chat_id).where(schema.outbox.c.hushed.is_(True)).distinct()
        return [row.chat_id for row in self._connection.execute(query)]

    def take_hushed(self, chat_id: int) -> Sequence[tuple[datetime, Notification]]:
        """What came without its sound, and when; its digest belongs into this transaction.

        What was not sent in the end rings when it is.
        """
        table = schema.outbox
        hushed = (
            table.c.chat_id == chat_id,
            table.c.hushed.is_(True),
            table.c.state == SendState.SENT.value,
        )
        rows = self._connection.execute(select(table).where(*hushed).order_by(table.c.id)).all()
        self._connection.execute(update(table).where(*hushed).values(hushed=False))
        return [(row.sent_at, _to_notification(row)) for row in rows]

    def refused(self, notification: Notification, error: str) -> None:
        """Telegram will never take it; kept for whoever looks."""
        self._set(notification.id, state=SendState.REFUSED.value, error=error, hushed=False)

    def _set(self, notification_id: int, **values: Any) -> None:
        self._connection.execute(
            update(schema.outbox).where(schema.outbox.c.id == notification_id).values(values)
        )


def _to_notification(row: Row[Any]) -> Notification:
    return Notification(
        id=row.id,
        chat_id=row.chat_id,
        job_id=row.job_id,
        text=row.text,
        silent=row.silent,
        state=SendState(row.state),
        attempts=row.attempts,
        keyboard=from_json(row.keyboard),
        plot_of=row.plot_of,
        kind=Kind(row.kind) if row.kind else None,
    )
