"""What was asked of a job cannot be done."""

from dataclasses import dataclass

from bot.errors.base import UserError


@dataclass
class UnknownJob(UserError):
    """There is no job of that number."""

    wanted: str
    latest: int | None


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
class CheckpointGone(UserError):
    """The job has no checkpoint after that epoch (none: after any); ``kept`` are those it has."""

    job_id: int
    epoch: int | None
    kept: tuple[int, ...]


@dataclass
class NotForAFork(UserError):
    """A parameter that decides what a checkpoint can be used for."""

    job_id: int
    parameter: str


@dataclass
class AlreadyStopping(UserError):
    """The job was asked to stop before, and will."""

    job_id: int


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
class TooManyJobs(UserError):
    """More jobs than can be told apart side by side."""

    most: int
    usage: str
