"""Looking whether a folder answers, by reading or writing there; nothing stays behind."""

import os
import secrets
from pathlib import Path

from bot.home_copy import HomeTrouble
from bot.vault.trouble import HomeFailed

CONTENT = b"Coltrain looks whether it can write here.\n"


def read_some(folder: Path) -> None:
    """Look into a folder.

    Raises:
        OSError: it is not there or does not answer.
    """
    next(folder.iterdir(), None)


def write_some(folder: Path) -> None:
    """Write a file and read it back: in the folder, or where it would be made.

    Raises:
        HomeFailed: what should be around it is missing, or gives back other bytes.
        OSError: it does not answer, or cannot be written.
    """
    around = next((one for one in (folder, *folder.parents[:2]) if one.is_dir()), None)
    if around is None:
        raise HomeFailed(HomeTrouble.GONE, f"{folder.parent.parent} is not there")
    file = around / f".coltrain-doctor-{secrets.token_hex(8)}"
    try:
        with file.open("wb") as written:
            written.write(CONTENT)
            written.flush()
            os.fsync(written.fileno())
        if file.read_bytes() != CONTENT:
            raise HomeFailed(HomeTrouble.UNVERIFIED, f"{file} is not what was written")
    finally:
        file.unlink(missing_ok=True)
