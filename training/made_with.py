"""Noting what a job is made with, and telling what is different from the job it repeats."""

import os
import platform
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from importlib.metadata import distributions
from pathlib import Path

from training.protocol.events import WarningRaised
from training.protocol.failure import WarningCode
from training.protocol.folder import JobFolder
from training.protocol.made_with import DECISIVE, MadeWith, read_made_with, write_made_with
from training.run import Run

GIT_LIMIT_S = 5.0


def note_made_with(
    run: Run,
    *,
    seed: int | None = None,
    data: str | None = None,
    fingerprint: str | None = None,
    code: Sequence[Path] = (),
    source: Path | None = None,
) -> MadeWith:
    """Write down what a job's first run is made with, and keep the user's code with it.

    A later run of the job leaves it as it is.

    Args:
        code: the user's own files that are about to run.
        source: the folder that they came from, where they are copies.
    """
    known = read_made_with(run.folder)
    if known is not None:
        return known
    kept = _keep_code(run.folder, code)
    beside = source or (code[0].parent if code else Path(__file__).parent)
    made_with = MadeWith(
        at=datetime.now(UTC),
        python=platform.python_version(),
        packages=installed(),
        commit=commit_of(beside),
        seed=seed,
        data=data,
        fingerprint=fingerprint,
        code=tuple(kept),
    )
    write_made_with(run.folder, made_with)
    return made_with


def compare_with(run: Run, job: int, own: MadeWith) -> None:
    """Say what is not as it was when an earlier job did the same."""
    earlier = read_made_with(JobFolder(run.folder.path.parent / str(job)))
    if earlier is None:
        return
    if earlier.fingerprint and earlier.data == own.data and earlier.fingerprint != own.fingerprint:
        details = {"job": job, "data": own.data or ""}
        run.report(WarningRaised(code=WarningCode.DATA_NOT_AS_BEFORE, details=details))
    changes = _changes(earlier.packages, own.packages)
    if changes:
        run.report(
            WarningRaised(
                code=WarningCode.VERSIONS_NOT_AS_BEFORE, details={"job": job, "changes": changes}
            )
        )


def installed() -> dict[str, str]:
    """Every installed package's version, by its name; as of the first time this is asked."""
    return dict(_installed())


@cache
def _installed() -> tuple[tuple[str, str], ...]:
    """Read once: it takes a tenth of a second, and a process that waited for its job has it."""
    found = {
        str(one.metadata["Name"]): one.version for one in distributions() if one.metadata["Name"]
    }
    return tuple(sorted(found.items(), key=lambda item: item[0].lower()))


def commit_of(folder: Path) -> str | None:
    """The commit that a folder's files are of; none outside of git, or without git."""
    commit = _git(folder, "rev-parse", "HEAD")
    if not commit:
        return None
    changed = _git(folder, "status", "--porcelain", "--untracked-files=no")
    return f"{commit}+" if changed else commit


def _git(folder: Path, *words: str) -> str:
    command = shutil.which("git")
    if command is None:
        return ""
    try:
        done = subprocess.run(
            [command, "-C", str(folder), *words],
            capture_output=True,
            check=True,
            timeout=GIT_LIMIT_S,
            env={**os.environ, "GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0"},
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout.decode(errors="replace").strip()


def _keep_code(folder: JobFolder, files: Sequence[Path]) -> list[str]:
    if files:
        folder.code.mkdir(exist_ok=True)
    for file in files:
        if file.parent != folder.code:
            shutil.copyfile(file, folder.code / file.name)
    return [file.name for file in files]


def _changes(before: Mapping[str, str], now: Mapping[str, str]) -> list[str]:
    return [
        f"{name} {before[name]} → {now[name]}"
        for name in DECISIVE
        if name in before and name in now and before[name] != now[name]
    ]
