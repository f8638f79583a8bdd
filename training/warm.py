"""A process that is ready before there is a job: ``python -m training --warm``.

It loads what a training needs, waits for one line that names a job, and is that job's
process from then on: folder, log and module path are as a fresh one has them. It goes
when its standard input ends, for then the bot is gone.
"""

import gc
import importlib
import os
import select
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

from training.protocol.folder import JobFolder
from training.protocol.warm_start import READY, Assignment

STDIN: Final = 0


def wait_for_job(rehearsal: str) -> Assignment | None:
    """Get ready, say so, and wait.

    Args:
        rehearsal: the module whose ``steps`` are what there is to get ready.

    Returns:
        The job to become; none where whoever started this is gone.
    """
    ready = _parted_from_output()
    for step in _steps(rehearsal):
        if _ended():
            return None
        step()
    gc.collect()
    gc.freeze()  # what stays for good need not be looked through again: that takes 0.3 s
    try:
        os.write(ready, READY)
    except BrokenPipeError:
        return None
    os.close(ready)
    assignment = Assignment.read(sys.stdin.buffer.readline())
    if assignment is not None:
        _become(JobFolder(Path(assignment.folder)))
    return assignment


def _steps(rehearsal: str) -> list[Callable[[], None]]:
    steps: list[Callable[[], None]] = importlib.import_module(rehearsal).STEPS
    return steps


def _parted_from_output() -> int:
    """Keep the pipe to the bot apart: what a library prints is not the word that it is ready."""
    sys.stdout.flush()
    ready = os.dup(1)
    os.dup2(2, 1)
    return ready


def _ended() -> bool:
    """Whether the bot is gone; it writes nothing before it has heard that all is ready."""
    return bool(select.select([STDIN], [], [], 0)[0])


def _become(folder: JobFolder) -> None:
    """Have what a process has that was started for the job."""
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    with folder.log.open("ab") as log:
        for descriptor in (1, 2):
            os.dup2(log.fileno(), descriptor)
    if not sys.flags.safe_path and sys.path[0] == str(Path.cwd()):
        sys.path[0] = str(folder.path)  # python -m puts the folder it is started in there
    os.chdir(folder.path)
    importlib.invalidate_caches()
