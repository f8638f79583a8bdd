"""What an alert waits for, as it is typed and as it is compared."""

import math
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.alert_watch import AlertWatch
from bot.alerts import Alert, Comparison, Condition, parse_condition
from bot.job import EpochRecord, Job
from bot.messages import alerts as messages
from bot.roles import Role
from bot.store import Store
from emulator.formatting import message_text
from tests.jobs import NOW, ORIGIN, running
from training.protocol.spec import TrainSpec

METRICS = st.text(st.characters(exclude_characters="<>=≤≥"), min_size=1).filter(
    lambda name: not any(character.isspace() for character in name)
)
BOUNDS = st.floats(allow_nan=False, allow_infinity=False)
CONDITIONS = st.builds(Condition, METRICS, st.sampled_from(Comparison), BOUNDS)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = Store(tmp_path / "store.sqlite3")
    with made.transaction() as tx:
        tx.users.put(ORIGIN.user_id, Role.VIEWER, NOW)
        tx.jobs.add(TrainSpec(), ORIGIN, NOW)
    yield made
    made.close()


def epoch(number: int, /, **metrics: float) -> EpochRecord:
    return EpochRecord(number, 1.0, metrics)


@given(CONDITIONS)
def test_a_condition_is_read_as_it_is_shown(condition: Condition) -> None:
    """Whatever the metric is called; the bound to the six figures that are shown."""
    found = parse_condition(str(condition))
    assert found is not None
    assert (found.metric, found.comparison) == (condition.metric, condition.comparison)
    assert math.isclose(found.bound, condition.bound, rel_tol=1e-5)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("val_accuracy>0.99", "val_accuracy>0.99"),
        ("val_accuracy > 99 %", "val_accuracy>0.99"),
        ("val_accuracy≥99,5%", "val_accuracy>=0.995"),
        ("loss=<.5", "loss<=0.5"),
        ("loss ≤ 1e-3", "loss<=0.001"),
        ("loss>-1", "loss>-1"),
    ],
)
def test_what_phones_type_is_understood(typed: str, meant: str) -> None:
    """Blanks, signs of mathematics, a comma, a share in percent."""
    assert str(parse_condition(typed)) == meant


@pytest.mark.parametrize(
    "text", ["", "loss", "loss>", ">1", "loss=1", "a b>1", "loss>nan", "l>1>2"]
)
def test_anything_else_is_no_condition(text: str) -> None:
    """It is answered with an example and sets nothing."""
    assert parse_condition(text) is None


@given(CONDITIONS, st.floats())
def test_a_comparison_is_the_one_of_its_sign(condition: Condition, value: float) -> None:
    """As Python compares; of no number, or no such metric, nothing is ever so."""
    signs = {
        ">": value > condition.bound,
        ">=": value >= condition.bound,
        "<": value < condition.bound,
        "<=": value <= condition.bound,
    }
    assert condition.met_by({condition.metric: value}) is signs[condition.comparison.value]
    assert not condition.met_by({})


def owed(store: Store) -> int:
    with store.transaction() as tx:
        return tx.outbox.owed()


def heard(store: Store, record: EpochRecord, then: Exception | None = None) -> None:
    with store.transaction() as tx:
        AlertWatch(lambda: NOW).heard(tx, tx.jobs.get(1), record)
        if then is not None:
            raise then


def test_it_is_told_once_and_with_its_epoch_or_not_at_all(store: Store) -> None:
    """What undoes the epoch undoes the message and leaves the alert waiting."""
    above = Condition("accuracy", Comparison.ABOVE, 0.9)
    with store.transaction() as tx:
        tx.alerts.add(1, above, ORIGIN, NOW)
        tx.alerts.add(1, above, ORIGIN, NOW)  # the same again is no second one
        tx.alerts.add(1, Condition("loss", Comparison.BELOW, 0.1), ORIGIN, NOW)
    heard(store, epoch(1, accuracy=0.8, loss=1.0))
    assert owed(store) == 0
    with pytest.raises(OSError, match="full"):
        heard(store, epoch(2, accuracy=0.95, loss=1.0), OSError("full"))
    assert owed(store) == 0
    heard(store, epoch(2, accuracy=0.95, loss=1.0))
    heard(store, epoch(2, accuracy=0.95, loss=1.0))  # gone through again after a kill
    assert owed(store) == 1
    with store.transaction() as tx:
        assert [str(alert.condition) for alert in tx.alerts.of_chat(ORIGIN.chat_id)] == ["loss<0.1"]


def test_whoever_lost_the_role_hears_nothing(store: Store) -> None:
    """The alert is over all the same."""
    with store.transaction() as tx:
        tx.alerts.add(1, Condition("loss", Comparison.BELOW, 9), ORIGIN, NOW)
        tx.users.remove(ORIGIN.user_id)
    heard(store, epoch(1, loss=1.0))
    assert owed(store) == 0
    with store.transaction() as tx:
        assert not tx.alerts.of_job(1)


def test_only_its_own_chat_takes_an_alert_back(store: Store) -> None:
    """A key that somebody made up for another chat's does nothing; a moved chat keeps its own."""
    with store.transaction() as tx:
        tx.alerts.add(1, Condition("loss", Comparison.BELOW, 9), ORIGIN, NOW)
        (alert,) = tx.alerts.of_job(1)
        tx.alerts.remove(alert.id, 77)
        tx.moving.move(ORIGIN.chat_id, 77)
        assert [found.id for found in tx.alerts.of_chat(77)] == [alert.id]
        tx.alerts.remove(alert.id, 77)
        assert not tx.alerts.of_job(1)


@given(CONDITIONS, st.floats(), st.sampled_from([running(), None]))
def test_every_message_is_taken(condition: Condition, value: float, job: Job | None) -> None:
    """Whatever the metric is called."""
    known = {} if job is None else {1: job}
    alerts = [Alert(n, 1, 1, 1, condition) for n in range(20)]
    message_text(messages.waiting(alerts, known), "HTML", ())
    message_text(messages.added(running(), condition), "HTML", ())
    message_text(
        messages.met(running(), epoch(3, **{condition.metric: value}), condition), "HTML", ()
    )
