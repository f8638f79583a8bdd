"""What the store says of itself."""

from sqlalchemy import Connection, select
from sqlalchemy.dialects.sqlite import insert as upsert

from bot.store import schema


class About:
    """The only door to rows about the store."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, name: str) -> str | None:
        """What is noted under a name."""
        table = schema.about
        query = select(table.c.value).where(table.c.name == name)
        return self._connection.execute(query).scalar_one_or_none()

    def put(self, name: str, value: str) -> None:
        """Note something."""
        statement = upsert(schema.about).values(name=name, value=value)
        self._connection.execute(
            statement.on_conflict_do_update(
                index_elements=["name"], set_={"value": statement.excluded.value}
            )
        )
