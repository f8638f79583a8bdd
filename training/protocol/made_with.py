"""``made_with.json``: what a job was made with, so that it can be made again."""

from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict

from training.protocol.folder import JobFolder, write_atomically

# What decides the numbers of a training; other packages may differ without a word.
DECISIVE = ("keras", "tensorflow", "numpy", "jax", "torch")


class MadeWith(BaseModel):
    """What a job's first run had before it.

    Attributes:
        python: its version.
        packages: the version of each package that was installed, by its name.
        commit: of the code, where it lies in a git repository; with ``+`` where files of it
            were changed since.
        seed: what the random numbers came from.
        data: the name of what was learned.
        fingerprint: of all in that data that decides the numbers.
        code: names of the user's files that were kept in ``code``.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    v: Literal[1] = 1
    at: AwareDatetime
    python: str
    packages: dict[str, str] = {}
    commit: str | None = None
    seed: int | None = None
    data: str | None = None
    fingerprint: str | None = None
    code: tuple[str, ...] = ()


def write_made_with(folder: JobFolder, made_with: MadeWith) -> None:
    """Write it down."""
    content = made_with.model_dump_json(indent=1, exclude_none=True)
    write_atomically(folder.made_with, content.encode() + b"\n")


def read_made_with(folder: JobFolder) -> MadeWith | None:
    """What was written down; none where nothing was, or it cannot be read."""
    try:
        return MadeWith.model_validate_json(folder.made_with.read_bytes())
    except (OSError, ValueError):
        return None
