"""Buttons as values and in the store."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.button import DATA_LIMIT_BYTES, Button, Key, Keyboard, Press, lasting, lasting_press
from bot.store import Store
from tests.jobs import NOW

CHAT, USER = 1001, 1001
YES, NO = Button("Yes", "grow", {"by": 3}), Button("No", "leave")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store(tmp_path / "store.sqlite3")
    yield opened
    opened.close()


def offered(store: Store, user_id: int | None = None) -> tuple[Key, Key]:
    with store.transaction() as tx:
        keyboard: Keyboard = tx.buttons.offer(CHAT, [[YES, NO]], NOW, user_id=user_id)
    ((yes, no),) = keyboard
    return yes, no


def pressed(store: Store, key: Key, chat_id: int = CHAT) -> Press | None:
    with store.transaction() as tx:
        return tx.buttons.pressed(key.data, chat_id)


def test_a_key_means_what_was_offered(store: Store) -> None:
    """Action and arguments come back, whatever they are, and both keys are one question."""
    yes, no = offered(store)
    assert (yes.label, no.label) == ("Yes", "No")
    press, other = pressed(store, yes), pressed(store, no)
    assert press is not None
    assert other is not None
    assert (press.action, press.number("by")) == ("grow", 3)
    assert (other.action, dict(other.arguments)) == ("leave", {})
    assert press.question == other.question


def test_the_first_press_that_counts_ends_all_keys_of_a_message(store: Store) -> None:
    """A second one finds nothing; the keys of another message are not touched."""
    yes, no = offered(store)
    another, _ = offered(store)
    press = pressed(store, yes)
    assert press is not None
    assert press.question is not None
    with store.transaction() as tx:
        assert tx.buttons.close(press.question)
        assert not tx.buttons.close(press.question)
    assert pressed(store, yes) is None
    assert pressed(store, no) is None
    assert pressed(store, another) is not None


def test_a_key_works_in_its_chat_and_says_whose_it_is(store: Store) -> None:
    """The data of a key means nothing elsewhere; where one user was asked, it tells whom."""
    yes, _ = offered(store, user_id=USER)
    assert pressed(store, yes, chat_id=-5) is None
    press = pressed(store, yes)
    assert press is not None
    assert press.only_for == USER


def test_an_old_key_never_means_something_new(store: Store) -> None:
    """When old rows are dropped, their numbers are not given again."""
    yes, _ = offered(store)
    with store.transaction() as tx:
        tx.buttons.forget(NOW + timedelta(days=1))
    assert pressed(store, yes) is None
    later, _ = offered(store)
    assert later.data != yes.data
    assert pressed(store, yes) is None


def test_newer_buttons_take_the_place_of_older_ones_about_a_job(store: Store) -> None:
    """All of their message, and no others: not another job's, not another action's."""

    def offer(action: str, job_id: int) -> Key:
        row = [Button("Stop", action, {"job": job_id, "epoch": 3}), Button("Go on", "go_on")]
        with store.transaction() as tx:
            return tx.buttons.offer(CHAT, [row], NOW)[0][1]

    old, other_job, other_action = offer("stop", 7), offer("stop", 8), offer("start", 7)
    with store.transaction() as tx:
        tx.buttons.withdraw(("stop", "only"), 7)
    assert pressed(store, old) is None
    assert pressed(store, other_job) is not None
    assert pressed(store, other_action) is not None


@given(
    st.from_regex(r"[a-z_]{1,12}", fullmatch=True),
    st.dictionaries(st.sampled_from("ijk"), st.integers(0, 10**6), max_size=3),
)
def test_a_lasting_key_carries_its_meaning(action: str, arguments: dict[str, int]) -> None:
    """All a lasting button needs comes back with the press, within Telegram's 64 bytes."""
    ((key,),) = lasting([[Button("Plot", action, arguments)]])
    assert len(key.data.encode()) <= DATA_LIMIT_BYTES
    assert lasting_press(key.data) == Press(action, arguments)


@pytest.mark.parametrize("data", ["", "b:7", "plot|[1]", "plot|{", "plot|{]"])
def test_other_data_is_no_press(data: str) -> None:
    """What a client makes up is read as nothing, without an error."""
    assert lasting_press(data) is None


def test_what_does_not_fit_is_refused() -> None:
    """Telegram takes 64 bytes; a longer one would fail only when it is sent."""
    with pytest.raises(ValueError, match="more than 64 bytes"):
        lasting([[Button("Get", "get", {"path": "x" * 60})]])
