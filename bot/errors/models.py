"""What was asked of a trained model cannot be answered."""

from dataclasses import dataclass

from bot.errors.base import UserError
from training.protocol.inspection import Obstacle


@dataclass
class NoModel(UserError):
    """The job has saved no model; or no job has (none)."""

    job_id: int | None


@dataclass
class NoPicture(UserError):
    """A command about a picture, and none came with it."""

    usage: str


@dataclass
class NoInspection(UserError):
    """The model gave no answer; ``detail`` is what is known of why."""

    job_id: int
    obstacle: Obstacle
    detail: str
