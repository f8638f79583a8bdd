"""What a chat has chosen: keepalive interval, what it hears and when, language, time zone."""

from datetime import datetime, tzinfo
from typing import TypeVar

from sqlalchemy import Connection, select
from sqlalchemy.dialects.sqlite import insert as upsert

from bot.language import Language, language_of
from bot.noise import DEFAULTS, Kind, Level, QuietHours, parse_hours
from bot.preferences import (
    LANGUAGE,
    MUTED_UNTIL,
    NOTIFY,
    QUIET_HOURS,
    TELEGRAM_LANGUAGE,
    TIME_ZONE,
)
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

    def language(self, chat_id: int) -> Language:
        """The language of a chat: the chosen one, or that of whoever writes there."""
        chosen = self.get(chat_id, LANGUAGE, "") or self.get(chat_id, TELEGRAM_LANGUAGE, "")
        return language_of(chosen) or Language.ENGLISH

    def level(self, chat_id: int, kind: Kind) -> Level:
        """How a chat wants to be told of a kind of thing."""
        value: object = self.get(chat_id, NOTIFY + kind.value, "")
        if isinstance(value, bool):  # of an earlier version, whose epochs came silently
            return Level.SILENT if value else Level.OFF
        return Level(str(value)) if value else DEFAULTS[kind]

    def quiet_hours(self, chat_id: int) -> QuietHours | None:
        """The hours in which a chat is to be quiet."""
        return parse_hours(self.get(chat_id, QUIET_HOURS, ""))

    def muted_until(self, chat_id: int, now: datetime) -> datetime | None:
        """Until when a chat is to be quiet, where that is still to come."""
        value = self.get(chat_id, MUTED_UNTIL, "")
        until = datetime.fromisoformat(value) if value else None
        return until if until is not None and now < until else None

    def is_quiet(self, chat_id: int, now: datetime) -> bool:
        """Whether nothing may ring in a chat now."""
        hours = self.quiet_hours(chat_id)
        in_hours = hours is not None and hours.hold_at(now, self.zone(chat_id))
        return in_hours or self.muted_until(chat_id, now) is not None

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
