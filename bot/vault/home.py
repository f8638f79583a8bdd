"""The rooms of the home folder."""

import secrets
from pathlib import Path

from bot.home_copy import HomeTrouble
from bot.vault.trouble import HomeFailed
from training.protocol.folder import JobFolder, write_atomically

MARKER = "coltrain-home.txt"
_TEXT = """\
Coltrain keeps its copies here: jobs/<number> has each job's folder, store the bot's memory.
Leave this file where it is: it is how Coltrain knows that the folder is connected.
"""


class Home:
    """Where things lie in the home folder."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def store(self) -> Path:
        """The copy of the store."""
        return self.path / "store"

    @property
    def lease(self) -> Path:
        """Who launched, in order."""
        return self.path / "lease"

    @property
    def files(self) -> Path:
        """Files that were asked for and are too large for Telegram."""
        return self.path / "files"

    def job(self, job_id: int) -> Path:
        """The copy of a job's folder, in the same form."""
        return JobFolder.of(self.path, job_id).path

    def jobs(self) -> list[int]:
        """The numbers of all jobs that were ever copied.

        Raises:
            OSError: it does not answer.
        """
        folder = self.job(0).parent
        try:
            return sorted(int(path.name) for path in folder.iterdir() if path.name.isdigit())
        except FileNotFoundError:
            return []

    def make(self) -> None:
        """Make the folder, and the one around it, if need be.

        No more than that: where a whole path is missing, Drive is not connected,
        and a folder made there would lie on this machine's own disk.

        Raises:
            HomeFailed: what should be around it is missing.
            OSError: it cannot be made.
        """
        if not self.path.parent.parent.is_dir():
            raise HomeFailed(HomeTrouble.GONE, f"{self.path.parent.parent} is not there")
        self.path.mkdir(parents=True, exist_ok=True)
        if not (self.path / MARKER).exists():
            write_atomically(self.path / MARKER, f"{_TEXT}\n{secrets.token_hex(8)}\n".encode())

    def check(self) -> None:
        """Look whether it is still the folder that was made.

        Raises:
            HomeFailed: it is gone; in its place may be an empty mount point.
            OSError: it does not answer.
        """
        if not (self.path / MARKER).exists():
            raise HomeFailed(HomeTrouble.GONE, f"{self.path / MARKER} is not there")
