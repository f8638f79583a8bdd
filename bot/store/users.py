"""Who may do what."""

from datetime import datetime

from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects.sqlite import insert as upsert

from bot.roles import Role
from bot.store import schema


class Users:
    """The only door to rows about users."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def role(self, user_id: int) -> Role | None:
        """A user's role; none for a stranger."""
        query = select(schema.users.c.role).where(schema.users.c.user_id == user_id)
        name = self._connection.execute(query).scalar_one_or_none()
        return None if name is None else Role[name]

    def owner_id(self) -> int | None:
        """The user whose bot this is."""
        query = select(schema.users.c.user_id).where(schema.users.c.role == Role.OWNER.name)
        return self._connection.execute(query).scalars().first()

    def make_owner(self, user_id: int, at: datetime) -> None:
        """Give the bot an owner; whoever was it before has no role any more."""
        table = schema.users
        self._connection.execute(
            delete(table).where(table.c.role == Role.OWNER.name, table.c.user_id != user_id)
        )
        self.put(user_id, Role.OWNER, at)

    def put(self, user_id: int, role: Role, at: datetime) -> None:
        """Give a user a role."""
        statement = upsert(schema.users).values(user_id=user_id, role=role.name, added_at=at)
        self._connection.execute(
            statement.on_conflict_do_update(
                index_elements=["user_id"], set_={"role": statement.excluded.role}
            )
        )
