"""Open invitations: links that make whoever opens one in time a user. Codes are kept as digests."""

import hashlib
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select

from bot.roles import Role
from bot.store import schema


class Invitations:
    """The only door to rows about invitations."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def put(self, code: str, role: Role, until: datetime) -> None:
        """Let a code be worth a role until then."""
        values = {"digest": _digest(code), "role": role.name, "until": until}
        self._connection.execute(insert(schema.invitations).values(values))

    def role(self, code: str, now: datetime) -> Role | None:
        """What a code is worth now."""
        table = schema.invitations
        query = select(table.c.role).where(table.c.digest == _digest(code), table.c.until > now)
        name = self._connection.execute(query).scalar_one_or_none()
        return None if name is None else Role[name]

    def open(self, now: datetime) -> bool:
        """Whether there is one that is still worth something."""
        query = select(schema.invitations.c.digest).where(schema.invitations.c.until > now)
        return self._connection.execute(query.limit(1)).first() is not None

    def use(self, code: str) -> None:
        """A code works once."""
        table = schema.invitations
        self._connection.execute(delete(table).where(table.c.digest == _digest(code)))

    def withdraw(self, role: Role | None = None) -> None:
        """Make all codes, or those for a role, worthless."""
        query = delete(schema.invitations)
        if role is not None:
            query = query.where(schema.invitations.c.role == role.name)
        self._connection.execute(query)


def _digest(code: str) -> str:
    """A copy of the store, in the home folder say, lets nobody in."""
    return hashlib.sha256(code.encode()).hexdigest()
