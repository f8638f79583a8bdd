"""``python -m training.scripts.notebook NOTEBOOK [name=value …]``: carry a notebook out.

Through papermill, in a process of its own; its kernel is another, with the watch over Keras.
The executed notebook lies beside it, also where a cell broke.
"""

import builtins
import os
import re
import signal
import sys
from pathlib import Path
from types import FrameType
from typing import Any

import nbformat
import papermill
from jupyter_client.manager import AsyncKernelManager
from nbclient.exceptions import DeadKernelError
from papermill.engines import NBClientEngine, papermill_engines
from papermill.exceptions import PapermillExecutionError

from training.hooks import kernel
from training.hooks.place import LINE_LIMIT, MESSAGE_LIMIT
from training.hooks.reporter import Reporter

ENGINE, EXECUTED = "coltrain", "-executed.ipynb"
INJECTED = "injected-parameters"
START_LIMIT_S = 300  # a loaded machine takes its time
EXIT_ERROR = 1

_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
_LINE = re.compile(r"Cell In ?\[\d+\], line (\d+)")


class WatchedKernel(AsyncKernelManager):
    """Starts this Python's kernel with our hooks, whatever kernel the notebook names."""

    pid: int | None = None

    def format_kernel_cmd(self, extra_arguments: list[str] | None = None) -> list[str]:
        """The command of the kernel."""
        return [sys.executable, str(kernel.__file__), "-f", self.connection_file]

    async def _async_launch_kernel(self, kernel_cmd: list[str], **kw: Any) -> None:
        await super()._async_launch_kernel(kernel_cmd, **kw)
        WatchedKernel.pid = getattr(self.provisioner, "pid", None)

    _launch_kernel = _async_launch_kernel


class Engine(NBClientEngine):  # type: ignore[misc] # half typed
    """Papermill's own engine, which tells each cell that begins."""

    teller: "Teller"

    @classmethod
    def execute_managed_notebook(cls, nb_man: Any, kernel_name: str, **kwargs: Any) -> Any:
        """Carry out the cells."""
        begin = nb_man.cell_start

        def cell_start(cell: Any, cell_index: int | None = None, **more: Any) -> None:
            cls.teller.begins(cell, nb_man.nb.cells)
            begin(cell, cell_index, **more)

        nb_man.cell_start = cell_start
        manager = {"kernel_manager_class": WatchedKernel}
        return super().execute_managed_notebook(nb_man, kernel_name, **manager, **kwargs)


class Teller:
    """Reports cells by the numbers that the user's file gives them: code cells, from 1."""

    def __init__(self, reporter: Reporter, file: Path) -> None:
        self.number = 0
        self._reporter = reporter
        self._file = file
        self._source = ""
        self._cells = 0

    def begins(self, cell: Any, cells: list[Any]) -> None:
        """A cell begins; that with the given parameters is none of the user's."""
        if cell.cell_type != "code":
            return
        self._source = cell.source
        counted = [one for one in cells if one.cell_type == "code" and not _is_injected(one)]
        self._cells = len(counted)
        if not _is_injected(cell):
            self.number = next(i for i, one in enumerate(counted, 1) if one is cell)
        self._reporter.send("cell", number=self.number, cells=self._cells)

    def failed(self, kind: str, said: str, line: int | None, *, killed: bool = False) -> None:
        """A cell broke."""
        lines = self._source.splitlines()
        text = lines[line - 1].strip()[:LINE_LIMIT] if line and line <= len(lines) else ""
        self._reporter.send(
            "failed",
            type=_kinds(kind),
            error=" ".join(f"{kind}: {said}".split())[:MESSAGE_LIMIT],
            module=_missing(kind, said),
            errno=None,
            place=[self._file.name, line, text],
            cell=self.number,
            killed=killed,
        )


def _kinds(name: str) -> list[str]:
    """An exception's class and those above it; of classes that are not Python's, the name alone.

    The kernel tells only the name, and Python has several kinds of syntax errors.
    """
    kind = getattr(builtins, name, None)
    if isinstance(kind, type) and issubclass(kind, BaseException):
        return [one.__name__ for one in kind.__mro__]
    return [name]


def main() -> int:
    """Carry the notebook out."""
    file, given = Path(sys.argv[1]), dict(word.split("=", 1) for word in sys.argv[2:])
    reporter = Reporter.of_environment()
    if reporter is None:
        raise RuntimeError("nobody listens")
    signal.signal(signal.SIGINT, _pass_on)
    Engine.teller = teller = Teller(reporter, file)
    papermill_engines.register(ENGINE, Engine)
    try:
        _see_that_it_fits(file)
        papermill.execute_notebook(
            str(file), str(file.with_name(file.stem + EXECUTED)),
            parameters={name: value_of(text) for name, text in given.items()},
            engine_name=ENGINE, kernel_name="python3", language="python", progress_bar=False,
            stdout_file=sys.stdout, stderr_file=sys.stdout, start_timeout=START_LIMIT_S,
            cwd=str(file.parent),
        )  # fmt: skip
    except PapermillExecutionError as error:
        trace = _COLOUR.sub("", "\n".join(error.traceback))
        print(trace, flush=True)
        found = _LINE.findall(trace)
        teller.failed(error.ename, error.evalue, int(found[-1]) if found else None)
        return EXIT_ERROR
    except DeadKernelError:
        teller.failed("DeadKernelError", "its kernel died", None, killed=True)
        return EXIT_ERROR
    except Unfit as error:
        reporter.send("unreadable", error=str(error)[:MESSAGE_LIMIT])
        return EXIT_ERROR
    return 0


class Unfit(Exception):
    """No notebook, or one in another language."""


def _see_that_it_fits(file: Path) -> None:
    try:
        notebook: Any = nbformat.read(str(file), as_version=4)  # type: ignore[no-untyped-call]
        nbformat.validate(notebook)
    except Exception as error:  # what the library says of what is none is of many kinds
        raise Unfit("it is no notebook, or a damaged one") from error
    about = notebook.metadata
    language = about.get("kernelspec", {}).get("language") or about.get("language_info", {}).get(
        "name"
    )
    if language not in (None, "python"):
        raise Unfit(f"its language is {language}, and I run Python")


def value_of(text: str) -> object:
    """A parameter as the cell of a notebook gets it: a number, a truth, or the text itself."""
    known: dict[str, object] = {"true": True, "false": False, "none": None}
    if text.lower() in known:
        return known[text.lower()]
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text


def _is_injected(cell: Any) -> bool:
    return INJECTED in cell.metadata.get("tags", ())


def _missing(kind: str, said: str) -> str | None:
    found = re.search(r"No module named '([\w.]+)'", said)
    return found[1] if kind == "ModuleNotFoundError" and found else None


def _pass_on(number: int, frame: FrameType | None) -> None:
    """Ctrl-C is for the cell that runs: the notebook is kept with what it has."""
    if WatchedKernel.pid is None:
        raise KeyboardInterrupt
    os.kill(WatchedKernel.pid, signal.SIGINT)


if __name__ == "__main__":
    sys.exit(main())
