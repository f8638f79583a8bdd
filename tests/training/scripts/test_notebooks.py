"""Notebooks are carried out cell by cell, and come back as they were executed."""

import json
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from tests.training.scripts.conftest import RunProgram
from tests.training.scripts.keras_scripts import HEAD
from training.protocol.events import EpochEnded, Progressed
from training.protocol.failure import FailureCode
from training.scripts.notebook import value_of


def write(place: Path, *cells: str, parameters: str | None = None, **about: Any) -> None:
    """A notebook with a heading, a cell of parameters where there is one, and these cells."""
    made = [new_markdown_cell("# Work")]
    if parameters is not None:
        made.append(new_code_cell(parameters, metadata={"tags": ["parameters"]}))
    made += [new_code_cell(cell) for cell in cells]
    notebook = new_notebook(cells=made, metadata=about)
    (place / "work.ipynb").write_text(nbformat.writes(notebook))


def outputs(text: str) -> str:
    """All that an executed notebook shows."""
    cells = json.loads(text)["cells"]
    return json.dumps([cell.get("outputs", []) for cell in cells])


def test_parameters_reach_the_cells(run_program: RunProgram, place: Path) -> None:
    """As what they are, over those of the notebook; cells are told by the file's numbers."""
    (place / "helper.py").write_text("VALUE = 7\n")
    write(
        place,
        "import helper, os, sys\nprint('got', repr(epochs), repr(rate), repr(word), helper.VALUE)",
        "import importlib.util as u\nprint('ours', u.find_spec('emulator'), 'bot' in sys.modules)",
        parameters="epochs = 1\nrate = 0.5\nword = 'a'",
        kernelspec={"name": "conda-of-mine", "display_name": "mine", "language": "python"},
    )
    ran = run_program(None, "work.ipynb", epochs=3, rate="1e-3", word="b c")
    assert ran.error is None, ran.log
    assert "got 3 0.001 'b c' 7" in ran.log
    told = [(e.cell, e.cells) for e in ran.told(Progressed)]
    assert told[-3:] == [(1, 3), (2, 3), (3, 3)] or told == [(1, 3), (1, 3), (2, 3), (3, 3)]
    assert "got 3 0.001" in outputs(ran.artifact("work-executed.ipynb"))


def test_a_broken_cell_is_named(run_program: RunProgram, place: Path) -> None:
    """Its number, line and text; what was done before is in the notebook that comes back."""
    write(place, "print('before')", "x = 1\n\ny = x / 0\n", "print('never')")
    ran = run_program(None, "work.ipynb")
    assert ran.error is not None
    assert ran.error.code is FailureCode.SCRIPT_FAILED
    assert ran.error.details == {
        "file": "work.ipynb", "cell": 2, "line": 3, "text": "y = x / 0",
        "error": "ZeroDivisionError: division by zero",
    }  # fmt: skip
    executed = outputs(ran.artifact("work-executed.ipynb"))
    assert "before" in executed
    assert "ZeroDivisionError" in executed
    assert "ZeroDivisionError: division by zero" in ran.log
    assert "never" not in ran.log


@pytest.mark.parametrize(
    ("cell", "code", "details"),
    [
        ("import nosuch.deep", FailureCode.MODULE_MISSING, {"module": "nosuch", "cell": 1}),
        ("x = (", FailureCode.SCRIPT_SYNTAX, {"cell": 1, "line": 1}),
        ("if 1:\nx = 2", FailureCode.SCRIPT_SYNTAX, {"cell": 1, "line": 2}),
        ("import os; os._exit(3)", FailureCode.SCRIPT_KILLED, {"cell": 1}),
        ("input()", FailureCode.SCRIPT_FAILED, {"cell": 1}),
    ],
)
def test_other_bad_ends_of_a_cell(
    run_program: RunProgram, place: Path, cell: str, code: FailureCode, details: dict
) -> None:
    """Each has its reason."""
    write(place, cell)
    ran = run_program(None, "work.ipynb")
    assert ran.error is not None
    assert (ran.error.code, ran.error.details) == (code, ran.error.details | details), ran.log


@pytest.mark.parametrize(
    "text",
    ["no notebook", "{}", '{"cells": 3, "nbformat": 4, "nbformat_minor": 5, "metadata": {}}'],
)
def test_what_is_no_notebook_is_said_so(run_program: RunProgram, text: str) -> None:
    """In a sentence, not as a traceback."""
    ran = run_program(text, "work.ipynb")
    assert ran.error is not None
    assert ran.error.code is FailureCode.SCRIPT_UNREADABLE
    assert ran.error.details["error"]


def test_another_language_is_refused(run_program: RunProgram, place: Path) -> None:
    """With its name."""
    write(place, "x <- 1", kernelspec={"name": "ir", "display_name": "R", "language": "R"})
    ran = run_program(None, "work.ipynb")
    assert ran.error is not None
    assert ran.error.code is FailureCode.SCRIPT_UNREADABLE
    assert "language is R" in str(ran.error.details["error"])


@pytest.mark.keras
def test_a_fit_in_a_cell_is_followed(run_program: RunProgram, place: Path) -> None:
    """Its epochs as Keras's own history has them, and the cell with each step."""
    fit = "history = small().fit(x, y, epochs=2, verbose=0)\nprint(json.dumps(history.history))"
    write(place, HEAD, fit)
    ran = run_program(None, "work.ipynb")
    assert ran.error is None, ran.log
    line = next(line for line in ran.log.splitlines() if line.startswith("{"))
    history = json.loads(line)
    assert [event.metrics for event in ran.told(EpochEnded)] == [
        {name: values[epoch] for name, values in history.items()} for epoch in range(2)
    ]
    steps = [event for event in ran.told(Progressed) if event.unit == "steps"]
    assert {(event.cell, event.cells) for event in steps} == {(2, 2)}


@pytest.mark.parametrize(
    ("text", "value"),
    [("3", 3), ("0.1", 0.1), ("1e-3", 0.001), ("True", True), ("false", False), ("None", None),
     ("adam", "adam"), ("", ""), ("1,5", "1,5")],
)  # fmt: skip
def test_a_parameter_is_what_it_looks_like(text: str, value: object) -> None:
    """Numbers and truths as such, everything else as text."""
    assert value_of(text) == value
    assert type(value_of(text)) is type(value)
