"""Run a program of the user's own, unchanged: ``/run``.

Covered: what the program starts ends with it; its log is bounded; it does not get the
bot's token. Not covered: what the program itself does; whoever runs one trusts it.
"""

import importlib.util
import os
import sys
from pathlib import Path

import training
from training.history import write_history_csv, write_history_json
from training.hooks import host
from training.hooks.reporter import OURS
from training.kept_code import kept_program, with_modules
from training.made_with import compare_with, note_made_with
from training.protocol.control import StopMode
from training.protocol.events import Resumed
from training.protocol.failure import Detail, FailureCode, TaskError
from training.protocol.spec import NOTEBOOK, RunSpec
from training.run import Run, Stopped
from training.scripts.failures import failure
from training.scripts.report_reader import ReportReader
from training.scripts.session import Session
from training.scripts.workplace import Linked, keep_results, lay_out, linked_files
from training.tensorboard_log import tensorboard_log

NEEDED_BY_NOTEBOOKS = ("papermill", "ipykernel")
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
    program = made_ready(spec, run)
    session, environment = Session(run), environment_of(spec, run)
    before = linked_files(run.folder.workplace)
    try:
        with tensorboard_log(run, wanted=spec.tensorboard):
            code = session.carry_out(command_of(program, spec), program.parent, environment)
    finally:
        _keep(session.reader, run, before)
    reader = session.reader
    if run.stop is StopMode.NOW:
        raise Stopped(StopMode.NOW, _result(reader))
    if code != 0 and not reader.stopped:
        raise failure(file, code, reader, session.memory_bytes, run.free_bytes())
    if reader.stopped:
        raise Stopped(StopMode.AFTER_EPOCH, _result(reader))
    return _result(reader)


def made_ready(spec: RunSpec, run: Run) -> Path:
    """The program in its workplace, with what it is noted and kept.

    Raises:
        TaskError: it is not there, cannot be read, or needs what is not installed.
    """
    file = Path(spec.file)
    if file.suffix.lower() == NOTEBOOK:
        _need(NEEDED_BY_NOTEBOOKS)
    try:
        kept = kept_program(run, spec.parent, file)
        program = lay_out(run.folder, file, kept)
        code = kept or with_modules(file)
        made_with = note_made_with(run, code=code, source=file.parent)
    except FileNotFoundError as error:
        raise TaskError(FailureCode.SCRIPT_MISSING, file=file.name) from error
    except OSError as error:
        details = {"file": file.name, "error": error.strerror or type(error).__name__}
        raise TaskError(FailureCode.SCRIPT_UNREADABLE, **details) from error
    if spec.parent is not None:
        compare_with(run, spec.parent.job, made_with)
    return program


def _need(modules: tuple[str, ...]) -> None:
    for module in modules:
        if importlib.util.find_spec(module) is None:
            raise TaskError(FailureCode.MODULE_MISSING, module=module)


def command_of(program: Path, spec: RunSpec) -> list[str]:
    """How the program is started; a value like an option is tied to its name."""
    words: list[str] = []
    for name, value in spec.parameters:
        words += [f"--{name}={value}"] if value.startswith("-") else [f"--{name}", value]
    if program.suffix.lower() == NOTEBOOK:
        given = [f"{name}={value}" for name, value in spec.parameters]
        return [sys.executable, "-m", "training.scripts.notebook", str(program), *given]
    if program.suffix.lower() == ".sh":
        return ["bash", str(program), *words]
    return [sys.executable, str(host.__file__), str(program), *words]


def environment_of(spec: RunSpec, run: Run) -> dict[str, str]:
    """The job's own, without what would put our packages in the way of the script's."""
    kept = dict(os.environ)
    paths = kept.pop("PYTHONPATH", "").split(os.pathsep)
    others = [path for path in paths if path and Path(path) != PACKAGE_HOME]
    if Path(spec.file).suffix.lower() == NOTEBOOK:
        others = [str(PACKAGE_HOME), *others]  # its host is ours; its kernel takes it out again
    if others:
        kept["PYTHONPATH"] = os.pathsep.join(others)
    parameters = {f"PARAM_{name.upper()}": value for name, value in spec.parameters}
    own = {
        "PYTHONUNBUFFERED": "1",
        "PYTHONPYCACHEPREFIX": str(run.folder.workplace / "__pycache__"),  # none beside the script
        "TF_CPP_MIN_LOG_LEVEL": kept.get("TF_CPP_MIN_LOG_LEVEL", "2"),  # its chatter fills phones
        OURS: str(PACKAGE_HOME),
        "MPLBACKEND": "Agg",  # a notebook hands its own down, and there is no screen
    }
    return kept | own | parameters


def _keep(reader: ReportReader, run: Run, before: Linked) -> None:
    """What there is to keep of a program, however it ended."""
    records = reader.records
    if records:
        run.save_artifact("history.csv", lambda file: write_history_csv(records, file))
        run.save_artifact("history.json", lambda file: write_history_json(records, file))
    keep_results(run, before)


def _result(reader: ReportReader) -> dict[str, Detail]:
    return {"epochs": len(reader.records)} | reader.result if reader.records else reader.result
