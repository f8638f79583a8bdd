"""A store that has seen many jobs: what a bot finds that has lived for long."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, event, insert

from bot.job import Ending, Job, JobState, Origin, Outcome, Progress
from bot.stand_in import PERSON
from bot.store import Store, schema
from bot.store.sums import row_sum
from training.protocol.spec import TrainSpec

EPOCH_S = 9.0
AT_ONCE = 10_000
BEGAN = datetime(2026, 1, 1, tzinfo=UTC)


def fill(path: Path, jobs: int, epochs: int) -> None:
    """Make a store with ended trainings of so many epochs each."""
    store = Store(path)
    with store.transaction() as tx:
        for _ in range(jobs):
            job = tx.jobs.add(TrainSpec(epochs=epochs), Origin(PERSON, PERSON), BEGAN)
            tx.jobs.save(_ended(job, epochs))
    store.close()
    _fill_epochs(path, jobs, epochs)


def _ended(job: Job, epochs: int) -> Job:
    began = BEGAN + timedelta(minutes=job.id)
    ended = began + timedelta(seconds=EPOCH_S * epochs)
    metrics = _metrics(job.id, epochs)
    return replace(
        job,
        state=JobState.ENDED,
        ending=Ending.SUCCEEDED,
        run=1,
        started_at=began,
        ended_at=ended,
        progress=Progress(epochs_done=epochs, epochs=epochs, metrics=metrics),
        outcome=Outcome(result={"test_loss": metrics["val_loss"], "test_accuracy": 0.99}),
    )


def _metrics(job_id: int, epoch: int) -> dict[str, float]:
    loss = 1 / (epoch + job_id % 7 + 1)
    return {"loss": loss, "accuracy": 1 - loss / 3, "val_loss": loss, "val_accuracy": 1 - loss / 4}


def _fill_epochs(path: Path, jobs: int, epochs: int) -> None:
    engine = create_engine(f"sqlite:///{path}")
    event.listen(engine, "connect", _knows_sums)
    rows: list[dict[str, Any]] = []
    with engine.begin() as connection:
        for row in _epoch_rows(jobs, epochs):
            rows.append(row)
            if len(rows) == AT_ONCE:
                connection.execute(insert(schema.epochs), rows)
                rows = []
        if rows:
            connection.execute(insert(schema.epochs), rows)
    engine.dispose()


def _epoch_rows(jobs: int, epochs: int) -> Iterator[dict[str, Any]]:
    for job_id in range(1, jobs + 1):
        for epoch in range(1, epochs + 1):
            pairs = ",".join(f'"{k}":{v!r}' for k, v in _metrics(job_id, epoch).items())
            yield {
                "job_id": job_id,
                "epoch": epoch,
                "run": 1,
                "seconds": EPOCH_S,
                "metrics": f"{{{pairs}}}",
                "learning_rate": 0.001,
            }


def _knows_sums(connection: Any, record: object) -> None:
    connection.create_function("row_sum", -1, row_sum, deterministic=True)
    connection.execute("PRAGMA trusted_schema=ON")
