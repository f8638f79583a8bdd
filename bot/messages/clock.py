"""Clock times for people, in the time zone of their chat; UTC says that it is UTC."""

from datetime import UTC, datetime, tzinfo


def clock(at: datetime, zone: tzinfo, now: datetime | None = None) -> str:
    """A time as ``18:40``; with its day where that is not today's, or today is not told."""
    here = at.astimezone(zone)
    time = f"{here:%H:%M}{_suffix(zone)}"
    same_day = now is not None and now.astimezone(zone).date() == here.date()
    return time if same_day else f"{time} on {here.day} {here:%B}"


def to_the_second(at: datetime, zone: tzinfo) -> str:
    """A time as ``18:40:03 UTC on 21 November``."""
    here = at.astimezone(zone)
    return f"{here:%H:%M:%S}{_suffix(zone)} on {here.day} {here:%B}"


def time_of_day(at: datetime, zone: tzinfo) -> str:
    """A time of these hours as ``18:40:03``."""
    return f"{at.astimezone(zone):%H:%M:%S}{_suffix(zone)}"


def dated(at: datetime, zone: tzinfo) -> str:
    """A time as ``2026-11-21 18:40``."""
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M}{_suffix(zone)}"


def _suffix(zone: tzinfo) -> str:
    return " UTC" if zone is UTC else ""
