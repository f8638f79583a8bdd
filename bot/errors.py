"""Errors that speak to the user: each names what was wrong; messages/ has the sentences.

Anything that is not a ``UserError`` is a bug: it is logged with its traceback and
the chat gets one calm line with an incident number.
"""

from dataclasses import dataclass


class UserError(Exception):
    """Something the user asked for cannot be done; nothing was started or changed."""


@dataclass
class UnknownCommand(UserError):
    """No command of that name; ``nearest`` is the one that was probably meant."""

    name: str
    nearest: str | None


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
class UnknownJob(UserError):
    """There is no job of that number."""

    wanted: str
    latest: int | None


@dataclass
class UnknownZone(UserError):
    """There is no such time zone; ``nearest`` are names like it."""

    wanted: str
    nearest: tuple[str, ...]


@dataclass
class NothingRuns(UserError):
    """A command about a running job, and none runs."""


@dataclass
class WhichJob(UserError):
    """Several jobs fit; the user has to name one. ``behind``: words behind the number."""

    command: str
    job_ids: tuple[int, ...]
    behind: str = ""


@dataclass
class NotRunning(UserError):
    """The job has ended already."""

    job_id: int


@dataclass
class StillOpen(UserError):
    """The job waits or runs: there is nothing to resume yet."""

    job_id: int


@dataclass
class NothingToResume(UserError):
    """The job has done all it was asked to; or there is no job that broke off."""

    job_id: int | None


@dataclass
class CannotChange(UserError):
    """That kind of job is retried as it was or not at all."""

    job_id: int


@dataclass
class AlreadyStopping(UserError):
    """The job was asked to stop before, and will."""

    job_id: int


@dataclass
class NoEpochs(UserError):
    """The job is none that works in epochs."""

    job_id: int


@dataclass
class EpochPassed(UserError):
    """The job cannot end there: it takes an epoch from ``first`` to ``last``."""

    job_id: int
    wanted: int
    first: int
    last: int


@dataclass
class AllEpochsDone(UserError):
    """The job has done all its epochs and is about to end."""

    job_id: int


@dataclass
class NoEpochLeft(UserError):
    """No epoch of the job is left that could begin with another learning rate."""

    job_id: int
    under_way: bool


@dataclass
class SameRate(UserError):
    """The job has that learning rate already."""

    job_id: int
    learning_rate: float


@dataclass
class UnknownMetric(UserError):
    """The job logs no such metric; ``nearest`` is the one that was probably meant."""

    job_id: int
    metric: str
    known: tuple[str, ...]
    nearest: str | None


@dataclass
class AlreadySo(UserError):
    """What an alert would wait for is so since the latest epoch."""

    job_id: int
    condition: str
    epoch: int


@dataclass
class TooManyAlerts(UserError):
    """A chat waits for as many things as it can."""

    most: int


@dataclass
class NoteTooLong(UserError):
    """A note is a few lines, no file."""

    length: int
    most: int


@dataclass
class NotPassedOn(UserError):
    """The disk does not take the wish for a running job; nothing was changed."""

    job_id: int


@dataclass
class NoLog(UserError):
    """The job has not printed anything."""

    job_id: int


@dataclass
class NotFetched(UserError):
    """The job's folder is still on its way from the home folder."""

    job_id: int


@dataclass
class FileNotFound(UserError):
    """No such file in the data folders; ``nearest`` are names like it."""

    name: str
    nearest: tuple[str, ...]
    roots: tuple[str, ...]


@dataclass
class DataSilent(UserError):
    """The data folders did not answer in time, as a Drive may do for minutes."""

    roots: tuple[str, ...]
    waited_s: float


@dataclass
class DataUnreadable(UserError):
    """The file system does not give a file or a folder; ``why`` is what it says."""

    name: str
    why: str


@dataclass
class OutsideDataFolders(UserError):
    """The path leads out of the folders that commands may name."""

    name: str
    roots: tuple[str, ...]


@dataclass
class WrongFolderName(UserError):
    """``into=`` takes one plain folder name."""

    name: str


@dataclass
class FolderExists(UserError):
    """The destination is there already; nothing is overwritten."""

    name: str


@dataclass
class FolderClaimed(UserError):
    """Another job that has not ended unpacks into that folder."""

    name: str
    job_id: int


@dataclass
class NothingToPlot(UserError):
    """A job has no curve: no epoch of it has ended, or it has none."""

    job_id: int


@dataclass
class PlotFailed(UserError):
    """The picture could not be drawn; ``why`` is for whoever mends it."""

    why: str


@dataclass
class PictureNotSent(UserError):
    """Telegram does not take a picture now; ``why`` is what it says."""

    why: str


@dataclass
class FileNotSent(UserError):
    """Telegram does not take a file now; ``why`` is what it says."""

    name: str
    why: str


@dataclass
class TooManyJobs(UserError):
    """More jobs than can be told apart side by side."""

    most: int
    usage: str


@dataclass
class NoResults(UserError):
    """The job has no files to send, as yet or at all."""

    job_id: int


@dataclass
class NoSuchResult(UserError):
    """The job has files, and none of that name."""

    job_id: int
    name: str
    names: tuple[str, ...]


@dataclass
class EmptyFile(UserError):
    """Telegram takes no file without content."""

    name: str


@dataclass
class TooLargeToSend(UserError):
    """More than a bot may send, and no way to Drive: it stays where it is."""

    size: str
    path: str
    home: bool


@dataclass
class NotKeptInHome(UserError):
    """The home folder took no copy of a large file; ``why`` is what is wrong there."""

    path: str
    why: str


@dataclass
class TooLargeToReceive(UserError):
    """More than a bot may fetch from Telegram."""

    name: str
    size: str


@dataclass
class FileNotReceived(UserError):
    """A file that was sent could not be fetched or written down; nothing of it was kept."""

    name: str
    why: str


@dataclass
class NotAFile(UserError):
    """A picture, a voice message or the like, which Telegram has changed on the way."""


@dataclass
class FilesNotTaken(UserError):
    """The user is known, and sending files takes a higher role."""

    role: str
