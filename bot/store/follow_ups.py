"""What goes on when another job has succeeded: a training whose missing package is installed."""

from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert, select

from bot.store import schema


@dataclass(frozen=True, slots=True)
class FollowUp:
    """A job that waits for another, and who wanted that."""

    resumes: int
    user_id: int


class FollowUps:
    """The only door to rows about jobs that wait for others."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def put(self, job_id: int, follow_up: FollowUp) -> None:
        """Let a job go on when another one has succeeded."""
        row = {"job_id": job_id, "resumes": follow_up.resumes, "user_id": follow_up.user_id}
        self._connection.execute(insert(schema.follow_ups).values(row))

    def take(self, job_id: int) -> FollowUp | None:
        """What was to follow a job that has ended; it is asked for once."""
        table = schema.follow_ups
        query = select(table).where(table.c.job_id == job_id)
        row = self._connection.execute(query).one_or_none()
        self._connection.execute(delete(table).where(table.c.job_id == job_id))
        return None if row is None else FollowUp(row.resumes, row.user_id)
