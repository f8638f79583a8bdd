"""Words about what a chat hears, and when: /notify, /quiet, /mute."""

from collections.abc import Mapping, Sequence
from datetime import datetime, tzinfo

from bot.button import Button
from bot.messages import figures
from bot.messages.clock import clock
from bot.messages.joining import list_of
from bot.messages.markup import bold, command, escaped
from bot.messages.translation import marked, say
from bot.noise import Kind, Level, QuietHours

SET, MUTE = "notify_set", "mute"
CHOSEN = "✓ "
LABELS = {
    Kind.STARTED: marked("Started"),
    Kind.EPOCHS: marked("Epochs"),
    Kind.SAVED: marked("Saved"),
    Kind.FINISHED: marked("Finished"),
    Kind.FAILED: marked("Failed"),
    Kind.ALERTS: marked("Alerts"),
    Kind.MACHINE: marked("Machine"),
    Kind.PINGS: marked("Pings"),
}
LEVELS = {
    Level.ON: marked("on"),
    Level.SILENT: marked("silent"),
    Level.OFF: marked("off"),
}
MUTES_MINUTES = (60, 480)
NIGHTS = "/quiet 23:00-07:30"


def levels(chosen: Mapping[Kind, Level], quiet: str) -> str:
    """The answer to /notify: what the buttons below say, for whoever cannot see them.

    Args:
        quiet: whether the chat is quiet, and when.
    """
    lines = [
        say("What comes with a sound (on), without one (silent), or not at all (off):"),
        *(_line(level, _named(chosen, level)) for level in Level),
        _unlike_their_labels(),
        quiet,
    ]
    return "\n".join(lines)


def level_keys(chosen: Mapping[Kind, Level]) -> list[list[Button]]:
    """A row for each kind: its name, which goes on to the next level, and the three levels."""
    return [
        [
            _key(kind, _next(chosen[kind]), say(LABELS[kind])),
            *(_level(kind, level, chosen) for level in Level),
        ]
        for kind in Kind
    ]


def quiet_state(
    hours: QuietHours | None, muted_until: datetime | None, zone: tzinfo, now: datetime
) -> str:
    """Whether a chat is quiet, and when, in a line or two."""
    lines = []
    if muted_until is not None:
        until, off = clock(muted_until, zone, now), command("/mute off")
        lines.append(say("Muted until {until}; {off} ends that.", until=until, off=off))
    if hours is not None:
        lines.append(
            say(
                "Quiet from {begin:%H:%M} to {end:%H:%M}; {off} ends that.",
                begin=hours.begin,
                end=hours.end,
                off=command("/quiet off"),
            )
        )
    return "\n".join(lines) or say("{quiet} keeps the nights quiet.", quiet=command(NIGHTS))


def quiet_set(hours: QuietHours, zone_name: str) -> str:
    """The answer to /quiet with hours."""
    return say(
        "Quiet from {begin:%H:%M} to {end:%H:%M} ({zone}; {timezone} changes that)."
        " All messages come without a sound then, failures too, and at {end:%H:%M} one message"
        " sums up what would have rung. {off} ends that.",
        begin=hours.begin,
        end=hours.end,
        zone=escaped(zone_name),
        timezone=command("/timezone"),
        off=command("/quiet off"),
    )


def quiet_off() -> str:
    """The answer to /quiet off."""
    return say(
        "No hours are quiet any more. {quiet} would keep the nights so.", quiet=command(NIGHTS)
    )


def muted(until: datetime, zone: tzinfo, now: datetime) -> str:
    """The answer to /mute with a time."""
    return say(
        "Muted until {until}: all messages come without a sound, failures too."
        " Then one message sums up what would have rung. {off} ends it before.",
        until=clock(until, zone, now),
        off=command("/mute off"),
    )


def not_muted() -> str:
    """The answer to /mute off, and to /mute where it is not."""
    return say(
        "This chat is not muted. {mute} keeps it still for two hours.", mute=command("/mute 2h")
    )


def mute_keys(*, muted_now: bool) -> list[list[Button]]:
    """How long, by a tap."""
    lengths = [
        Button(_mute_for(minutes * figures.MINUTE_S), MUTE, {"m": minutes})
        for minutes in MUTES_MINUTES
    ]
    return [[*lengths, *([Button(say("Unmute"), MUTE, {"m": 0})] if muted_now else [])]]


def _line(level: Level, kinds: Sequence[str]) -> str:
    name = bold(say(LEVELS[level]))
    if not kinds:
        return say("{level}: nothing", level=name)
    return say("{level}: {kinds}", level=name, kinds=list_of(kinds))


def _unlike_their_labels() -> str:
    """What is not plain from the label."""
    return say(
        "Finished: also stopped. Failed: also lost. Alerts: yours, and what is wrong with a"
        " training. Machine: its end, and copies of its work. Pings: the sign of life of"
        " {keepalive}.",
        keepalive=command("/keepalive"),
    )


def _named(chosen: Mapping[Kind, Level], level: Level) -> Sequence[str]:
    return [say(LABELS[kind]).lower() for kind in Kind if chosen[kind] is level]


def _next(level: Level) -> Level:
    following = list(Level)
    return following[(following.index(level) + 1) % len(following)]


def _level(kind: Kind, level: Level, chosen: Mapping[Kind, Level]) -> Button:
    mark = CHOSEN if chosen[kind] is level else ""
    return _key(kind, level, mark + say(LEVELS[level]))


def _key(kind: Kind, level: Level, label: str) -> Button:
    return Button(label, SET, {"k": kind.value, "l": level.value})


def _mute_for(seconds: float) -> str:
    return say("Mute {duration}", duration=figures.interval(seconds))
