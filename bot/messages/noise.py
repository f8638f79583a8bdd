"""Words about what a chat hears, and when: /notify, /quiet, /mute."""

from collections.abc import Mapping, Sequence
from datetime import datetime, tzinfo

from bot.button import Button
from bot.messages import figures
from bot.messages.clock import clock
from bot.messages.markup import bold, command, escaped
from bot.noise import Kind, Level, QuietHours

SET, MUTE = "notify_set", "mute"
CHOSEN = "✓ "
LABELS = {
    Kind.STARTED: "Started",
    Kind.EPOCHS: "Epochs",
    Kind.SAVED: "Saved",
    Kind.FINISHED: "Finished",
    Kind.FAILED: "Failed",
    Kind.ALERTS: "Alerts",
    Kind.MACHINE: "Machine",
    Kind.PINGS: "Pings",
}
# What is not plain from the label.
MEANINGS = (
    "Finished: also stopped. Failed: also lost. Alerts: yours, and what is wrong with a training."
    " Machine: its end, and copies of its work. Pings: the sign of life of"
)
MUTES_MINUTES = (60, 480)


def levels(chosen: Mapping[Kind, Level], quiet: str) -> str:
    """The answer to /notify: what the buttons below say, for whoever cannot see them.

    Args:
        quiet: whether the chat is quiet, and when.
    """
    by_level = [
        f"{bold(level.value)}: " + (", ".join(_named(chosen, level)) or "nothing")
        for level in Level
    ]
    lines = [
        "What comes with a sound (on), without one (silent), or not at all (off):",
        *by_level,
        f"{MEANINGS} {command('/keepalive')}.",
        quiet,
    ]
    return "\n".join(lines)


def level_keys(chosen: Mapping[Kind, Level]) -> list[list[Button]]:
    """A row for each kind: its name, which goes on to the next level, and the three levels."""
    return [
        [
            _key(kind, _next(chosen[kind]), LABELS[kind]),
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
        until = clock(muted_until, zone, now)
        lines.append(f"Muted until {until}; {command('/mute off')} ends that.")
    if hours is not None:
        lines.append(f"Quiet from {_span(hours)}; {command('/quiet off')} ends that.")
    return "\n".join(lines) or f"{command('/quiet 23:00-07:30')} keeps the nights quiet."


def quiet_set(hours: QuietHours, zone_name: str) -> str:
    """The answer to /quiet with hours."""
    return (
        f"Quiet from {_span(hours)} ({escaped(zone_name)}; {command('/timezone')} changes that)."
        " All messages come without a sound then, failures too, and at"
        f" {hours.end:%H:%M} one message sums up what would have rung."
        f" {command('/quiet off')} ends that."
    )


def quiet_off() -> str:
    """The answer to /quiet off."""
    return f"No hours are quiet any more. {command('/quiet 23:00-07:30')} would keep the nights so."


def muted(until: datetime, zone: tzinfo, now: datetime) -> str:
    """The answer to /mute with a time."""
    return (
        f"Muted until {clock(until, zone, now)}: all messages come without a sound, failures too."
        " Then one message sums up what would have rung."
        f" {command('/mute off')} ends it before."
    )


def not_muted() -> str:
    """The answer to /mute off, and to /mute where it is not."""
    return f"This chat is not muted. {command('/mute 2h')} keeps it still for two hours."


def mute_keys(*, muted_now: bool) -> list[list[Button]]:
    """How long, by a tap."""
    lengths = [
        Button(f"Mute {figures.interval(minutes * figures.MINUTE_S)}", MUTE, {"m": minutes})
        for minutes in MUTES_MINUTES
    ]
    return [[*lengths, *([Button("Unmute", MUTE, {"m": 0})] if muted_now else [])]]


def _named(chosen: Mapping[Kind, Level], level: Level) -> Sequence[str]:
    return [LABELS[kind].lower() for kind in Kind if chosen[kind] is level]


def _next(level: Level) -> Level:
    following = list(Level)
    return following[(following.index(level) + 1) % len(following)]


def _level(kind: Kind, level: Level, chosen: Mapping[Kind, Level]) -> Button:
    mark = CHOSEN if chosen[kind] is level else ""
    return _key(kind, level, mark + level.value)


def _key(kind: Kind, level: Level, label: str) -> Button:
    return Button(label, SET, {"k": kind.value, "l": level.value})


def _span(hours: QuietHours) -> str:
    return f"{hours.begin:%H:%M} to {hours.end:%H:%M}"
