"""A group that became a supergroup has another number, and all that was its goes along."""

from sqlalchemy import Connection, delete, select, update

from bot.preferences import LAST_PING
from bot.store import schema
from bot.store.preferences import Preferences


class Moving:
    """The only door through which a chat's rows get another chat."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def move(self, old: int, new: int) -> None:
        """Jobs, what is owed, cards, choices, alerts and buttons; nothing where it was done before.

        Messages have other numbers in the new chat: open cards are put up again there.
        """
        for table in (schema.jobs, schema.outbox, schema.buttons, schema.alerts):
            self._connection.execute(
                update(table).where(table.c.chat_id == old).values(chat_id=new)
            )
        cards = schema.cards
        self._connection.execute(
            update(cards)
            .where(cards.c.chat_id == old, cards.c.final.is_(False))
            .values(message_id=None, text="", keyboard=None)
        )
        self._connection.execute(update(cards).where(cards.c.chat_id == old).values(chat_id=new))
        self._move_choices(old, new)

    def _move_choices(self, old: int, new: int) -> None:
        table, choices = schema.preferences, Preferences(self._connection)
        query = select(table.c.name, table.c.value).where(table.c.chat_id == old)
        for row in self._connection.execute(query).all():
            if row.name != LAST_PING and new not in choices.chats(row.name):
                choices.put(new, row.name, row.value)
        self._connection.execute(delete(table).where(table.c.chat_id == old))
