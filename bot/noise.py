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

_HOURS = re.compile(
    r"(\d{1,2})(?:[:.h]?([0-5]\d))?\s*(?:-|–|—|−|to)\s*(\d{1,2})(?:[:.h]?([0-5]\d))?",
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
    hours = [int(found[1]), int(found[3])]
    if max(hours) > 23:  # noqa: PLR2004 - the last hour of a day
        return None
    begin, end = time(hours[0], int(found[2] or 0)), time(hours[1], int(found[4] or 0))
    return None if begin == end else QuietHours(begin, end)
