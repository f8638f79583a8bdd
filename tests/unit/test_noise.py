"""When a chat is quiet, what it hears, and the message that sums up."""

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.button import lasting
from bot.digest import Digest
from bot.messages import digest as digests
from bot.messages import milestones
from bot.messages import noise as messages
from bot.noise import DEFAULTS, Kind, Level, QuietHours, parse_hours
from bot.preferences import MUTED_UNTIL, NOTIFY, NOTIFY_EPOCHS, QUIET_HOURS, TIME_ZONE
from bot.store import Notification, Store
from bot.store.outbox import SendState
from bot.zones import zone_of
from emulator.formatting import message_text
from tests.jobs import NOW, running

CHAT = 1001
TIMES = st.times().map(lambda clock: clock.replace(second=0, microsecond=0, tzinfo=None))
HOURS = st.builds(QuietHours, TIMES, TIMES).filter(lambda hours: hours.begin != hours.end)
MOMENTS = st.integers(0, 10 * 365 * 24 * 60).map(lambda n: NOW + timedelta(minutes=n))
ZONES = st.sampled_from(["UTC", "Europe/Berlin", "Asia/Kolkata", "America/New_York"]).map(zone_of)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = Store(tmp_path / "store.sqlite3")
    yield made
    made.close()


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("23:00-07:30", "23:00–07:30"),
        ("23:00–07:30", "23:00–07:30"),
        ("23 — 7", "23:00–07:00"),
        ("2300 to 0730", "23:00–07:30"),
        ("9.15-17.45", "09:15–17:45"),
        ("23:00~07:30", "23:00–07:30"),
        ("23:00 07:30", "23:00–07:30"),
        ("22:00到07:30", "22:00–07:30"),
        ("23:00-24:00", "23:00–00:00"),
    ],
)
def test_hours_are_understood_as_phones_type_them(typed: str, meant: str) -> None:
    """With any dash, or a blank alone; 24:00 is midnight."""
    assert str(parse_hours(typed)) == meant


@pytest.mark.parametrize(
    "text", ["", "23:00", "24:01-07:00", "00:00-24:00", "23:60-7", "7-7", "23-7-8", "off"]
)
def test_anything_else_is_no_hours(text: str) -> None:
    """It is answered with an example and changes nothing."""
    assert parse_hours(text) is None


@given(HOURS)
def test_hours_are_kept_as_they_were_set(hours: QuietHours) -> None:
    """What the store holds is read as what was meant."""
    assert parse_hours(str(hours)) == hours


@given(HOURS, MOMENTS, ZONES)
def test_each_moment_is_in_the_hours_or_in_those_turned_round(
    hours: QuietHours, at: datetime, zone: object
) -> None:
    """Over midnight and at both ends, where the clock of the chat stands, on days of 23 hours."""
    turned = QuietHours(hours.end, hours.begin)
    assert hours.hold_at(at, zone) is not turned.hold_at(at, zone)
    here = at.astimezone(zone)
    begins = here.replace(hour=hours.begin.hour, minute=hours.begin.minute, second=0)
    if begins.astimezone(UTC).astimezone(zone).time() == begins.time():  # that clock time exists
        assert hours.hold_at(begins, zone)


def test_hours_go_by_the_clock_of_the_chat(store: Store) -> None:
    """23:00 in Berlin is 22:00 UTC in winter and 21:00 in summer."""
    winter, summer = (
        datetime(2026, 1, 9, 22, 1, tzinfo=UTC),
        datetime(2026, 7, 9, 21, 1, tzinfo=UTC),
    )
    with store.transaction() as tx:
        tx.preferences.put(CHAT, QUIET_HOURS, "23:00–07:30")
        tx.preferences.put(CHAT, TIME_ZONE, "Europe/Berlin")
        for begun in (winter, summer):
            assert tx.preferences.is_quiet(CHAT, begun)
            assert not tx.preferences.is_quiet(CHAT, begun - timedelta(minutes=2))
        assert not tx.preferences.is_quiet(77, winter)


def test_a_mute_ends_by_itself(store: Store) -> None:
    """At its time, not before."""
    until = NOW + timedelta(hours=2)
    with store.transaction() as tx:
        tx.preferences.put(CHAT, MUTED_UNTIL, until.isoformat())
        assert tx.preferences.muted_until(CHAT, NOW) == until
        assert tx.preferences.is_quiet(CHAT, until - timedelta(seconds=1))
        assert not tx.preferences.is_quiet(CHAT, until)


def test_a_kind_is_told_as_the_chat_wants_it(store: Store) -> None:
    """Off is not owed at all; an answer, which has no kind, always is; else the defaults."""
    with store.transaction() as tx:
        tx.preferences.put(CHAT, NOTIFY + Kind.FINISHED, Level.OFF.value)
        tx.preferences.put(CHAT, NOTIFY + Kind.FAILED, Level.SILENT.value)
        for kind in (Kind.FINISHED, Kind.FAILED, Kind.ALERTS, Kind.STARTED, None):
            tx.outbox.put(CHAT, str(kind), NOW, kind=kind)
    found = []
    with store.transaction() as tx:
        while (notification := tx.outbox.next_for(CHAT)) is not None:
            found.append((notification.text, notification.silent))
            tx.outbox.sent(notification, 1, NOW)
    assert found == [("failed", True), ("alerts", False), ("None", False)]


def test_epochs_of_an_earlier_version_stay_silent(store: Store) -> None:
    """Its switch knew on and off, and on had no sound."""
    with store.transaction() as tx:
        for value, level in ((True, Level.SILENT), (False, Level.OFF)):
            tx.preferences.put(CHAT, NOTIFY_EPOCHS, value)
            assert tx.preferences.level(CHAT, Kind.EPOCHS) is level


def send(store: Store, *, hushed: bool, arrives: bool = True) -> None:
    """Do what the sender does with the next message."""
    with store.transaction() as tx:
        notification = tx.outbox.next_for(CHAT)
        assert notification is not None
        tx.outbox.attempting(notification, hushed=hushed)
        if arrives:
            tx.outbox.sent(notification, 7, NOW)
        else:
            tx.outbox.not_arrived(notification)


def owed(store: Store) -> list[str]:
    with store.transaction() as tx:
        first = tx.outbox.next_for(CHAT)
        return [] if first is None else [first.text] * tx.outbox.owed()


def test_a_digest_comes_once_when_the_quiet_is_over(store: Store) -> None:
    """Failures first; of what rang, or has no kind, it says nothing, and nothing twice."""
    digest = Digest(store, lambda: NOW, lambda: None)
    with store.transaction() as tx:
        for text, kind in (
            ("Job 1 · <b>x</b>\n✅ finished", Kind.FINISHED),
            ("Job 2\n❌ failed", Kind.FAILED),
            ("rang", Kind.ALERTS),
        ):
            tx.outbox.put(CHAT, text, NOW, kind=kind)
        tx.preferences.put(CHAT, MUTED_UNTIL, (NOW + timedelta(hours=1)).isoformat())
    for hushed in (True, True, False):
        send(store, hushed=hushed)
    digest.look()
    assert owed(store) == []
    with store.transaction() as tx:
        tx.preferences.put(CHAT, MUTED_UNTIL, "")
    digest.look()
    digest.look()
    (text,) = owed(store)
    lines = message_text(text, "HTML", ()).text.splitlines()
    assert lines[0] == "While it was quiet: 2 messages"
    assert [line.split(" ", 2)[2] for line in lines[1:3]] == [
        "Job 2 · ❌ failed",
        "Job 1 · x · ✅ finished",
    ]
    assert "rang" not in text


def test_what_was_not_sent_in_the_quiet_rings_later_and_is_in_no_digest(store: Store) -> None:
    """A night without Telegram: in the morning each message comes, as it would have."""
    digest = Digest(store, lambda: NOW, lambda: None)
    with store.transaction() as tx:
        tx.outbox.put(CHAT, "Job 1\n✅ finished", NOW, kind=Kind.FINISHED)
    send(store, hushed=True, arrives=False)
    digest.look()
    assert owed(store) == ["Job 1\n✅ finished"]
    send(store, hushed=False)
    digest.look()
    assert owed(store) == []


class Death(Exception):
    """The bot dies here."""


@settings(deadline=None, max_examples=50)
@given(st.lists(st.sampled_from(["put", "send", "fails", "quiet", "loud", "look", "dies"])))
def test_each_hushed_message_is_in_one_digest_whatever_dies(
    tmp_path_factory: pytest.TempPathFactory, steps: list[str]
) -> None:
    """In any order of what may happen: what rang is in none, and nothing is lost."""
    store = Store(tmp_path_factory.mktemp("night") / "store.sqlite3")
    quiet, put = False, 0
    hushed: list[str] = []
    digests_sent: list[str] = []
    digest = Digest(store, lambda: NOW, lambda: None)

    def send_all(*, arrives: bool) -> None:
        while True:
            with store.transaction() as tx:
                found = tx.outbox.next_for(CHAT)
                if found is None:
                    return
                tx.outbox.attempting(found, hushed=quiet and found.kind is not None)
            with store.transaction() as tx:
                if not arrives:
                    tx.outbox.not_arrived(found)
                    return
                tx.outbox.sent(found, 1, NOW)
            if found.kind is None:
                digests_sent.append(found.text)
            elif quiet:
                hushed.append(found.text)

    for step in (*steps, "send", "loud", "look", "look", "send"):
        match step:
            case "put":
                put += 1
                with store.transaction() as tx:
                    tx.outbox.put(CHAT, f"message-{put}.", NOW, kind=Kind.ALERTS)
            case "send" | "fails":
                send_all(arrives=step == "send")
            case "quiet" | "loud":
                quiet = step == "quiet"
                until = (NOW + timedelta(hours=1)).isoformat() if quiet else ""
                with store.transaction() as tx:
                    tx.preferences.put(CHAT, MUTED_UNTIL, until)
            case "look":
                digest.look()
            case "dies":
                with suppress(Death), store.transaction() as tx:
                    tx.outbox.take_hushed(CHAT)
                    raise Death
    store.close()
    counted = Counter(name for text in digests_sent for name in re.findall(r"message-\d+\.", text))
    assert counted == Counter(hushed)


HOSTILE = st.text(max_size=200) | st.sampled_from(
    ["<b>", "&amp;", "😀" * 2000, "\n" * 50, "</pre>"]
)


@given(st.lists(st.tuples(HOSTILE, st.none() | st.sampled_from(Kind)), min_size=1, max_size=400))
def test_a_digest_is_taken_whatever_it_sums_up(told: list[tuple[str, Kind | None]]) -> None:
    """One message within Telegram's limits; what it leaves out it counts."""
    from bot.messages.markup import escaped  # noqa: PLC0415 - what is owed is HTML already

    hushed = [
        (NOW, Notification(n, CHAT, n, escaped(text), False, SendState.SENT, 1, kind=kind))
        for n, (text, kind) in enumerate(told)
    ]
    shown = message_text(digests.digest(hushed, UTC), "HTML", ()).text
    assert (len(told) > digests.MOST_LINES) == ("more, above" in shown)


def test_every_key_of_the_matrix_fits_and_one_of_each_row_is_chosen() -> None:
    """A tap on a level sets it, one on the name goes to the next; the words say the same."""
    for level in Level:
        chosen = dict.fromkeys(Kind, level)
        keyboard = lasting(messages.level_keys(chosen))
        assert len(keyboard) == len(Kind)
        for row in keyboard:
            assert [key.label for key in row[1:]] == [
                f"✓ {other}" if other is level else other for other in Level
            ]
        text = message_text(messages.levels(chosen, "quiet"), "HTML", ()).text
        assert f"{level}: started, epochs, saved" in text
    assert set(DEFAULTS) == set(Kind) == set(messages.LABELS)


@given(HOURS, MOMENTS, ZONES)
def test_every_answer_is_taken(hours: QuietHours, at: datetime, zone: object) -> None:
    """In any zone."""
    for text in (
        messages.quiet_set(hours, "<zone>"),
        messages.quiet_state(hours, at, zone, at),
        messages.quiet_state(None, None, zone, at),
        messages.muted(at, zone, at),
        messages.quiet_off(),
        messages.not_muted(),
        milestones.started(running()),
        milestones.saved(running()),
    ):
        message_text(text, "HTML", ())
