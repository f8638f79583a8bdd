"""Buttons that were offered: what a press means is kept here, so that it outlives the bot."""

import re
from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, func, insert, select, update

from bot.button import Button, Key, Keyboard, Press
from bot.store import schema

_DATA = re.compile(r"b:(\d{1,15})")


class Buttons:
    """The only door to rows about buttons."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def offer(
        self,
        chat_id: int,
        rows: Sequence[Sequence[Button]],
        at: datetime,
        *,
        user_id: int | None = None,
    ) -> Keyboard:
        """Keep what the buttons of one message mean; the first press ends them all.

        Args:
            user_id: who alone may press; otherwise whoever has the action's role.
        """
        table = schema.buttons
        newest = self._connection.execute(select(func.max(table.c.question))).scalar_one()
        question = 1 + (newest or 0)

        def key(button: Button) -> Key:
            values = {
                "question": question,
                "chat_id": chat_id,
                "user_id": user_id,
                "action": button.action,
                "arguments": dict(button.arguments),
                "open": True,
                "offered_at": at,
            }
            query = insert(table).values(values).returning(table.c.id)
            return Key(button.label, f"b:{self._connection.execute(query).scalar_one()}")

        return tuple(tuple(key(button) for button in row) for row in rows)

    def pressed(self, data: str, chat_id: int) -> Press | None:
        """What a key means; none where it is no open one, or not this chat's."""
        found = _DATA.fullmatch(data)
        if found is None:
            return None
        table = schema.buttons
        query = select(table).where(
            table.c.id == int(found[1]),
            table.c.chat_id == chat_id,
            table.c.open.is_(True),
        )
        row = self._connection.execute(query).one_or_none()
        if row is None:
            return None
        return Press(row.action, row.arguments, row.question, row.user_id)

    def close(self, question: int) -> bool:
        """End the buttons of a message, in the transaction of what the press did.

        Returns:
            False if they were ended before: then the press must have no effect.
        """
        table = schema.buttons
        result = self._connection.execute(
            update(table)
            .where(table.c.question == question, table.c.open.is_(True))
            .values(open=False)
        )
        return result.rowcount > 0

    def withdraw(self, actions: Collection[str], job_id: int) -> None:
        """End the open buttons about a job: newer ones take their place."""
        table = schema.buttons
        about = table.c.arguments["job"].as_integer() == job_id
        questions = select(table.c.question).where(
            table.c.action.in_(actions), about, table.c.open.is_(True)
        )
        self._connection.execute(
            update(table)
            .where(table.c.question.in_(questions.scalar_subquery()))
            .values(open=False)
        )

    def forget(self, before: datetime) -> None:
        """Drop what was offered long ago; a press then says that it came too late."""
        self._connection.execute(delete(schema.buttons).where(schema.buttons.c.offered_at < before))
