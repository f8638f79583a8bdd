"""Why a program failed, for whoever wrote it: the place in their file."""

import errno
from pathlib import Path
from typing import Any

import psutil

from training.protocol.failure import Detail, FailureCode, TaskError, signal_name
from training.scripts.report_reader import ReportReader

OUT_OF_MEMORY = {"MemoryError", "ResourceExhaustedError", "OutOfMemoryError"}


def failure(
    file: Path, exit_code: int, reader: ReportReader, memory_bytes: int, free_bytes: int
) -> TaskError:
    """The error of a program that ended with another exit code than 0."""
    if reader.unreadable is not None:
        error = _text(reader.unreadable)
        return TaskError(FailureCode.SCRIPT_UNREADABLE, file=file.name, error=error)
    if reader.failure is not None and reader.failure.get("killed"):
        return TaskError(
            FailureCode.SCRIPT_KILLED,
            file=file.name,
            cell=int(reader.failure["cell"]),
            signal="SIGKILL",
            rss_bytes=memory_bytes,
            ram_bytes=psutil.virtual_memory().total,
        )
    if reader.failure is not None:
        return _told(reader.failure, file, reader.in_epoch, free_bytes)
    if exit_code < 0:
        return TaskError(
            FailureCode.SCRIPT_KILLED,
            file=file.name,
            signal=signal_name(-exit_code),
            rss_bytes=memory_bytes,
            ram_bytes=psutil.virtual_memory().total,
        )
    words: dict[str, Detail] = {} if reader.last_words is None else {"error": reader.last_words}
    return TaskError(FailureCode.SCRIPT_EXITED, file=file.name, exit_code=exit_code, **words)


def _told(said: dict[str, Any], program: Path, in_epoch: int | None, free_bytes: int) -> TaskError:
    kinds, error = set(said["type"]), _text(said["error"])
    place: dict[str, Detail] = {}
    if said["place"] is not None:
        file, line, text = said["place"]
        place = {"file": _text(file), "text": _text(text)}
        if line is not None:
            place["line"] = int(line)
    if "cell" in said:
        place["cell"] = int(said["cell"])
    if in_epoch is not None:
        place["epoch"] = in_epoch
    if kinds & OUT_OF_MEMORY:
        return TaskError(FailureCode.OUT_OF_MEMORY, error=error, **place)
    if said["errno"] in (errno.ENOSPC, errno.EDQUOT):
        return TaskError(FailureCode.DISK_FULL, free_bytes=free_bytes, **place)
    if "ModuleNotFoundError" in kinds and said["module"]:
        return TaskError(FailureCode.MODULE_MISSING, module=_text(said["module"]), **place)
    if "SyntaxError" in kinds:
        where: dict[str, Detail] = {"file": program.name, **place}  # one that is no text has none
        return TaskError(FailureCode.SCRIPT_SYNTAX, error=error, **where)
    if "EOFError" in kinds and "reading a line" in error:
        return TaskError(FailureCode.SCRIPT_ASKS, error=error, **place)
    return TaskError(FailureCode.SCRIPT_FAILED, error=error, **place)


def _text(said: object) -> str:
    """Text that can be written down: a file's name may hold bytes that are none."""
    return str(said).encode(errors="replace").decode()
