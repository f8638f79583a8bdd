"""Who is answered: the owner, whoever pairs in time, and nobody else."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from telegram import Chat, Message, Update, User

from bot.commands.access import MOST_TRIES, OPEN_FOR, Access
from bot.job import Origin
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


def join(gate: Access, user_id: int, code: str | None) -> Role | None:
    return gate.join(Origin(user_id, user_id), code or "", "Ann")


def test_whoever_sends_the_code_first_is_the_owner(store: Store) -> None:
    """Once; the code is worth nothing after it, and the role is there for the next bot."""
    gate = access(store)
    code = gate.code
    assert gate.admitted(says(OLD, f"/start {code}"))
    assert join(gate, OLD, code) is Role.OWNER
    assert gate.code is None
    assert not gate.admitted(says(NEW, f"/start {code}"))
    assert join(gate, NEW, code) is None
    assert access(store).owner_id == OLD


def test_guesses_are_counted(store: Store) -> None:
    """After so many wrong codes not even the right one opens."""
    gate = access(store)
    for _ in range(MOST_TRIES):
        assert not gate.admitted(says(STRANGER, "/start guess"))
    assert not gate.admitted(says(OLD, f"/start {gate.code}"))
    assert join(gate, OLD, gate.code) is None


def test_a_code_is_good_for_ten_minutes(store: Store) -> None:
    """Not a second longer, also for a bot that was restarted."""
    now = [NOW]
    gate = Access(store, OLD, lambda: now[0])
    code = gate.invite(Role.VIEWER, Origin(OLD, OLD))
    now[0] = NOW + OPEN_FOR - timedelta(seconds=1)
    assert gate.admitted(says(NEW, f"/start {code}"))
    now[0] = NOW + OPEN_FOR
    assert not gate.admitted(says(NEW, f"/start {code}"))
    assert join(gate, NEW, code) is None


def test_an_invitation_gives_its_role_and_no_less_than_one_has(store: Store) -> None:
    """A viewer becomes operator by an operator's link; the owner stays what he is."""
    gate = access(store, OLD)
    viewer, operator = (
        gate.invite(role, Origin(OLD, OLD)) for role in (Role.VIEWER, Role.OPERATOR)
    )
    assert join(gate, NEW, viewer) is Role.VIEWER
    assert gate.role(NEW) is Role.VIEWER
    assert join(gate, OLD, operator) is None
    assert join(gate, NEW, operator) is Role.OPERATOR
    assert gate.role(NEW) is Role.OPERATOR
    assert gate.owner_id == OLD


def test_a_code_works_in_private_only(store: Store) -> None:
    """What is written in a group everybody there can read."""
    gate = access(store)
    user = User(OLD, "Somebody", is_bot=False)
    text = f"/start {gate.code}"
    message = Message(1, NOW, Chat(-5, "group"), from_user=user, text=text)
    assert not gate.admitted(Update(1, message=message))
    assert gate.admitted(says(OLD, text))


def test_a_restarted_bot_has_a_code_of_its_own(store: Store) -> None:
    """The one on the screen before is worth nothing any more."""
    before = access(store).code
    gate = access(store)
    assert gate.code != before
    assert join(gate, NEW, before) is None
    assert join(gate, NEW, gate.code) is Role.OWNER


def test_who_was_removed_is_a_stranger_at_once(store: Store) -> None:
    """And the owner cannot be removed."""
    gate = access(store, OLD)
    join(gate, NEW, gate.invite(Role.OPERATOR, Origin(OLD, OLD)))
    assert gate.role(NEW) is Role.OPERATOR
    for user_id in (NEW, OLD):
        gate.remove(user_id, Origin(OLD, OLD))
    assert gate.role(NEW) is None
    assert gate.role(OLD) is Role.OWNER


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
