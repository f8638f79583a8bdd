"""``python -m training <job folder>``: work on one job until it ends.

``python -m training --warm`` gets ready first and is told its job later; see ``warm.py``.
"""

import argparse
import errno
import importlib
import os
import socket
import sys
import time
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path

from filelock import FileLock, Timeout
from pydantic import ValidationError

from training.protocol.event_log import EventLogWriter, last_run
from training.protocol.events import (
    LastEvent,
    RunFailed,
    RunStarted,
    RunStopped,
    RunSucceeded,
)
from training.protocol.failure import Detail, FailureCode, TaskError
from training.protocol.folder import JobFolder
from training.protocol.sealed import NotSealed
from training.protocol.spec import Spec, read_spec
from training.run import Run, Stopped
from training.warm import wait_for_job

# Modules, not functions: a job imports what its own kind needs (Keras takes seconds).
TASKS = {
    "train": "training.tasks.train",
    "check": "training.tasks.check",
    "unzip": "training.tasks.unzip",
    "install": "training.tasks.install",
    "run": "training.tasks.run_script",
}

# What there is to get ready for a job that is not known yet.
REHEARSAL = "training.tasks.rehearsal"

Task = Callable[[Spec, Run], dict[str, Detail]]

FULL_DISK_PATIENCE_S = 600.0

EXIT_ENDED_WELL = 0
EXIT_FAILED = 1
EXIT_ALREADY_RUNNING = 75  # EX_TEMPFAIL


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the job in a folder; the exit code is 0 unless the run failed."""
    options = _parse(arguments)
    if options.warm:
        assigned = wait_for_job(REHEARSAL)
        if assigned is None:
            return EXIT_ENDED_WELL
        return _work_in(JobFolder(Path(assigned.folder).resolve()), assigned.run)
    folder = JobFolder(options.folder.resolve())
    if not folder.path.is_dir():
        print(f"There is no folder {folder.path}.", file=sys.stderr)
        return EXIT_FAILED
    if options.wait_for_go and sys.stdin.readline() != "go\n":
        return EXIT_ENDED_WELL  # Whoever started this died first: nothing was begun.
    return _work_in(folder, options.run)


def _work_in(folder: JobFolder, run: int | None) -> int:
    """Take the folder's lock and work; the exit code."""
    lock = FileLock(folder.lock)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        print(f"Another process works on {folder.path}.", file=sys.stderr)
        return EXIT_ALREADY_RUNNING
    with lock:
        folder.create()
        number = run or last_run(folder.event_log) + 1
        with EventLogWriter(folder.event_log, number) as log:
            last_event = _work(Run(folder, number, log))
            log.append(last_event)
            _wait_for_room(log)
    return EXIT_FAILED if isinstance(last_event, RunFailed) else EXIT_ENDED_WELL


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m training", description=__doc__)
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("folder", type=Path, nargs="?", help="the job folder, with spec.json in it")
    what.add_argument(
        "--warm",
        action="store_true",
        help="load Keras, then wait for a line on standard input that names a job",
    )
    parser.add_argument("--run", type=int, help="number of this run (default: the next one)")
    parser.add_argument(
        "--wait-for-go",
        action="store_true",
        help="begin when the line 'go' arrives on standard input; end if it closes first",
    )
    return parser.parse_args(arguments)


def _work(run: Run) -> LastEvent:
    """Do the job and say how it ended. The outermost edge: nothing passes it."""
    began = time.monotonic()
    run.begin()  # first: whoever reads that it started may ask it to stop
    run.report(RunStarted(pid=os.getpid(), host=socket.gethostname()))
    try:
        spec = read_spec(run.folder)
        result = _task(spec.kind)(spec, run)
    except Stopped as stopped:
        return RunStopped(mode=stopped.mode, by_signal=run.stopped_by_signal, result=stopped.result)
    except TaskError as error:
        return RunFailed(code=error.code, details=error.details)
    except (ValidationError, NotSealed) as error:
        traceback.print_exc()
        return RunFailed(code=FailureCode.SPEC_UNREADABLE, details={"error": str(error)})
    except Exception as error:
        traceback.print_exc()
        return _failure(error, run)
    finally:
        run.end()
    return RunSucceeded(seconds=time.monotonic() - began, result=result)


def _wait_for_room(log: EventLogWriter) -> None:
    """A result that a full disk does not take is worth some minutes of waiting."""
    deadline = time.monotonic() + FULL_DISK_PATIENCE_S
    while not log.settled() and time.monotonic() < deadline:
        time.sleep(1.0)


def _task(kind: str) -> Task:
    task: Task = importlib.import_module(TASKS[kind]).run_task
    return task


def _failure(error: Exception, run: Run) -> RunFailed:
    if isinstance(error, MemoryError):
        return RunFailed(code=FailureCode.OUT_OF_MEMORY, details={"error": str(error)})
    if isinstance(error, ModuleNotFoundError) and error.name:
        return RunFailed(code=FailureCode.MODULE_MISSING, details={"module": error.name})
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return RunFailed(code=FailureCode.DISK_FULL, details={"free_bytes": run.free_bytes()})
    summary = f"{type(error).__name__}: {error}".splitlines()[0][:500]
    return RunFailed(code=FailureCode.UNEXPECTED_ERROR, details={"error": summary})


if __name__ == "__main__":
    sys.exit(main())
