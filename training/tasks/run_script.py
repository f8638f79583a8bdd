"""Run a program of the user's own, unchanged: ``/run``.

Covered: what the program starts ends with it; its log is bounded; it does not get the
bot's token. Not covered: what the program itself does; whoever runs one trusts it.
"""

import os
import sys
from pathlib import Path

import training
from training.history import write_history_csv, write_history_json
from training.hooks import host
from training.protocol.control import StopMode
from training.protocol.events import Resumed
from training.protocol.failure import Detail, FailureCode, TaskError
from training.protocol.spec import RunSpec
from training.run import Run, Stopped
from training.scripts.failures import failure
from training.scripts.report_reader import ReportReader
from training.scripts.session import Session
from training.scripts.workplace import keep_results, lay_out

PACKAGE_HOME = Path(training.__file__).resolve().parents[1]


def run_task(spec: RunSpec, run: Run) -> dict[str, Detail]:
    """Run ``spec.file`` with its parameters.

    Raises:
        TaskError: it cannot be run, or failed; with the place in the user's file.
        Stopped: the user wanted it to stop.
    """
    file = Path(spec.file)
    if run.number > 1:
        run.report(Resumed(epoch=0))  # a script begins anew
    try:
        program = lay_out(run.folder, file)
    except FileNotFoundError as error:
        raise TaskError(FailureCode.SCRIPT_MISSING, file=file.name) from error
    except OSError as error:
        details = {"file": file.name, "error": error.strerror or type(error).__name__}
        raise TaskError(FailureCode.SCRIPT_UNREADABLE, **details) from error
    session = Session(run)
    try:
        code = session.carry_out(_command(program, spec), program.parent, _environment(spec, run))
    finally:
        _keep(session.reader, run)
    reader = session.reader
    if run.stop is StopMode.NOW:
        raise Stopped(StopMode.NOW, _result(reader))
    if code != 0 and not reader.stopped:
        raise failure(file, code, reader, session.memory_bytes, run.free_bytes())
    if reader.stopped:
        raise Stopped(StopMode.AFTER_EPOCH, _result(reader))
    return _result(reader)


def _command(program: Path, spec: RunSpec) -> list[str]:
    """How the program is started; a value like an option is tied to its name."""
    words: list[str] = []
    for name, value in spec.parameters:
        words += [f"--{name}={value}"] if value.startswith("-") else [f"--{name}", value]
    if program.suffix.lower() == ".sh":
        return ["bash", str(program), *words]
    return [sys.executable, str(host.__file__), str(program), *words]


def _environment(spec: RunSpec, run: Run) -> dict[str, str]:
    """The job's own, without what would put our packages in the way of the script's."""
    kept = dict(os.environ)
    paths = kept.pop("PYTHONPATH", "").split(os.pathsep)
    others = [path for path in paths if path and Path(path) != PACKAGE_HOME]
    if others:
        kept["PYTHONPATH"] = os.pathsep.join(others)
    parameters = {f"PARAM_{name.upper()}": value for name, value in spec.parameters}
    own = {
        "PYTHONUNBUFFERED": "1",
        "PYTHONPYCACHEPREFIX": str(run.folder.workplace / "__pycache__"),  # none beside the script
        "TF_CPP_MIN_LOG_LEVEL": kept.get("TF_CPP_MIN_LOG_LEVEL", "2"),  # its chatter fills phones
        "MPLBACKEND": "Agg",  # a notebook hands its own down, and there is no screen
    }
    return kept | own | parameters


def _keep(reader: ReportReader, run: Run) -> None:
    """What there is to keep of a program, however it ended."""
    records = reader.records
    if records:
        run.save_artifact("history.csv", lambda file: write_history_csv(records, file))
        run.save_artifact("history.json", lambda file: write_history_json(records, file))
    keep_results(run)


def _result(reader: ReportReader) -> dict[str, Detail]:
    return {"epochs": len(reader.records)} | reader.result if reader.records else reader.result
