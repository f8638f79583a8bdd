"""What of the jobs is in the home folder, and whether it takes more."""

from typing import Any

from sqlalchemy import Connection, Row, delete, or_, select
from sqlalchemy.dialects.sqlite import insert as upsert

from bot.home_copy import HomeState, HomeTrouble, JobCopy
from bot.job import JobState
from bot.store import schema

ONLY_ROW = 1


class Copies:
    """The only door to rows about copies."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def find(self, job_id: int) -> JobCopy:
        """How far the copy of a job is."""
        query = select(schema.copies).where(schema.copies.c.job_id == job_id)
        row = self._connection.execute(query).one_or_none()
        return JobCopy(job_id) if row is None else _to_copy(row)

    def save(self, copy: JobCopy) -> None:
        """Replace what is stored about a copy."""
        values = {
            "mark": copy.mark,
            "ended_run": copy.ended_run,
            "epoch": copy.epoch,
            "step": copy.step,
            "at": copy.at,
        }
        statement = upsert(schema.copies).values(job_id=copy.job_id, **values)
        self._connection.execute(
            statement.on_conflict_do_update(index_elements=["job_id"], set_=values)
        )

    def wanting(self) -> list[int]:
        """Jobs that are open, or whose end is not in their copy; oldest first."""
        jobs, copies = schema.jobs, schema.copies
        query = (
            select(jobs.c.id)
            .select_from(jobs.outerjoin(copies, jobs.c.id == copies.c.job_id))
            .where(
                or_(
                    jobs.c.state != JobState.ENDED.value,
                    copies.c.ended_run.is_(None),
                    copies.c.ended_run != jobs.c.run,
                )
            )
            .order_by(jobs.c.id)
        )
        return [row.id for row in self._connection.execute(query)]

    def home(self) -> HomeState:
        """Whether the home folder takes copies."""
        row = self._connection.execute(select(schema.home)).one_or_none()
        if row is None:
            return HomeState()
        return HomeState(HomeTrouble(row.trouble), row.since, tuple(row.told))

    def save_home(self, state: HomeState) -> None:
        """Replace what is stored about the home folder."""
        self._connection.execute(delete(schema.home))
        if state.trouble is not None:
            values = {"trouble": state.trouble.value, "since": state.since, "told": state.told}
            self._connection.execute(upsert(schema.home).values(id=ONLY_ROW, **values))


def _to_copy(row: Row[Any]) -> JobCopy:
    return JobCopy(
        job_id=row.job_id,
        mark=row.mark,
        ended_run=row.ended_run,
        epoch=row.epoch,
        step=row.step,
        at=row.at,
    )
