"""Run a program until its first training has told its pace, and say what it would take."""

import shutil
import time
from pathlib import Path

from training.protocol.control import StopMode
from training.protocol.failure import Detail, FailureCode, TaskError
from training.protocol.spec import RunSpec
from training.run import Run, Stopped
from training.scripts.failures import failure
from training.scripts.session import Session
from training.scripts.trial import Trial, may_train
from training.tasks.run_script import command_of, environment_of, made_ready

NO_KERAS, NO_TRAINING, NO_PACE = "no_keras", "no_training", "no_pace"


def check_program(spec: RunSpec, run: Run) -> dict[str, Detail]:
    """Run it; what it writes in its workplace goes again.

    Returns:
        as a check of a training does, for its first training, with epochs and memory; or
        ``unknown``, why that cannot be told; or ``ran_seconds``, where it came to its end.

    Raises:
        TaskError: it cannot be run, or failed; with the place in the user's file.
        Stopped: the user wanted it to stop.
    """
    file = Path(spec.file)
    program = made_ready(spec, run)
    try:
        if not _may_train(file):
            return {"unknown": NO_KERAS}
        return _tried(spec, program, run)
    finally:
        shutil.rmtree(run.folder.workplace, ignore_errors=True)


def _tried(spec: RunSpec, program: Path, run: Run) -> dict[str, Detail]:
    trial = Trial(run)
    session, began = Session(run, trial), time.monotonic()
    command, environment = command_of(program, spec), environment_of(spec, run)
    code = session.carry_out(command, program.parent, environment)
    if run.stop is StopMode.NOW:
        raise Stopped(StopMode.NOW)
    found = trial.found()
    if code != 0 and not trial.satisfied:
        raise failure(Path(spec.file), code, trial, session.memory_bytes, run.free_bytes())
    if found:
        return found | {"memory_bytes": session.memory_bytes}
    if not trial.satisfied:
        return {"ran_seconds": time.monotonic() - began}
    return {"unknown": NO_PACE if trial.began else NO_TRAINING}


def _may_train(file: Path) -> bool:
    try:
        return may_train(file)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise TaskError(FailureCode.SCRIPT_UNREADABLE, file=file.name, error=reason) from error
