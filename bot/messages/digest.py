"""What a chat is told when its quiet time is over."""

from collections.abc import Sequence
from datetime import datetime, tzinfo

from bot.messages.clock import clock
from bot.messages.markup import bold, command, escaped, plain, shortened
from bot.messages.translation import say, say_many
from bot.noise import Kind
from bot.store import Notification

MOST_LINES, LINES_OF_EACH, LINE_LIMIT = 20, 4, 150


def digest(hushed: Sequence[tuple[datetime, Notification]], zone: tzinfo) -> str:
    """Failures first, then the others as they came.

    Args:
        hushed: what came without its sound, and when.
    """
    failed_first = sorted(hushed, key=lambda entry: entry[1].kind is not Kind.FAILED)
    lines = [_line(at, notification, zone) for at, notification in failed_first[:MOST_LINES]]
    left_out = len(hushed) - len(lines)
    if left_out:
        lines.append(say("… and {count} more, above", count=left_out))
    heading = say_many(
        "While it was quiet: {count} message", "While it was quiet: {count:,} messages", len(hushed)
    )
    standing = say("{jobs} shows how all stands now.", jobs=command("/jobs"))
    return "\n".join([bold(heading), *lines, standing])


def _line(at: datetime, notification: Notification, zone: tzinfo) -> str:
    first = [line for line in plain(notification.text).splitlines() if line.strip()]
    told = shortened(" · ".join(first[:LINES_OF_EACH]), LINE_LIMIT)
    return f"{clock(at, zone, at)} {escaped(told)}"
