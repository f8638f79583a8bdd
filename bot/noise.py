"""What a chat hears, and when it is quiet there: kinds, levels, quiet hours. Pure."""

import re
from dataclasses import dataclass
from datetime import datetime, time, tzinfo
from enum import StrEnum


class Kind(StrEnum):
    """What a message is about that nobody waits for."""

    STARTED = "started"
    EPOCHS = "epochs"
    SAVED = "saved"
    FINISHED = "finished"
    FAILED = "failed"
    ALERTS = "alerts"
    MACHINE = "machine"
    PINGS = "pings"


class Level(StrEnum):
    """How a kind is told."""

    ON = "on"  # with a sound
    SILENT = "silent"
    OFF = "off"


# A training with these rings once, when it ends, unless something is wrong.
DEFAULTS = {
    Kind.STARTED: Level.OFF,
    Kind.EPOCHS: Level.OFF,
    Kind.SAVED: Level.OFF,
    Kind.FINISHED: Level.ON,
    Kind.FAILED: Level.ON,
    Kind.ALERTS: Level.ON,
    Kind.MACHINE: Level.ON,
    Kind.PINGS: Level.SILENT,
}

MIDNIGHT = (24, 0)
_HOURS = re.compile(
    r"(\d{1,2})(?:[:.h]?([0-5]\d))?\s*(?:-|–|—|−|~|〜|to|至|到|\s)\s*(\d{1,2})(?:[:.h]?([0-5]\d))?",
    re.IGNORECASE | re.ASCII,
)


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From one time of the day to another, over midnight where the second is the earlier."""

    begin: time
    end: time

    def hold_at(self, at: datetime, zone: tzinfo) -> bool:
        """Whether it is quiet at a moment, by the clock of the chat."""
        clock = at.astimezone(zone).time()
        if self.begin < self.end:
            return self.begin <= clock < self.end
        return clock >= self.begin or clock < self.end

    def __str__(self) -> str:
        return f"{self.begin:%H:%M}–{self.end:%H:%M}"


def parse_hours(text: str) -> QuietHours | None:
    """Quiet hours as somebody typed them, such as ``23:00-07:30``; none for other text."""
    found = _HOURS.fullmatch(text.strip())
    if found is None:
        return None
    begin, end = _clock(found[1], found[2]), _clock(found[3], found[4])
    return None if begin is None or end is None or begin == end else QuietHours(begin, end)


def _clock(hour: str, minute: str | None) -> time | None:
    """A time of the day; 24:00 is the midnight at its end."""
    hours, minutes = int(hour), int(minute or 0)
    if (hours, minutes) == MIDNIGHT:
        return time()
    return time(hours, minutes) if hours < MIDNIGHT[0] else None
