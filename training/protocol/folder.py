"""Where everything of one job lies on disk, and how a file there is replaced."""

import errno
import os
from dataclasses import dataclass
from pathlib import Path

# What a file system says that has no such call. Drive's and other mounted ones may.
_NO_SYNC = (errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS)


@dataclass(frozen=True, slots=True)
class JobFolder:
    """The paths of one job. No other code builds a path inside a job folder."""

    path: Path

    @classmethod
    def of(cls, work: Path, job_id: int) -> "JobFolder":
        """The folder of a job under the work folder."""
        return cls(work / "jobs" / str(job_id))

    @property
    def spec(self) -> Path:
        """What the user asked for; written once, before the first run."""
        return self.path / "spec.json"

    @property
    def origin(self) -> Path:
        """Who asked for the job, and where; the bot's own note to itself."""
        return self.path / "origin.json"

    @property
    def made_with(self) -> Path:
        """What the job was made with: versions, commit, seed, the data's fingerprint."""
        return self.path / "made_with.json"

    @property
    def report(self) -> Path:
        """All about the job as a page, where somebody has had it made."""
        return self.path / "report.html"

    @property
    def event_log(self) -> Path:
        """The truth about the job's runs; appended to by the job process alone."""
        return self.path / "event_log.jsonl"

    @property
    def control(self) -> Path:
        """Wishes of the user to a running job; replaced whole by the bot."""
        return self.path / "control.json"

    @property
    def log(self) -> Path:
        """What the job process printed, for people."""
        return self.path / "log.txt"

    @property
    def lock(self) -> Path:
        """Held by the job process: a job never has two runs at once."""
        return self.path / "run.lock"

    @property
    def checkpoint(self) -> Path:
        """Folder of what a resumed run continues from."""
        return self.path / "checkpoint"

    @property
    def artifacts(self) -> Path:
        """Folder of results that are worth keeping: model, history."""
        return self.path / "artifacts"

    @property
    def workplace(self) -> Path:
        """Folder that a script runs in: links to what lies beside it, and what it writes."""
        return self.path / "workplace"

    @property
    def code(self) -> Path:
        """Folder with the user's code that the job ran, as it was."""
        return self.path / "code"

    @property
    def reports(self) -> Path:
        """Pipe through which a script's process tells what happens; gone with it."""
        return self.path / "reports"

    @property
    def wishes(self) -> Path:
        """What a script's process should do at its next epoch; the job process writes it."""
        return self.path / "wishes.json"

    @property
    def receipt(self) -> Path:
        """What an unzip notes before its folder gets its name."""
        return self.path / "receipt.json"

    @property
    def prepared(self) -> Path:
        """Folder of data made ready for this job; it goes when a run has ended."""
        return self.path / "prepared"

    def create(self) -> None:
        """Make the folder and its parts; nothing happens to one that is there."""
        for folder in (self.path, self.checkpoint, self.artifacts):
            folder.mkdir(parents=True, exist_ok=True)


def write_atomically(path: Path, content: bytes) -> None:
    """Replace a file so that a reader sees the old content or the new, never a part.

    Raises:
        OSError: the disk is full or the folder is gone; the old file is unharmed.
    """
    aside = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        with aside.open("wb") as file:
            file.write(content)
            file.flush()
            sync_file(file.fileno())
        aside.replace(path)
    except BaseException:
        aside.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def sync_file(descriptor: int) -> None:
    """Make what was written durable, as far as the file system knows how.

    Raises:
        OSError: it knows, and could not.
    """
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in _NO_SYNC:
            raise


def sync_folder(folder: Path) -> None:
    """Make a rename in a folder durable; a power loss may undo it before this.

    Raises:
        OSError: the disk is broken.
    """
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        sync_file(descriptor)
    finally:
        os.close(descriptor)
