"""The user's code that a job runs: as it is now, or as the job that it repeats has kept it.

Covered: the program itself, or the model file, and the modules beside a program that it names.
Not covered: data and other files that these read; they are as they are now.
"""

import contextlib
import filecmp
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from training.protocol.events import WarningRaised
from training.protocol.failure import WarningCode
from training.protocol.folder import JobFolder
from training.protocol.made_with import read_made_with
from training.protocol.spec import Parent, TrainSpec, read_spec
from training.run import Run

MODEL: Final = "model.py"  # what the copy of a model file is called
MOST_MODULES: Final = 20
MOST_READ_BYTES: Final = 1_000_000


def kept_program(run: Run, parent: Parent | None, file: Path) -> tuple[Path, ...]:
    """The files to run instead of a program and its modules; none where it is run as it is.

    The chat is told which.
    """
    if parent is None:
        return ()
    if run.number > 1 and (kept := _kept(run.folder)):
        return kept  # as this job's first run
    kept = _kept(JobFolder(run.folder.path.parent / str(parent.job)))
    if not any(one.name == file.name for one in kept):
        if file.exists():
            _tell(run, WarningCode.CODE_NOT_KEPT, parent, [file.name])
        return ()
    changed = [one.name for one in kept if not _same(one, file.parent / one.name)]
    if not changed:
        return ()
    _tell(run, WarningCode.CODE_AS_KEPT, parent, changed)
    return kept


def kept_model(run: Run, spec: TrainSpec) -> Path | None:
    """The model file to train instead of the one that the spec names; none where it is that one.

    The chat is told which.
    """
    if spec.parent is None or spec.model is None:
        return None
    parent = JobFolder(run.folder.path.parent / str(spec.parent.job))
    with contextlib.suppress(OSError, ValueError):
        before = read_spec(parent)
        if isinstance(before, TrainSpec) and before.model == spec.model:
            kept, source = parent.code / MODEL, Path(spec.model)
            if kept.is_file() and not _same(kept, source):
                _tell(run, WarningCode.CODE_AS_KEPT, spec.parent, [source.name])
                return kept
    return None


def with_modules(program: Path) -> tuple[Path, ...]:
    """A program, and the modules beside it that it or they name.

    Raises:
        OSError: they cannot be read.
    """
    beside = {path.stem: path for path in program.parent.glob("*.py") if path != program}
    found = [program]
    for file in found:
        text = text_of(file)
        found += [
            path
            for stem, path in sorted(beside.items())
            if path not in found and re.search(rb"\b%s\b" % re.escape(stem.encode()), text)
        ]
        if len(found) > MOST_MODULES:
            break
    return tuple(found[: MOST_MODULES + 1])


def text_of(file: Path) -> bytes:
    """A file's beginning, which is all of it unless it holds more than a program does.

    Raises:
        OSError: it cannot be read.
    """
    with file.open("rb") as content:
        return content.read(MOST_READ_BYTES)


def _kept(folder: JobFolder) -> tuple[Path, ...]:
    made_with = read_made_with(folder)
    return () if made_with is None else tuple(_files(folder, made_with.code))


def _files(folder: JobFolder, names: Sequence[str]) -> Iterator[Path]:
    return (file for name in names if (file := folder.code / Path(name).name).is_file())


def _same(one: Path, other: Path) -> bool:
    try:
        return filecmp.cmp(one, other, shallow=False)
    except OSError:
        return False


def _tell(run: Run, code: WarningCode, parent: Parent, files: list[str]) -> None:
    run.report(WarningRaised(code=code, details={"job": parent.job, "files": files}))
