"""Clock times for people, in the time zone of their chat; UTC says that it is UTC."""

from datetime import UTC, date, datetime, tzinfo

from babel import Locale
from babel.dates import format_date

from bot.language import spoken
from bot.messages.translation import say


def clock(at: datetime, zone: tzinfo, now: datetime | None = None) -> str:
    """A time as ``18:40``; with its day where that is not today's, or today is not told."""
    here = _here(at, zone)
    time = f"{here:%H:%M}{_suffix(zone)}"
    same_day = now is not None and _here(now, zone).date() == here.date()
    return time if same_day else _on(time, here)


def to_the_second(at: datetime, zone: tzinfo) -> str:
    """A time as ``18:40:03 UTC on 21 November``."""
    here = _here(at, zone)
    return _on(f"{here:%H:%M:%S}{_suffix(zone)}", here)


def time_of_day(at: datetime, zone: tzinfo) -> str:
    """A time of these hours as ``18:40:03``."""
    return f"{_here(at, zone):%H:%M:%S}{_suffix(zone)}"


def dated(at: datetime, zone: tzinfo) -> str:
    """A time as ``2026-11-21 18:40``."""
    return f"{_here(at, zone):%Y-%m-%d %H:%M}{_suffix(zone)}"


def _on(time: str, day: date) -> str:
    pattern = say("d MMMM")  # as in Unicode's LDML: 21 November
    said = format_date(day, pattern, locale=Locale.parse(spoken(), sep="-"))
    return say("{time} on {day}", time=time, day=said)


def _here(at: datetime, zone: tzinfo) -> datetime:
    """A time by the clocks of a zone; where the calendar ends, as it is."""
    try:
        return at.astimezone(zone)
    except OverflowError:
        return at


def _suffix(zone: tzinfo) -> str:
    return " UTC" if zone is UTC else ""
