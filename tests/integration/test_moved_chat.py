"""A group's number changes: what is in the store follows it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.job import Origin
from bot.preferences import KEEPALIVE_MINUTES, LAST_PING, NOTIFY_EPOCHS
from bot.store import Store
from tests.jobs import NOW
from training.protocol.spec import TrainSpec

OLD, NEW, OTHER = -77, -1_001_000_000_077, 1001


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = Store(tmp_path / "store.sqlite3")
    yield made
    made.close()


def test_everything_follows_and_stays_in_order(store: Store) -> None:
    """Jobs, owed messages and choices; a choice made in the new chat already is kept."""
    with store.transaction() as tx:
        job = tx.jobs.add(TrainSpec(), Origin(OLD, 5), NOW)
        tx.cards.open(job.id, OLD)
        for text in ("first", "second"):
            tx.outbox.put(OLD, text, NOW)
        tx.outbox.put(OTHER, "not theirs", NOW)
        tx.preferences.put(OLD, NOTIFY_EPOCHS, True)
        tx.preferences.put(OLD, KEEPALIVE_MINUTES, 10)
        tx.preferences.put(OLD, LAST_PING, 44)
        tx.preferences.put(NEW, KEEPALIVE_MINUTES, 20)
    for _ in range(2):  # two rooms may hear of it
        with store.transaction() as tx:
            tx.moving.move(OLD, NEW)
    with store.transaction() as tx:
        assert tx.jobs.get(job.id).origin == Origin(NEW, 5)
        first = tx.outbox.next_for(NEW)
        assert first is not None
        assert first.text == "first"
        assert (tx.outbox.owed(OLD), tx.outbox.owed(NEW), tx.outbox.owed(OTHER)) == (0, 2, 1)
        assert tx.preferences.get(NEW, NOTIFY_EPOCHS, default=False) is True
        assert tx.preferences.get(NEW, KEEPALIVE_MINUTES, 30) == 20
        assert tx.preferences.get(NEW, LAST_PING, 0) == 0
        assert tx.preferences.get(OLD, KEEPALIVE_MINUTES, 30) == 30


def test_an_open_card_is_put_up_again(store: Store) -> None:
    """A message of the old chat cannot be edited in the new one; one that is done stays."""
    with store.transaction() as tx:
        for final in (False, True):
            job = tx.jobs.add(TrainSpec(), Origin(OLD, 5), NOW)
            tx.cards.open(job.id, OLD)
            card = tx.cards.find(job.id)
            assert card is not None
            tx.cards.save(type(card)(job.id, OLD, 40 + job.id, "shown", final), card)
        tx.moving.move(OLD, NEW)
        open_, done = tx.cards.find(1), tx.cards.find(2)
    assert open_ is not None
    assert (open_.chat_id, open_.message_id, open_.text) == (NEW, None, "")
    assert done is not None
    assert (done.chat_id, done.message_id) == (NEW, 42)
