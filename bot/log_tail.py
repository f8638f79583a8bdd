"""The last lines that a job printed."""

import os
import re

from training.protocol.folder import JobFolder

TAIL_BYTES = 64 * 1024
# Escape sequences of terminals; and what a carriage return has overwritten.
_ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


def log_tail(folder: JobFolder, lines: int, most_bytes: int = TAIL_BYTES) -> tuple[str, ...]:
    """The last lines of a job's log as a terminal would show them; empty where there is none."""
    try:
        with folder.log.open("rb") as file:
            file.seek(max(0, file.seek(0, os.SEEK_END) - most_bytes))
            content = file.read().decode(errors="replace")
    except OSError:
        return ()
    shown = (
        _ESCAPES.sub("", line.rstrip("\r").rpartition("\r")[2]) for line in content.split("\n")
    )
    return tuple(line.rstrip() for line in shown if line.strip())[-lines:]
