"""Cards in the store: which message of a chat shows which job."""

from dataclasses import dataclass

from sqlalchemy import Connection, insert, select, update

from bot.button import Keyboard
from bot.store import schema
from bot.store.keyboards import from_json, to_json


@dataclass(frozen=True, slots=True)
class Card:
    """The live message of a job.

    Attributes:
        message_id: none until Telegram has said that it has the first version.
        text: what it shows now; with no ``message_id``, what was tried to be shown.
        final: it shows the job's end and is not edited any more.
        keyboard: the buttons under it.
    """

    job_id: int
    chat_id: int
    message_id: int | None
    text: str
    final: bool
    keyboard: Keyboard | None = None


class Cards:
    """The only door to rows about cards."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def open(self, job_id: int, chat_id: int) -> None:
        """Owe a chat a card for a job."""
        row = {"job_id": job_id, "chat_id": chat_id, "text": "", "final": False}
        self._connection.execute(insert(schema.cards).values(row))

    def find(self, job_id: int) -> Card | None:
        """The card of a job."""
        row = self._connection.execute(
            select(schema.cards).where(schema.cards.c.job_id == job_id)
        ).one_or_none()
        if row is None:
            return None
        keyboard = from_json(row.keyboard)
        return Card(row.job_id, row.chat_id, row.message_id, row.text, row.final, keyboard)

    def unfinished(self) -> list[int]:
        """Numbers of the jobs whose cards do not show the end yet."""
        query = select(schema.cards.c.job_id).where(schema.cards.c.final.is_(False))
        return [row.job_id for row in self._connection.execute(query)]

    def reopen(self, job_id: int, *, as_new: bool) -> None:
        """Let a card live on with its job; ``as_new`` in a new message at the chat's end."""
        values: dict[str, object] = {"final": False}
        if as_new:
            values |= {"message_id": None, "text": "", "keyboard": None}
        table = schema.cards
        self._connection.execute(update(table).where(table.c.job_id == job_id).values(values))

    def close(self, job_id: int) -> None:
        """A job whose end was told long ago needs no card any more."""
        table = schema.cards
        self._connection.execute(update(table).where(table.c.job_id == job_id).values(final=True))

    def save(self, card: Card, before: Card) -> bool:
        """Replace what is stored about a card.

        Returns:
            False if it is not as it was ``before``: then nothing is changed.
        """
        table = schema.cards
        result = self._connection.execute(
            update(table)
            .where(
                table.c.job_id == card.job_id,
                table.c.message_id.is_not_distinct_from(before.message_id),
                table.c.text == before.text,
                table.c.final == before.final,
            )
            .values(
                message_id=card.message_id,
                text=card.text,
                final=card.final,
                keyboard=to_json(card.keyboard),
            )
        )
        return result.rowcount == 1
