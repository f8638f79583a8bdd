"""Who reads data: a run of a job, or somebody who only looks."""

import time
from pathlib import Path
from typing import Protocol

from training.protocol.events import Event
from training.protocol.folder import JobFolder


class Reading(Protocol):
    """What reading needs of the one who reads."""

    @property
    def folder(self) -> JobFolder:
        """Where room for prepared data is."""

    def check_stop(self) -> None:
        """Raises where it should end."""

    def report(self, event: Event) -> None:
        """Tell."""


class OutOfTime(Exception):
    """A look took longer than it may."""


class Glance:
    """A look with an end.

    Args:
        place: a folder for what is prepared.
        until: when it ends, by the clock of the machine (Unix time).

    Attributes:
        told: what a run would have reported.
    """

    def __init__(self, place: Path, until: float) -> None:
        self.folder = JobFolder(place)
        self.told: list[Event] = []
        self._until = until

    @property
    def is_over(self) -> bool:
        """Whether the time is up."""
        return time.time() >= self._until

    def check_stop(self) -> None:
        """Raises OutOfTime when it is over."""
        if self.is_over:
            raise OutOfTime

    def report(self, event: Event) -> None:
        """Keep it."""
        self.told.append(event)
