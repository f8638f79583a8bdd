"""Numbers of jobs are given once."""

from pathlib import Path

from bot.store import Store
from tests.jobs import NOW, ORIGIN, queued
from training.protocol.spec import TrainSpec


def test_a_number_that_was_given_elsewhere_is_not_given_again(tmp_path: Path) -> None:
    """Jobs that could not be put back leave a gap, and the store is sound for its next start."""
    store = Store(tmp_path / "store.sqlite3")
    with store.transaction() as tx:
        assert tx.jobs.add(TrainSpec(), ORIGIN, NOW).id == 1
        tx.jobs.number_above(4)
        tx.jobs.number_above(2)
    store.close()
    store = Store(tmp_path / "store.sqlite3")
    with store.transaction() as tx:
        assert tx.jobs.add(TrainSpec(), ORIGIN, NOW).id == 5
        tx.jobs.put_back(queued(job_id=9))
        assert tx.jobs.add(TrainSpec(), ORIGIN, NOW).id == 10
    store.close()
    Store(tmp_path / "store.sqlite3").close()
