"""What a chat has chosen: keepalive interval, notifications, time zone."""

from datetime import tzinfo
from typing import TypeVar

from sqlalchemy import Connection, select
from sqlalchemy.dialects.sqlite import insert as upsert

from bot.preferences import TIME_ZONE
from bot.store import schema
from bot.zones import DEFAULT_ZONE, zone_of

Value = TypeVar("Value", int, bool, str)


class Preferences:
    """The only door to rows about preferences."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, chat_id: int, name: str, default: Value) -> Value:
        """What a chat has chosen, or the default."""
        table = schema.preferences
        query = select(table.c.value).where(table.c.chat_id == chat_id, table.c.name == name)
        value: Value | None = self._connection.execute(query).scalar_one_or_none()
        return default if value is None else value

    def zone(self, chat_id: int) -> tzinfo:
        """The time zone in which a chat wants its clock times."""
        return zone_of(self.get(chat_id, TIME_ZONE, DEFAULT_ZONE))

    def put(self, chat_id: int, name: str, value: int | bool | str) -> None:
        """Remember a choice."""
        statement = upsert(schema.preferences).values(chat_id=chat_id, name=name, value=value)
        self._connection.execute(
            statement.on_conflict_do_update(
                index_elements=["chat_id", "name"], set_={"value": statement.excluded.value}
            )
        )

    def chats(self, name: str) -> list[int]:
        """The chats that have chosen a value of their own."""
        table = schema.preferences
        query = select(table.c.chat_id).where(table.c.name == name)
        return [row.chat_id for row in self._connection.execute(query)]
