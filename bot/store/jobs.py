"""Jobs, their epochs and their artifacts in the store."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Connection, Row, delete, func, insert, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from bot.deadline import Told
from bot.health import Health
from bot.job import ACTIVE, Ending, EpochRecord, Handle, Job, JobState, Origin, Outcome, Progress
from bot.store import schema
from bot.store.about import About
from training.protocol.control import RateChange, StopMode
from training.protocol.events import ArtifactSaved, EventBase
from training.protocol.spec import Lane, Spec, parse_spec

_METRICS: TypeAdapter[dict[str, float]] = TypeAdapter(
    dict[str, float], config=EventBase.model_config
)

# The highest number of a job that is known of and could not be put back.
LAST_NUMBER = "last_number"


class Wanted(StrEnum):
    """Which jobs a list is of."""

    ALL = "all"
    OPEN = "open"
    FINISHED = "finished"
    STOPPED = "stopped"
    FAILED = "failed"
    TRAIN = "train"
    UNZIP = "unzip"
    INSTALL = "install"
    RUN = "run"


_ENDINGS = {
    Wanted.FINISHED: [Ending.SUCCEEDED.value],
    Wanted.STOPPED: [Ending.STOPPED.value],
    Wanted.FAILED: [Ending.FAILED.value, Ending.LOST.value],
}


class Jobs:
    """The only door to rows about jobs."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, spec: Spec, origin: Origin, at: datetime) -> Job:
        """Put a new job at the end of its lane's queue and give it a number."""
        job = Job(id=0, spec=spec, origin=origin, created_at=at)
        newest = self._connection.execute(select(func.max(schema.jobs.c.id))).scalar() or 0
        given = int(About(self._connection).get(LAST_NUMBER) or 0)
        values = _to_row(job) | {"id": 1 + max(newest, given)}
        query = insert(schema.jobs).values(values).returning(schema.jobs.c.id)
        return self.get(self._connection.execute(query).scalar_one())

    def put_back(self, job: Job) -> None:
        """Put a job in under the number that it had."""
        self._connection.execute(insert(schema.jobs).values(_to_row(job)))

    def number_above(self, job_id: int) -> None:
        """Give that number, and those below, to no new job."""
        about = About(self._connection)
        if job_id > int(about.get(LAST_NUMBER) or 0):
            about.put(LAST_NUMBER, str(job_id))

    def get(self, job_id: int) -> Job:
        """The job of that number, which must exist."""
        job = self.find(job_id)
        if job is None:
            raise LookupError(f"no job {job_id}")
        return job

    def find(self, job_id: int) -> Job | None:
        """The job of that number, if there is one."""
        found = self._select(schema.jobs.c.id == job_id)
        return found[0] if found else None

    def save(self, job: Job) -> None:
        """Replace what is stored about a job."""
        values = _to_row(job)
        self._connection.execute(
            update(schema.jobs).where(schema.jobs.c.id == values.pop("id")).values(values)
        )

    def active(self) -> list[Job]:
        """Jobs that a process works on, or should."""
        return self._select(schema.jobs.c.state.in_([state.value for state in ACTIVE]))

    def any_open(self) -> bool:
        """Whether any job waits or runs."""
        query = select(schema.jobs.c.id).where(schema.jobs.c.state != JobState.ENDED.value).limit(1)
        return self._connection.execute(query).first() is not None

    def queued(self, lane: Lane | None = None, most: int | None = None) -> list[Job]:
        """Waiting jobs, first come first: all, or the first so many."""
        query = select(schema.jobs).where(*_waits(lane)).order_by(schema.jobs.c.id).limit(most)
        return [_to_job(row) for row in self._connection.execute(query)]

    def queued_ids(self, lane: Lane | None = None) -> list[int]:
        """The numbers of waiting jobs, first come first: cheap, however many wait."""
        query = select(schema.jobs.c.id).where(*_waits(lane)).order_by(schema.jobs.c.id)
        return list(self._connection.execute(query).scalars())

    def latest(self, count: int, before: int | None = None) -> list[Job]:
        """The newest jobs first."""
        query = select(schema.jobs).order_by(schema.jobs.c.id.desc()).limit(count)
        if before is not None:
            query = query.where(schema.jobs.c.id < before)
        return [_to_job(row) for row in self._connection.execute(query)]

    def listed(self, wanted: Wanted, count: int, skip: int = 0) -> list[Job]:
        """A part of the list of some jobs, the newest first."""
        query = select(schema.jobs).where(*_are(wanted)).order_by(schema.jobs.c.id.desc())
        return [_to_job(row) for row in self._connection.execute(query.limit(count).offset(skip))]

    def count(self, wanted: Wanted = Wanted.ALL) -> int:
        """How many jobs there are."""
        query = select(func.count(schema.jobs.c.id)).where(*_are(wanted))
        return self._connection.execute(query).scalar_one()

    def save_epoch(self, job: Job, record: EpochRecord) -> None:
        """Store an epoch; one that a resumed run went through again replaces the old."""
        statement = upsert(schema.epochs).values(
            job_id=job.id,
            epoch=record.epoch,
            run=job.run,
            seconds=record.seconds,
            metrics=_METRICS.dump_json(record.metrics).decode(),
            learning_rate=record.learning_rate,
        )
        self._connection.execute(
            statement.on_conflict_do_update(
                index_elements=["job_id", "epoch"],
                set_={
                    name: statement.excluded[name]
                    for name in ("run", "seconds", "metrics", "learning_rate")
                },
            )
        )

    def epochs(self, job_id: int, latest: int | None = None) -> list[EpochRecord]:
        """The epochs of a job in order, or only the latest so many."""
        table = schema.epochs
        query = select(table).where(table.c.job_id == job_id).order_by(table.c.epoch.desc())
        if latest is not None:
            query = query.limit(latest)
        rows = self._connection.execute(query).all()
        return [
            EpochRecord(
                row.epoch, row.seconds, _METRICS.validate_json(row.metrics), row.learning_rate
            )
            for row in reversed(rows)
        ]

    def epoch_seconds(self, job_id: int, run: int) -> list[float]:
        """How long the epochs of one run took, in order."""
        table = schema.epochs
        query = select(table.c.seconds).where(table.c.job_id == job_id, table.c.run == run)
        return [row.seconds for row in self._connection.execute(query.order_by(table.c.epoch))]

    def forget_epochs(self, job_id: int, after: int) -> None:
        """Drop the epochs that a resumed run will go through again."""
        table = schema.epochs
        self._connection.execute(
            delete(table).where(table.c.job_id == job_id, table.c.epoch > after)
        )

    def save_artifact(self, job_id: int, artifact: ArtifactSaved) -> None:
        """Remember a finished file of a job."""
        statement = upsert(schema.artifacts).values(
            job_id=job_id,
            name=artifact.name,
            size_bytes=artifact.size_bytes,
            sha256=artifact.sha256,
        )
        self._connection.execute(
            statement.on_conflict_do_update(
                index_elements=["job_id", "name"],
                set_={name: statement.excluded[name] for name in ("size_bytes", "sha256")},
            )
        )

    def artifacts(self, job_id: int) -> Sequence[tuple[str, int]]:
        """Names and sizes in bytes of a job's finished files."""
        table = schema.artifacts
        query = select(table.c.name, table.c.size_bytes).where(table.c.job_id == job_id)
        return [
            (row.name, row.size_bytes)
            for row in self._connection.execute(query.order_by(table.c.name))
        ]

    def _select(self, *conditions: Any) -> list[Job]:
        query = select(schema.jobs).where(*conditions).order_by(schema.jobs.c.id)
        return [_to_job(row) for row in self._connection.execute(query)]


def _waits(lane: Lane | None) -> list[Any]:
    waits = [schema.jobs.c.state == JobState.QUEUED.value]
    return waits if lane is None else [*waits, schema.jobs.c.lane == lane.value]


def _are(wanted: Wanted) -> list[Any]:
    table = schema.jobs
    if wanted is Wanted.ALL:
        return []
    if wanted is Wanted.OPEN:
        return [table.c.state != JobState.ENDED.value]
    if wanted in _ENDINGS:
        return [table.c.ending.in_(_ENDINGS[wanted])]
    return [table.c.kind == wanted.value]


def _to_row(job: Job) -> dict[str, Any]:
    return {
        "id": job.id,
        "kind": job.spec.kind,
        "lane": job.spec.lane.value,
        "spec": job.spec.model_dump_json(),
        "chat_id": job.origin.chat_id,
        "user_id": job.origin.user_id,
        "created_at": job.created_at,
        "state": job.state.value,
        "ending": job.ending and job.ending.value,
        "run": job.run,
        "handle": job.handle and job.handle.model_dump_json(),
        "stop": job.stop and job.stop.value,
        "stop_asked_at": job.stop_asked_at,
        "last_epoch": job.last_epoch,
        "learning_rate": job.learning_rate,
        "learning_rates": [[c.epoch, c.learning_rate] for c in job.learning_rates] or None,
        "note": job.note,
        "health": job.health.model_dump_json(exclude_defaults=True),
        "told": job.told and job.told.model_dump_json(),
        "log_offset": job.log_offset,
        "last_seq": job.last_seq,
        "fruitless_runs": job.fruitless_runs,
        "started_at": job.started_at,
        "ended_at": job.ended_at,
        "progress": job.progress.model_dump_json(exclude_defaults=True),
        "outcome": job.outcome.model_dump_json(exclude_defaults=True),
    }


def _to_job(row: Row[Any]) -> Job:
    return Job(
        id=row.id,
        spec=parse_spec(row.spec),
        origin=Origin(row.chat_id, row.user_id),
        created_at=row.created_at,
        state=JobState(row.state),
        ending=Ending(row.ending) if row.ending else None,
        run=row.run,
        handle=Handle.model_validate_json(row.handle) if row.handle else None,
        stop=StopMode(row.stop) if row.stop else None,
        stop_asked_at=row.stop_asked_at,
        last_epoch=row.last_epoch,
        learning_rate=row.learning_rate,
        learning_rates=tuple(
            RateChange(epoch=epoch, learning_rate=rate) for epoch, rate in row.learning_rates or ()
        ),
        note=row.note,
        health=Health.model_validate_json(row.health) if row.health else Health(),
        told=Told.model_validate_json(row.told) if row.told else None,
        log_offset=row.log_offset,
        last_seq=row.last_seq,
        fruitless_runs=row.fruitless_runs,
        started_at=row.started_at,
        ended_at=row.ended_at,
        progress=Progress.model_validate_json(row.progress),
        outcome=Outcome.model_validate_json(row.outcome),
    )
