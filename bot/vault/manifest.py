"""What a copy consists of, written last: without it nothing counts as copied."""

import hashlib
from pathlib import Path
from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

NAME = "vault.json"
BEFORE = "previous"

_HEAD, _MIDDLE, _TAIL = b'{"sha256":"', b'","manifest":', b"}\n"
_HEX_DIGITS = 64


class Entry(BaseModel):
    """A file of a copy. Its name is relative to the copy's folder."""

    model_config = ConfigDict(frozen=True)

    name: str
    size_bytes: int = Field(ge=0)
    sha256: str


class Manifest(BaseModel):
    """A copy that was whole.

    Attributes:
        launch, host: who made it.
        epoch, step: of the newest checkpoint in it.
        open_jobs: of the store's copy: the jobs that had not ended.
        last_job: of the store's copy: the highest number of a job.
    """

    model_config = ConfigDict(frozen=True)

    v: Literal[1] = 1
    launch: str
    host: str
    at: AwareDatetime
    epoch: int | None = None
    step: int | None = None
    open_jobs: tuple[int, ...] = ()
    last_job: int | None = None
    files: tuple[Entry, ...]

    def entry(self, name: str) -> Entry | None:
        """The file of a name, if the copy has it."""
        return next((entry for entry in self.files if entry.name == name), None)

    def encoded(self) -> bytes:
        """As the content of a file, with a checksum over it."""
        body = self.model_dump_json().encode()
        return _HEAD + hashlib.sha256(body).hexdigest().encode() + _MIDDLE + body + _TAIL


def read_manifest(path: Path) -> Manifest | None:
    """The manifest in a file; none where there is none, or a damaged one.

    Raises:
        OSError: the folder does not answer. A missing file is no error.
    """
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return None
    start = len(_HEAD) + _HEX_DIGITS + len(_MIDDLE)
    digest, body = content[len(_HEAD) : len(_HEAD) + _HEX_DIGITS], content[start : -len(_TAIL)]
    framed = content == _HEAD + digest + _MIDDLE + body + _TAIL
    if not framed or hashlib.sha256(body).hexdigest().encode() != digest:
        return None
    try:
        return Manifest.model_validate_json(body)
    except ValidationError:
        return None  # from a newer version
