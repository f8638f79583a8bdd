"""Short answers to commands."""

import re
import shlex
from collections.abc import Sequence
from datetime import datetime, tzinfo

from bot.job import Ending, Job
from bot.messages import figures, titles
from bot.messages.clock import clock
from bot.messages.markup import bold, code, command, escaped, length, shortened, units
from bot.messages.translation import marked, say
from bot.roles import Role
from bot.typed import changes
from training.protocol.control import StopMode

LIST_LIMIT = 3000
NAME_LIMIT = 64
ROOT_LIMIT, MOST_ROOTS = 255, 10
# Each language has a zone of those who speak it.
ZONE_EXAMPLE = marked("/timezone Europe/Berlin")
OFFSET_EXAMPLE = marked("/timezone UTC+2")
# A word that begins like a parameter, and one that a shell would not leave whole.
_LIKE_A_PARAMETER = re.compile(r"[A-Za-z_][A-Za-z0-9_]*=")
_NOT_BARE = re.compile(r"[\s'\"\\“”„«»‘’]")


def welcome(name: str, role: Role) -> str:
    """The answer to /start."""
    known_as = escaped(shortened(name, NAME_LIMIT))
    status, help_ = command("/status"), command("/help")
    if role is Role.VIEWER:
        hello = say("Hello {name}, you may look at everything here.", name=known_as)
        next_steps = say(
            "{status} shows what runs, {jobs} what ran, {help} lists all commands.",
            status=status, jobs=command("/jobs"), help=help_,
        )  # fmt: skip
        return f"{hello}\n\n{next_steps}"
    hello = (
        say("Hello {name}, you are the owner of this bot.", name=known_as)
        if role is Role.OWNER
        else say("Hello {name}, you are an operator of this bot.", name=known_as)
    )
    next_steps = say(
        "{train} trains the Keras MNIST convnet on this machine and keeps you posted here."
        " {status} shows what runs, {help} lists all commands.",
        train=command("/train epochs=12"), status=status, help=help_,
    )  # fmt: skip
    return f"{hello}\n\n{next_steps}"


def joined(role: Role) -> str:
    """The answer to a code that was worth a role."""
    help_ = command("/help")
    if role is Role.OWNER:
        return say(
            "This bot is yours now; nobody else gets an answer."
            " {help} lists the commands, {train} starts a training.",
            help=help_,
            train=command("/train"),
        )
    if role is Role.VIEWER:
        return say(
            "Welcome. As a viewer you may look at everything. {help} lists the commands.",
            help=help_,
        )
    return say(
        "Welcome. As an operator you may start, stop and look at jobs. {help} lists the commands.",
        help=help_,
    )


def done_before() -> str:
    """An update that had its effect already came again."""
    return say("That was done already.")


def stopping(job: Job) -> str:
    """The answer to /stop."""
    title = bold(titles.title(job))
    if job.ending is Ending.STOPPED:
        return say("{title} is out of the queue.", title=title)
    if job.stop is StopMode.AFTER_EPOCH:
        return say(
            "{title} stops after this epoch. {stop} does not wait for it.",
            title=title,
            stop=command(f"/stop {job.id}"),
        )
    return say("{title} is stopping; what it has so far is saved.", title=title)


def keepalive(minutes: int) -> str:
    """The answer to /keepalive."""
    if minutes == 0:
        return say(
            "Keepalive pings are off; {keepalive} turns them on again. {notify} shows what else is"
            " told here.",
            keepalive=command("/keepalive 30m"),
            notify=command("/notify"),
        )
    return say(
        "While a job runs, a ping comes every {interval}. It tells you that the bot is alive; it"
        " does not keep a Colab machine from being taken back.",
        interval=figures.interval(minutes * figures.MINUTE_S),
    )


def time_zone(name: str, now: datetime, zone: tzinfo) -> str:
    """The answer to /timezone."""
    return say(
        "Clock times in this chat are those of {zone}, where it is {time}."
        " {place} or {hours} changes that.",
        zone=bold(name),
        time=clock(now, zone, now),
        place=command(say(ZONE_EXAMPLE)),
        hours=command(say(OFFSET_EXAMPLE)),
    )


def archives(
    found: Sequence[tuple[str, int]],
    roots: tuple[str, ...],
    more: bool,
    crowded: Sequence[tuple[str, int]] = (),
    tapped: int = 0,
) -> str:
    """The answer to /unzip without an archive: what there is.

    Args:
        tapped: so many of them have a button.
        found: names as the command takes them, with their sizes in bytes.
        crowded: folders with very many files, and how many.
    """
    hints = [_zip_it(name, count) for name, count in crowded]
    if not found:
        places = "\n".join(code(shortened(root, ROOT_LIMIT)) for root in roots[:MOST_ROOTS])
        none = say(
            "No archive found. Put a .zip or .tar.gz into one of these folders:\n{folders}",
            folders=places,
        )
        return "\n".join([none, *hints])
    room = LIST_LIMIT
    lines = []
    for name, size_bytes in found[tapped:]:
        line = f"{command(f'/unzip {as_a_word(name)}')} {figures.size(size_bytes)}"
        room -= length(line) + 1
        if room >= 0:
            lines.append(line)
    left_out = more or len(lines) < len(found) - tapped
    note = [say("… and more; name one to unpack it.")] if left_out else []
    head = _tap([name for name, _ in found]) if tapped else say("Tap to copy, paste to unpack:")
    return "\n".join([head, *lines, *note, *hints])


def _tap(names: Sequence[str]) -> str:
    words = map(as_a_word, names)
    short = next((word for word in words if units(word) <= NAME_LIMIT), "labels.zip")
    return say(
        "Tap one to unpack it. Into a folder of another name: {unzip}",
        unzip=command(f"/unzip {short} into=labels"),
    )


def _zip_it(folder: str, files: int) -> str:
    """Drive reads one archive in seconds where thousands of files take hours."""
    return say(
        "💡 {folder} holds {count:,} files or more. From Drive they read slowly one by one: zip"
        " the folder on your computer and unpack the archive here.",
        folder=code(shortened(folder, ROOT_LIMIT)),
        count=files,
    )


def store_trouble(free_bytes: int, total_bytes: int) -> str:
    """The bot cannot write down anything: said past the outbox, which lies there too."""
    return say(
        "⚠️ The bot cannot write to its disk: {free} of {total} are free. Running jobs go on as"
        " far as they can, and what they report is told as soon as there is room. Delete what you"
        " no longer need.",
        free=figures.size(free_bytes),
        total=figures.size(total_bytes),
    )


def too_many_files() -> str:
    """No file can be opened: said past the outbox, which may be out of reach as well."""
    return say(
        "⚠️ Too many files are open on this machine: the bot waits until it can open its own"
        " again. Running jobs go on as far as they can, and what they report is told then. If it"
        " lasts for minutes, start the bot again: run the launcher's cell once more."
    )


def incident(number: str) -> str:
    """Something went wrong that is not the user's doing."""
    return say(
        "That went wrong here, and it is not your doing. The log has it as incident {number}."
        " Jobs go on; {status} shows them.",
        number=code(number),
        status=command("/status"),
    )


def as_a_word(name: str) -> str:
    """A file's name written so that the command takes it for one word, and no parameter."""
    name = f"./{name}" if _LIKE_A_PARAMETER.match(name) else name
    if not _NOT_BARE.search(name) and not changes(name):
        return name
    return shlex.quote(name) if '"' in name or "\\" in name else f'"{name}"'
