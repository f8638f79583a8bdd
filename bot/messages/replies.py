"""Short answers to commands."""

import re
import shlex
from collections.abc import Sequence
from datetime import datetime, tzinfo

from bot.job import Ending, Job
from bot.messages import figures, titles
from bot.messages.clock import clock
from bot.messages.markup import bold, code, command, escaped, length, shortened, units
from bot.roles import Role
from training.protocol.control import StopMode

LIST_LIMIT = 3000
NAME_LIMIT = 64
ROOT_LIMIT, MOST_ROOTS = 255, 10
# A word that begins like a parameter, and one that a shell would not leave whole.
_LIKE_A_PARAMETER = re.compile(r"[A-Za-z_][A-Za-z0-9_]*=")
_NOT_BARE = re.compile(r"[\s'\"\\“”„«»‘’]")


def welcome(name: str, role: Role) -> str:
    """The answer to /start."""
    known_as = escaped(shortened(name, NAME_LIMIT))
    if role is Role.VIEWER:
        return (
            f"Hello {known_as}, you may look at everything here.\n\n"
            f"{command('/status')} shows what runs, {command('/jobs')} what ran,"
            f" {command('/help')} lists all commands."
        )
    known_role = "the owner" if role is Role.OWNER else "an operator"
    return (
        f"Hello {known_as}, you are {known_role} of this bot.\n\n"
        f"{command('/train epochs=12')} trains the Keras MNIST convnet on this machine and keeps"
        f" you posted here. {command('/status')} shows what runs, {command('/help')} lists all"
        " commands."
    )


def joined(role: Role) -> str:
    """The answer to a code that was worth a role."""
    if role is Role.OWNER:
        return (
            "This bot is yours now; nobody else gets an answer."
            f" {command('/help')} lists the commands, {command('/train')} starts a training."
        )
    may = "look at everything" if role is Role.VIEWER else "start, stop and look at jobs"
    return f"Welcome. As {_a(role)} you may {may}. {command('/help')} lists the commands."


def _a(role: Role) -> str:
    return "a viewer" if role is Role.VIEWER else "an operator"


def done_before() -> str:
    """An update that had its effect already came again."""
    return "That was done already."


def stopping(job: Job) -> str:
    """The answer to /stop."""
    title = bold(titles.title(job))
    if job.ending is Ending.STOPPED:
        return f"{title} is out of the queue."
    if job.stop is StopMode.AFTER_EPOCH:
        at_once = command(f"/stop {job.id}")
        return f"{title} stops after this epoch. {at_once} does not wait for it."
    return f"{title} is stopping; what it has so far is saved."


def keepalive(minutes: int) -> str:
    """The answer to /keepalive."""
    if minutes == 0:
        return (
            "Keepalive pings are off. Finished and failed jobs are announced all the same."
            f" {command('/keepalive 30m')} turns them on again."
        )
    every = figures.interval(minutes * figures.MINUTE_S)
    return (
        f"While a job runs, a ping comes every {every}. It tells you that the bot is"
        " alive; it does not keep a Colab machine from being taken back."
    )


def time_zone(name: str, now: datetime, zone: tzinfo) -> str:
    """The answer to /timezone."""
    return (
        f"Clock times in this chat are those of {bold(name)}, where it is {clock(now, zone, now)}."
        f" {command('/timezone Europe/Berlin')} or {command('/timezone UTC+2')} changes that."
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
        none = f"No archive found. Put a .zip or .tar.gz into one of these folders:\n{places}"
        return "\n".join([none, *hints])
    room = LIST_LIMIT
    lines = []
    for name, size_bytes in found[tapped:]:
        line = f"{command(f'/unzip {as_a_word(name)}')} {figures.size(size_bytes)}"
        room -= length(line) + 1
        if room >= 0:
            lines.append(line)
    left_out = more or len(lines) < len(found) - tapped
    note = ["… and more; name one to unpack it."] if left_out else []
    head = "Tap to copy, paste to unpack:"
    if tapped:
        words = [as_a_word(name) for name, _ in found]
        short = next((word for word in words if units(word) <= NAME_LIMIT), "labels.zip")
        own = command(f"/unzip {short} into=labels")
        head = f"Tap one to unpack it. Into a folder of another name: {own}"
    return "\n".join([head, *lines, *note, *hints])


def _zip_it(folder: str, files: int) -> str:
    """Drive reads one archive in seconds where thousands of files take hours."""
    return (
        f"💡 {code(shortened(folder, ROOT_LIMIT))} holds {files:,} files or more. From Drive they"
        " read slowly one by one: zip the folder on your computer and unpack the archive here."
    )


def store_trouble(free_bytes: int, total_bytes: int) -> str:
    """The bot cannot write down anything: said past the outbox, which lies there too."""
    return (
        f"⚠️ The bot cannot write to its disk: {figures.size(free_bytes)} of"
        f" {figures.size(total_bytes)} are free. Running jobs go on as far as they can, and what"
        " they report is told as soon as there is room. Delete what you no longer need."
    )


def too_many_files() -> str:
    """No file can be opened: said past the outbox, which may be out of reach as well."""
    return (
        "⚠️ Too many files are open on this machine: the bot waits until it can open its own"
        " again. Running jobs go on as far as they can, and what they report is told then. If it"
        " lasts for minutes, start the bot again: run the launcher's cell once more."
    )


def incident(number: str) -> str:
    """Something went wrong that is not the user's doing."""
    return (
        f"That went wrong here, and it is not your doing. The log has it as incident"
        f" {code(number)}. Jobs go on; {command('/status')} shows them."
    )


def as_a_word(name: str) -> str:
    """A file's name written so that the command takes it for one word, and no parameter."""
    name = f"./{name}" if _LIKE_A_PARAMETER.match(name) else name
    if not _NOT_BARE.search(name):
        return name
    return shlex.quote(name) if '"' in name or "\\" in name else f'"{name}"'
