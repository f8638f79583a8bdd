"""The inbox: updates from Telegram, kept until their effect is committed."""

from datetime import datetime

from sqlalchemy import Connection, delete, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from bot.store import schema


class Inbox:
    """The only door to rows about updates."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def put(self, update_id: int, user_id: int, content: str, at: datetime) -> bool:
        """Keep an update; False if it is here already."""
        statement = upsert(schema.inbox).values(
            update_id=update_id,
            user_id=user_id,
            content=content,
            taken=False,
            held=False,
            arrived_at=at,
        )
        result = self._connection.execute(statement.on_conflict_do_nothing())
        return result.rowcount == 1

    def take(self, update_id: int) -> bool:
        """Mark an update's effect as done, in the effect's own transaction.

        Returns:
            False if it was done before: then the effect must not happen again.
        """
        table = schema.inbox
        result = self._connection.execute(
            update(table)
            .where(table.c.update_id == update_id, table.c.taken.is_(False))
            .values(taken=True)
        )
        return result.rowcount == 1

    def hold(self, update_id: int) -> bool:
        """Take an update without its effect, which waits for the user's word.

        Returns:
            False if it was taken before.
        """
        table = schema.inbox
        result = self._connection.execute(
            update(table)
            .where(table.c.update_id == update_id, table.c.taken.is_(False))
            .values(taken=True, held=True)
        )
        return result.rowcount == 1

    def held(self, update_id: int, user_id: int) -> str | None:
        """A held update's content, for its sender only; else none."""
        table = schema.inbox
        query = select(table.c.content).where(
            table.c.update_id == update_id, table.c.held.is_(True), table.c.user_id == user_id
        )
        return self._connection.execute(query).scalar_one_or_none()

    def untaken(self) -> list[str]:
        """Updates that were received and whose effect was never committed, oldest first."""
        table = schema.inbox
        query = select(table.c.content).where(table.c.taken.is_(False)).order_by(table.c.update_id)
        return [row.content for row in self._connection.execute(query)]

    def forget_taken(self, before: datetime) -> None:
        """Drop old rows; Telegram keeps an update for 24 hours, so none comes again later."""
        table = schema.inbox
        self._connection.execute(
            delete(table).where(table.c.taken.is_(True), table.c.arrived_at < before)
        )
