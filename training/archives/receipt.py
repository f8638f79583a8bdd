"""A note that an unpacked folder is this job's own, for a run that follows on a killed one.

It is written before the folder gets its name: whoever is killed between the name and
the last event has done all the work, and the next run only has to say so.

Covered: the very folder, by its device and inode, which a rename keeps. Not covered: what a
user changed in it since.
"""

from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from training.protocol.failure import Detail
from training.protocol.folder import JobFolder, write_atomically


class Receipt(BaseModel):
    """Which folder, and what there is to say about it."""

    model_config = ConfigDict(frozen=True)

    device: int
    inode: int
    result: dict[str, Detail]


def write_receipt(job: JobFolder, unpacked: Path, result: dict[str, Detail]) -> None:
    """Note that this folder is the job's result.

    Raises:
        OSError: the disk is full.
    """
    status = unpacked.stat()
    receipt = Receipt(device=status.st_dev, inode=status.st_ino, result=result)
    write_atomically(job.receipt, receipt.model_dump_json().encode())


def result_before(job: JobFolder, destination: Path) -> dict[str, Detail] | None:
    """What an earlier run of the job had to say of this folder; none where it is not its own."""
    try:
        receipt = Receipt.model_validate_json(job.receipt.read_bytes())
        status = destination.lstat()
    except (OSError, ValidationError):
        return None
    own = (receipt.device, receipt.inode) == (status.st_dev, status.st_ino)
    return receipt.result if own else None
