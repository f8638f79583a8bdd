"""What the bot asks of a place where runs live."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from bot.job import Handle
from training.protocol.folder import JobFolder


class StartError(Exception):
    """The run could not be started; the text is for the log."""


@dataclass(frozen=True, slots=True)
class Gone:
    """A run's process is not there any more.

    Attributes:
        exit_code: what it left with; negative for a signal; none where nobody
            could wait for it, as with a run adopted after a restart of the bot.
        with_machine: it ran on a machine, or under a boot, that is no more.
    """

    exit_code: int | None
    with_machine: bool = False


class Runner(Protocol):
    """Starts runs, looks after them, ends them."""

    def start(self, folder: JobFolder, run: int, record: Callable[[Handle], None]) -> None:
        """Begin a run.

        Args:
            record: called with the handle before any work is done. Where it
                raises, or where the caller dies before it returns, the run
                never begins.

        Raises:
            StartError: no process could be made.
        """

    def look(self, handle: Handle) -> Gone | None:
        """Whether a run's process is gone; None while it is there."""

    def find(self, folder: JobFolder, pid: int) -> Handle | None:
        """The handle of a run that works on a folder now, where only its pid is known."""

    def stop(self, handle: Handle, *, force: bool) -> None:
        """Ask a run to stop and save; with ``force``, end it without asking."""

    @property
    def ready(self) -> bool:
        """Whether a job that came now would begin at once."""

    def tend(self, *, busy: bool) -> None:
        """Get ready for the next job, or give up what was made ready; call this now and then.

        Args:
            busy: whether a job computes, or waits to.
        """

    def close(self) -> None:
        """The bot stops: end what no job uses. Runs go on."""
