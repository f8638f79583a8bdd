"""What somebody wrote is no command, or not theirs, or has wrong words."""

from dataclasses import dataclass

from bot.errors.base import UserError


@dataclass
class UnknownCommand(UserError):
    """No command of that name; ``nearest`` is the one that was probably meant."""

    name: str
    nearest: str | None


@dataclass
class SlashMissing(UserError):
    """A command without its slash, or with another sign in its place; ``meant`` has it."""

    meant: str


@dataclass
class NotACommand(UserError):
    """A message that is not a command: plain text, a photo, a sticker."""


@dataclass
class NotAllowed(UserError):
    """The user is known, and the command takes a higher role."""

    command: str
    role: str


@dataclass
class UnreadableWords(UserError):
    """A quote was opened and not closed."""


@dataclass
class UnknownParameter(UserError):
    """A name that the command does not have."""

    name: str
    allowed: tuple[str, ...]
    nearest: str | None


@dataclass
class WrongValue(UserError):
    """A value that the parameter does not take; ``allowed`` says what it takes."""

    name: str
    value: str
    allowed: str


@dataclass
class RepeatedParameter(UserError):
    """The same name was given twice."""

    name: str


@dataclass
class MissingWord(UserError):
    """The command needs a word more; ``usage`` shows it whole."""

    usage: str


@dataclass
class ExtraWords(UserError):
    """Words that the command has no place for."""

    words: tuple[str, ...]
    usage: str


@dataclass
class Contradiction(UserError):
    """Words of which only one can be so."""

    words: tuple[str, ...]
    usage: str


@dataclass
class UnknownZone(UserError):
    """There is no such time zone; ``nearest`` are names like it."""

    wanted: str
    nearest: tuple[str, ...]
