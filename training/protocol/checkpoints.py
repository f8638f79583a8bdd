"""How checkpoints are named and listed in a job's folder, for whoever copies them.

What is inside one is the business of ``training.checkpoint`` alone.
"""

import re
from pathlib import Path

SUMS = "SHA256SUMS"
FIRST = 1

_NAME = re.compile(r"(\d{6,})-epoch-(\d+)-step-(\d+)")
_SUM = re.compile(r"([0-9a-f]{64})  ([\w.-]+)")


def checkpoint_name(count: int, epoch: int, step: int) -> str:
    """The folder name of a job's so-many-th checkpoint: after an epoch and a step of the next."""
    return f"{count:06d}-epoch-{epoch}-step-{step}"


def is_checkpoint(name: str) -> bool:
    """Whether a folder of that name is a checkpoint, usable or not."""
    return _NAME.fullmatch(name) is not None


def numbers_of(name: str) -> tuple[int, int, int]:
    """Count, epoch and step of a checkpoint's name.

    Raises:
        ValueError: it is none.
    """
    found = _NAME.fullmatch(name)
    if found is None:
        raise ValueError(f"{name} is no checkpoint")
    count, epoch, step = found.groups()
    return int(count), int(epoch), int(step)


def after_epochs(folder: Path) -> dict[int, Path]:
    """The checkpoints in a folder that lie between epochs, by how many epochs are complete."""
    found = reversed(checkpoints_newest_first(folder))
    return {epoch: path for path in found for _, epoch, step in [numbers_of(path.name)] if not step}


def checkpoints_newest_first(folder: Path) -> list[Path]:
    """All checkpoints in a folder, usable or not; none where the folder is missing."""
    try:
        found = [path for path in folder.iterdir() if is_checkpoint(path.name)]
    except FileNotFoundError:
        return []
    return sorted(found, key=lambda path: numbers_of(path.name), reverse=True)


def sums_of(checkpoint: Path) -> dict[str, str]:
    """The SHA-256 of each file of a checkpoint, as it was written.

    Raises:
        OSError: there is no list of sums.
        ValueError: it cannot be read.
    """
    lines = (checkpoint / SUMS).read_text(encoding="ascii").splitlines()
    found = [_SUM.fullmatch(line) for line in lines]
    if not all(found):
        raise ValueError(f"{SUMS} of {checkpoint.name} is damaged")
    return {match[2]: match[1] for match in found if match is not None}
