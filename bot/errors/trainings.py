"""What was asked of a training cannot be done: epochs, rates, alerts, notes."""

from dataclasses import dataclass

from bot.errors.base import UserError
from training.protocol.failure import Detail


@dataclass
class NotForThisData(UserError):
    """A parameter of /train has no meaning for the data that it names."""

    name: str
    data: str


@dataclass
class PresetHasNetwork(UserError):
    """A model of one's own was named beside a preset that has its own network."""

    preset: str


@dataclass
class PackedData(UserError):
    """An archive was named as data; its path is what /unzip takes."""

    path: str


@dataclass
class NotTrainingData(UserError):
    """A file that is nothing to train with."""

    name: str


@dataclass
class NotAModel(UserError):
    """A file that is no Python file was named as a model."""

    name: str


@dataclass
class ModelRefused(UserError):
    """A model file cannot be used; code and details are those that a job would end with."""

    code: str
    details: dict[str, Detail]


@dataclass
class ModelSilent(UserError):
    """A model file did not come to its end when it was tried."""

    name: str
    why: str


@dataclass
class NoEpochs(UserError):
    """The job is none that works in epochs."""

    job_id: int


@dataclass
class SteersItself(UserError):
    """A script says how many epochs it does, and with which learning rate."""

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
class ShareTooLarge(UserError):
    """A share of the whole is compared with more than the whole; ``meant`` is that in percent."""

    job_id: int
    metric: str
    condition: str
    meant: str | None


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
