"""Time zones as people write them, and clock times in them."""

from datetime import UTC, datetime, timedelta
from zoneinfo import available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.messages.clock import clock, dated, to_the_second
from bot.zones import nearest_zones, zone_name, zone_of

AT = datetime(2026, 11, 21, 16, 40, 3, tzinfo=UTC)
NAMES = sorted(available_timezones() - {"localtime", "Factory"})


@given(st.sampled_from(NAMES), st.sampled_from([str.upper, str.lower, str.title, str]))
def test_every_zone_is_known_in_any_case(name: str, cased: object) -> None:
    """A name of the database leads to its zone, and what is kept is found again."""
    kept = zone_name(cased(name))
    assert kept is not None
    assert zone_name(kept) == kept
    assert AT.astimezone(zone_of(kept)) == AT
    assert kept == ("UTC" if name in ("UTC", "GMT", "GMT+0", "GMT-0") else name)


@pytest.mark.parametrize(
    ("word", "kept", "shown"),
    [
        ("europe/berlin", "Europe/Berlin", "17:40"),
        ("berlin", "Europe/Berlin", "17:40"),
        ("New York", "America/New_York", "11:40"),
        ("UTC+2", "UTC+2", "18:40"),
        ("gmt-3", "UTC-3", "13:40"),
        ("+05:30", "UTC+5:30", "22:10"),
        ("−3", "UTC-3", "13:40"),
        ("utc", "UTC", "16:40 UTC"),
        ("Beijing", "Asia/Shanghai", "00:40"),
        ("北京", "Asia/Shanghai", "00:40"),
        ("上海", "Asia/Shanghai", "00:40"),
        ("UTC+0", "UTC", "16:40 UTC"),
    ],
)
def test_what_people_write(word: str, kept: str, shown: str) -> None:
    """Names, cities and hours from UTC; hours count eastwards; UTC says that it is UTC."""
    assert zone_name(word) == kept
    assert clock(AT, zone_of(kept), AT) == shown


@pytest.mark.parametrize(
    ("word", "near"),
    [
        ("Europa/Berlin", "Europe/Berlin"),
        ("Berln", "Europe/Berlin"),
        ("America/NewYork", "America/New_York"),
        ("Louisville", "America/Kentucky/Louisville"),  # there are two of them
    ],
)
def test_a_slip_gets_suggestions(word: str, near: str) -> None:
    """No zone is guessed; the one that was meant is among the nearest."""
    assert zone_name(word) is None
    assert near in nearest_zones(word)


@given(st.text(max_size=60) | st.from_regex(r"(utc|gmt)?[+-]\d{1,2}(:?\d{2})?", fullmatch=True))
def test_whatever_is_written_does_no_harm(word: str) -> None:
    """A name that is kept is a zone between 12 hours west and 14 east of UTC, or none is kept."""
    nearest_zones(word)
    kept = zone_name(word)
    if kept is not None:
        shift = AT.astimezone(zone_of(kept)).utcoffset()
        assert timedelta(hours=-12) <= shift <= timedelta(hours=14)


@pytest.mark.parametrize("name", ["Mars/Olympus", "../../etc/passwd", "Europe", "", "UTC+99:99x"])
def test_a_kept_name_that_is_not_known_here_is_utc(name: str) -> None:
    """A store from elsewhere must not end the bot."""
    assert clock(AT, zone_of(name), AT) == "16:40 UTC"


def test_another_day_is_named() -> None:
    """What is today depends on the zone: 16:40 UTC is tomorrow in Auckland."""
    auckland = zone_of("Pacific/Auckland")
    assert clock(AT, auckland, AT) == "05:40"
    assert clock(AT, UTC, AT + timedelta(hours=8)) == "16:40 UTC on 21 November"
    assert clock(AT, auckland) == "05:40 on 22 November"
    assert dated(AT, auckland) == "2026-11-22 05:40"
    assert to_the_second(AT, UTC) == "16:40:03 UTC on 21 November"


def test_summer_time_is_the_zones() -> None:
    """The same zone is an hour further in July."""
    berlin = zone_of("Europe/Berlin")
    july = AT.replace(month=7)
    assert (clock(AT, berlin, AT), clock(july, berlin, july)) == ("17:40", "18:40")
