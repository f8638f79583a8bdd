"""Who is answered: the owner, whoever pairs in time, and nobody else."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from telegram import Chat, Message, Update, User

from bot.commands.access import MOST_TRIES, Access
from bot.roles import Role
from bot.store import Store
from tests.jobs import NOW

OLD, NEW, STRANGER = 1001, 1002, 1003


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store(tmp_path / "store.sqlite3")
    yield opened
    opened.close()


def access(store: Store, owner_id: int | None = None) -> Access:
    return Access(store, owner_id, lambda: NOW)


def says(user_id: int, text: str | None) -> Update:
    user = User(user_id, "Somebody", is_bot=False)
    return Update(1, message=Message(1, NOW, Chat(user_id, "private"), from_user=user, text=text))


def test_another_owner_takes_the_role_from_the_one_before(store: Store) -> None:
    """The setting decides, at once and for the next bot without it; the old one is a stranger."""
    access(store, OLD)
    with store.transaction() as tx:
        tx.users.put(STRANGER, Role.VIEWER, NOW)
    changed = access(store, NEW)
    for now in (changed, access(store)):
        assert now.owner_id == NEW
        assert now.role(NEW) is Role.OWNER
        assert not now.admitted(says(OLD, "/status"))
        assert now.role(STRANGER) is Role.VIEWER  # others keep what they have
        assert now.code is None


def test_whoever_sends_the_code_first_is_the_owner(store: Store) -> None:
    """Once; the code is worth nothing after it."""
    gate = access(store)
    code = says(OLD, f"/start {gate.code}")
    assert gate.admitted(code)
    assert gate.pair(OLD)
    assert not gate.pair(NEW)
    assert access(store).owner_id == OLD
    assert not gate.admitted(says(NEW, code.message.text if code.message else ""))


def test_guesses_are_counted(store: Store) -> None:
    """After so many wrong codes not even the right one opens."""
    gate = access(store)
    for _ in range(MOST_TRIES):
        assert not gate.admitted(says(STRANGER, "/start guess"))
    assert not gate.admitted(says(OLD, f"/start {gate.code}"))


@pytest.mark.parametrize("text", ["/start", "/start ", "/status", "", None, "/START x", "start x"])
def test_other_words_of_a_stranger_are_no_guess(store: Store, text: str | None) -> None:
    """They are not answered, and use up no try."""
    gate = access(store)
    for _ in range(MOST_TRIES + 1):
        assert not gate.admitted(says(STRANGER, text))
    assert gate.admitted(says(OLD, f"/start {gate.code}"))


def test_a_post_without_a_user_is_not_answered(store: Store) -> None:
    """Such as one in a channel."""
    post = Update(1, channel_post=Message(1, NOW, Chat(-100, "channel"), text="/status"))
    assert not access(store, OLD).admitted(post)
