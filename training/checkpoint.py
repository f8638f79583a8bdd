"""What a later run of a job goes on from, and how it survives a crash or a bad disk.

A checkpoint is a folder of its own: it appears whole, by a rename, after its
files were written, synced, and read back. ``SHA256SUMS`` covers every byte, in
the form that ``sha256sum --check`` takes. The one before it stays until the
next one is there. There is no pickle in it: nothing in it can run.
"""

import hashlib
import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from training.history import EpochRecord
from training.protocol.checkpoints import (
    FIRST,
    SUMS,
    checkpoint_name,
    checkpoints_newest_first,
    is_checkpoint,
    numbers_of,
    sums_of,
)
from training.protocol.folder import sync_folder

VARIABLES = "variables.npys"  # .npy files, one behind the other
POSITION = "position.json"
ASIDE = ".new-"


class CheckpointUnusable(Exception):
    """A checkpoint is damaged, incomplete, or made with other parameters."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A training at rest between two steps.

    Attributes:
        epoch: how many epochs are complete.
        step: how many steps of the next one are done.
        seconds: how long these steps took.
        history: the complete epochs.
        state: all variables by name.
    """

    epoch: int
    step: int
    seconds: float
    history: tuple[EpochRecord, ...]
    state: Mapping[str, NDArray[Any]]


class _Position(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    v: Literal[1] = 1
    made_with: str
    epoch: int = Field(ge=0)
    step: int = Field(ge=0)
    seconds: float = Field(ge=0)
    history: tuple[EpochRecord, ...]
    variables: tuple[str, ...]


class CheckpointStore:
    """The checkpoints of one job.

    Args:
        folder: where they lie; it exists.
        made_with: the parameters that decide the numbers. A checkpoint made with
            others is not used; but for the one that a job was born with, its first.
        keep_all: keep those between epochs for good.
    """

    def __init__(
        self, folder: Path, made_with: str, *, born: bool = False, keep_all: bool = False
    ) -> None:
        self._folder = folder
        self._made_with = made_with
        self._born = born
        self._keep_all = keep_all
        self._good: Path | None = None
        self._count = max((numbers_of(path.name)[0] for path in self.newest_first()), default=0)

    def newest_first(self) -> list[Path]:
        """All checkpoints, usable or not."""
        return checkpoints_newest_first(self._folder)

    def save(self, snapshot: Snapshot) -> None:
        """Write a checkpoint; the one before it stays, older ones go.

        Raises:
            OSError: the disk is full or broken. Nothing is left behind, and the
                checkpoint before this one is unharmed.
        """
        self._count += 1
        name = checkpoint_name(self._count, snapshot.epoch, snapshot.step)
        aside = self._folder / (ASIDE + name)
        # A run that was killed here has left its part; this run does the same epoch again.
        shutil.rmtree(aside, ignore_errors=True)
        try:
            aside.mkdir()
            self._write(aside, snapshot)
            _verify(aside)
            aside.rename(self._folder / name)
        except BaseException:
            shutil.rmtree(aside, ignore_errors=True)
            raise
        sync_folder(self._folder)
        self._keep(self._folder / name)

    def read(self, checkpoint: Path) -> Snapshot:
        """Read a checkpoint, every byte checked.

        Raises:
            CheckpointUnusable: it must not be used.
        """
        try:
            _verify(checkpoint)
            position = _Position.model_validate_json((checkpoint / POSITION).read_bytes())
            with (checkpoint / VARIABLES).open("rb") as file:
                state = {name: np.load(file, allow_pickle=False) for name in position.variables}
        except (OSError, ValueError, EOFError) as error:
            raise CheckpointUnusable(str(error).splitlines()[0]) from error
        if position.made_with != self._made_with and not self.is_of_parent(checkpoint):
            raise CheckpointUnusable(f"made with other parameters: {position.made_with}")
        return Snapshot(position.epoch, position.step, position.seconds, position.history, state)

    def is_of_parent(self, checkpoint: Path) -> bool:
        """Whether a checkpoint is the one that the job was born with."""
        return self._born and numbers_of(checkpoint.name)[0] == FIRST

    def go_on_from(self, checkpoint: Path) -> None:
        """Keep this one when the next is saved: it proved good."""
        self._good = checkpoint

    def _write(self, folder: Path, snapshot: Snapshot) -> None:
        position = _Position(
            made_with=self._made_with,
            epoch=snapshot.epoch,
            step=snapshot.step,
            seconds=snapshot.seconds,
            history=snapshot.history,
            variables=tuple(snapshot.state),
        )
        with _SyncedFile(folder / VARIABLES) as variables:
            for array in snapshot.state.values():
                np.save(variables, array, allow_pickle=False)
        with _SyncedFile(folder / POSITION) as text:
            text.write(position.model_dump_json(indent=1).encode())
        with _SyncedFile(folder / SUMS) as sums:
            sums.write(f"{variables.sha256}  {VARIABLES}\n{text.sha256}  {POSITION}\n".encode())
        sync_folder(folder)

    def _keep(self, newest: Path) -> None:
        kept = {newest, self._good}
        for path in self._folder.iterdir():
            leftover = path.name.startswith(ASIDE)
            if leftover or (
                is_checkpoint(path.name) and path not in kept and not self._stays(path)
            ):
                shutil.rmtree(path, ignore_errors=True)
        self._good = newest

    def _stays(self, checkpoint: Path) -> bool:
        return self._keep_all and numbers_of(checkpoint.name)[2] == 0


class _SyncedFile:
    """A new file that is on the disk when it is closed, and whose SHA-256 is known then."""

    def __init__(self, path: Path) -> None:
        self.sha256 = ""
        self._hash = hashlib.sha256()
        self._file: IO[bytes] = path.open("xb")

    def write(self, content: bytes) -> int:
        self._hash.update(content)
        return self._file.write(content)

    def __enter__(self) -> "_SyncedFile":
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        with self._file:
            if kind is None:
                self._file.flush()
                os.fsync(self._file.fileno())
        self.sha256 = self._hash.hexdigest()


def epoch_of(checkpoint: Path) -> int:
    """How many epochs are complete in a checkpoint, by its name."""
    return numbers_of(checkpoint.name)[1]


def _verify(checkpoint: Path) -> None:
    sums = sums_of(checkpoint)
    for name in (VARIABLES, POSITION):
        with (checkpoint / name).open("rb") as file:
            if hashlib.file_digest(file, "sha256").hexdigest() != sums.get(name):
                raise ValueError(f"{name} is not what was written")
