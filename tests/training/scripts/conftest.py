"""Programs that are run: written down, carried out by a job's task, and what came of it."""

import contextlib
import io
import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import pytest

from tests.training.conftest import StartRun
from training.protocol.event_log import read_events
from training.protocol.events import Event
from training.protocol.failure import Detail, TaskError
from training.protocol.folder import JobFolder
from training.protocol.spec import RunSpec
from training.run import Run
from training.tasks.run_script import run_task

Kind = TypeVar("Kind", bound=Event)


@dataclass(frozen=True)
class Ran:
    """A program that was run: what its job says of it, and what it left."""

    job: JobFolder
    result: dict[str, Detail]
    error: TaskError | None
    said: str = ""
    """What the job process printed itself; in real life it stands in the log."""

    @property
    def log(self) -> str:
        return self.job.log.read_text(encoding="utf-8", errors="replace")

    def told(self, kind: type[Kind]) -> list[Kind]:
        events = read_events(self.job.event_log, limit_bytes=10**9).events
        return [event for event in events if isinstance(event, kind)]

    def artifact(self, name: str) -> str:
        return (self.job.artifacts / name).read_text(encoding="utf-8")


def ran(spec: RunSpec, run: Run) -> Ran:
    """Carry a program out to its end, however that is."""
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        try:
            result = run_task(spec, run)
        except TaskError as error:
            return Ran(run.folder, {}, error, said.getvalue())
    return Ran(run.folder, result, None, said.getvalue())


RunProgram = Callable[..., Ran]


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """The folder where the user's programs lie."""
    folder = tmp_path / "My Drive" / "it's code"
    folder.mkdir(parents=True)
    return folder


@pytest.fixture
def run_program(place: Path, job: JobFolder, start_run: StartRun) -> RunProgram:
    """Run a program from its text, or one that is there already, to its end."""

    def carry_out(text: str | bytes | None, name: str = "train.py", **parameters: Any) -> Ran:
        if isinstance(text, str):
            (place / name).write_text(textwrap.dedent(text), encoding="utf-8")
        elif text is not None:
            (place / name).write_bytes(text)
        given = tuple((key, str(value)) for key, value in parameters.items())
        return ran(RunSpec(file=str(place / name), parameters=given), start_run(job))

    return carry_out
