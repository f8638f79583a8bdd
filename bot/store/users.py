"""Who may do what."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from bot.roles import Role
from bot.store import schema


@dataclass(frozen=True, slots=True)
class User:
    """Somebody with a role; the name is none until it was seen."""

    id: int
    role: Role
    name: str | None


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

    def all(self) -> list[User]:
        """Everybody with a role, the owner first."""
        rows = self._connection.execute(select(schema.users).order_by(schema.users.c.added_at))
        found = [User(row.user_id, Role[row.role], row.name) for row in rows]
        return sorted(found, key=lambda user: -user.role)

    def remove(self, user_id: int) -> None:
        """Take a user's role; the owner keeps it."""
        table = schema.users
        self._connection.execute(
            delete(table).where(table.c.user_id == user_id, table.c.role != Role.OWNER.name)
        )

    def call(self, user_id: int, name: str) -> None:
        """Remember what a user is called."""
        table = schema.users
        self._connection.execute(update(table).where(table.c.user_id == user_id).values(name=name))

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
