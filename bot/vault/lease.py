"""Who is the one poller: the newest launch, told by counting launches, never by clocks.

Every launch has a file of its own, ``<generation>-<launch>.json``, so two machines
never write the same one. A launch's generation is one more than the highest it saw;
if two machines launched at the same moment and drew the same, the greater launch id
is the newer one, which both see alike.
"""

import contextlib
import re
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from bot.home_copy import ELSEWHERE
from bot.vault.wire import Launch
from training.protocol.folder import write_atomically

KEPT = 5

_NAME = re.compile(r"(\d{6,})-([0-9a-f]+)\.json")


class Outrun(Exception):
    """A newer launch holds the lease."""

    def __init__(self, by: Launch) -> None:
        super().__init__(f"{by.host} since {by.since}")
        self.by = by


@dataclass(frozen=True, slots=True, order=True)
class Claim:
    """A launch's place among all launches; the greatest holds the lease."""

    generation: int
    launch_id: str

    @property
    def name(self) -> str:
        """The name of its file."""
        return f"{self.generation:06d}-{self.launch_id}.json"


def take(folder: Path, launch: Launch) -> int:
    """Become the newest launch.

    Returns:
        The generation.

    Raises:
        OSError: the folder does not answer or takes no file.
    """
    folder.mkdir(exist_ok=True)
    earlier = claims(folder)
    generation = 1 + max((claim.generation for claim in earlier), default=0)
    _write(folder, Claim(generation, launch.id), launch)
    for claim in earlier[:-KEPT]:
        with contextlib.suppress(OSError):
            (folder / claim.name).unlink()
    return generation


def renew(folder: Path, launch: Launch, generation: int) -> None:
    """Look whether this launch is still the newest, and say that it lives.

    Raises:
        Outrun: it is not.
        OSError: the folder does not answer or takes no file.
    """
    check(folder, launch, generation)
    _write(folder, Claim(generation, launch.id), launch)


def check(folder: Path, launch: Launch, generation: int) -> None:
    """Look whether this launch is still the newest.

    Raises:
        Outrun: it is not.
    """
    newest = max(claims(folder), default=None)
    if newest is not None and newest > Claim(generation, launch.id):
        raise Outrun(_read(folder, newest, launch))


def give_back(folder: Path, launch: Launch, generation: int) -> None:
    """Be no launch after all: this one could not begin."""
    with contextlib.suppress(OSError):
        (folder / Claim(generation, launch.id).name).unlink()


def outran(folder: Path, launch_id: str, generation: int) -> bool:
    """Whether a launch is known to be older than this one, whose generation that is."""
    return any(
        claim.launch_id == launch_id and claim.generation <= generation for claim in claims(folder)
    )


def other(folder: Path, launch: Launch) -> Launch | None:
    """The newest launch besides this one: who it may be that polls as well."""
    others = [claim for claim in claims(folder) if claim.launch_id != launch.id]
    return _read(folder, max(others), launch) if others else None


def holder(folder: Path, launch_id: str) -> Launch | None:
    """Who made a launch of that id; none where it left no claim."""
    for claim in claims(folder):
        if claim.launch_id == launch_id:
            try:
                return Launch.model_validate_json((folder / claim.name).read_bytes())
            except (FileNotFoundError, ValidationError):
                return None
    return None


def claims(folder: Path) -> list[Claim]:
    """All launches that left a file, oldest first."""
    try:
        found = [_NAME.fullmatch(path.name) for path in folder.iterdir()]
    except FileNotFoundError:
        return []
    return sorted(Claim(int(match[1]), match[2]) for match in found if match is not None)


def _write(folder: Path, claim: Claim, launch: Launch) -> None:
    write_atomically(folder / claim.name, launch.model_dump_json().encode())


def _read(folder: Path, claim: Claim, mine: Launch) -> Launch:
    """Who made a claim; the file's name decides, what is in it is for people."""
    try:
        return Launch.model_validate_json((folder / claim.name).read_bytes())
    except (OSError, ValidationError):
        return Launch(id=claim.launch_id, host=ELSEWHERE, since=mine.since)
