"""Files that are not there, cannot be read, kept, sent or taken."""

from dataclasses import dataclass

from bot.errors.base import UserError


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
class NoProgram(UserError):
    """A file of a kind that is not run, or a folder."""

    name: str
    is_folder: bool = False


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
class FileNotSent(UserError):
    """Telegram does not take a file now; ``why`` is what it says."""

    name: str
    why: str


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
