"""Time zones by the names that people write: pure, from the system's data or tzdata's."""

import difflib
import re
from datetime import UTC, timedelta, timezone, tzinfo
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

DEFAULT_ZONE = "UTC"
MOST_SUGGESTED = 3
HOUR_MIN = 60
WEST_MIN, EAST_MIN = -12 * HOUR_MIN, 14 * HOUR_MIN

_OFFSET = re.compile(r"(?:utc|gmt)?\s*([+\-−])(\d{1,2})(?::?([0-5]\d))?", re.IGNORECASE)
# What the database calls otherwise, or writes in Latin letters only.
_ALSO_CALLED = {
    "Asia/Shanghai": ("beijing", "peking", "china", "北京", "北京时间", "上海", "中国", "中国时间"),
    "Asia/Hong_Kong": ("香港",),
    "Asia/Taipei": ("台北", "臺北"),
}
_NOT_FOR_PEOPLE = frozenset({"localtime", "Factory"})


def zone_name(word: str) -> str | None:
    """The name to keep of a zone that somebody wrote; none where there is no such zone.

    ``Europe/Berlin`` in any case, ``New York`` for its last part where that is one
    zone's alone, ``北京`` for what is called otherwise there, and ``UTC+2`` or ``+05:30``.
    These count eastwards, as people write them; the ``Etc/GMT+2`` of the database counts westwards.
    """
    word = word.strip()
    offset = _OFFSET.fullmatch(word)
    if offset is not None:
        sign, hours, minutes = offset.groups()
        return _offset_name(sign == "+", int(hours), int(minutes or 0))
    wanted = _key(word)
    if wanted in ("utc", "gmt", "z"):
        return DEFAULT_ZONE
    by_name, by_city = _known()
    cities = by_city.get(wanted, ())
    return by_name.get(wanted) or (cities[0] if len(cities) == 1 else None)


def nearest_zones(word: str) -> tuple[str, ...]:
    """Names like a wrong one, the likeliest first."""
    by_name, by_city = _known()
    wanted = _key(word)
    if wanted in by_city:
        return by_city[wanted][:MOST_SUGGESTED]
    found = [
        *difflib.get_close_matches(wanted, by_name, MOST_SUGGESTED, cutoff=0.7),
        *difflib.get_close_matches(wanted, by_city, MOST_SUGGESTED, cutoff=0.7),
    ]
    names = [name for key in found for name in (by_name.get(key), *by_city.get(key, ())) if name]
    return tuple(dict.fromkeys(names))[:MOST_SUGGESTED]


def zone_of(name: str) -> tzinfo:
    """The zone of a name that was kept; UTC where this machine does not know it any more."""
    offset = _OFFSET.fullmatch(name)
    if offset is not None:
        sign, hours, minutes = offset.groups()
        shift = timedelta(hours=int(hours), minutes=int(minutes or 0))
        return timezone(shift if sign == "+" else -shift, name)
    if name == DEFAULT_ZONE:
        return UTC
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # not known here, or no name for a file
        return UTC


def _offset_name(east: bool, hours: int, minutes: int) -> str | None:
    shift_min = (hours * HOUR_MIN + minutes) * (1 if east else -1)
    if not WEST_MIN <= shift_min <= EAST_MIN:
        return None
    if shift_min == 0:
        return DEFAULT_ZONE
    rest = f":{minutes:02d}" if minutes else ""
    return f"UTC{'+' if east else '-'}{hours}{rest}"


def _key(word: str) -> str:
    return re.sub(r"[\s_]+", "_", word).lower()


@cache
def _known() -> tuple[dict[str, str], dict[str, tuple[str, ...]]]:
    """All zones by their names, and by the last parts of these."""
    names = sorted(available_timezones() - _NOT_FOR_PEOPLE)
    by_city: dict[str, tuple[str, ...]] = {
        word: (name,) for name, words in _ALSO_CALLED.items() for word in words
    }
    for name in names:
        region, _, city = name.rpartition("/")
        if region and region != "Etc":
            by_city[city.lower()] = (*by_city.get(city.lower(), ()), name)
    return {name.lower(): name for name in names}, by_city
