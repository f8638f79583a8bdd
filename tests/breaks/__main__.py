"""Break each safety line in a copy, and see that the tests notice: ``python -m tests.breaks``."""

import argparse
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from tests.breaks.safety_lines import BREAKS, Break

REPOSITORY = Path(__file__).parents[2]
RESULT = Path(__file__).parent / "RESULT.md"
HEAD = """\
# Safety lines, broken one by one

Written by `python -m tests.breaks`: each line of `safety_lines.py` is broken in a copy of the
repository, and the tests named there are run until one fails.

| what was broken | where | noticed by |
| --- | --- | --- |
"""
LIMIT_S = 900
FAILED = 1


def main(arguments: Sequence[str] | None = None) -> int:
    """Break the lines; the exit code is 1 if the tests let one pass."""
    parser = argparse.ArgumentParser(prog="python -m tests.breaks", description=__doc__)
    parser.add_argument("--only", default="", help="lines with this in what is done to them")
    wanted = parser.parse_args(arguments).only
    console, rows, missed = Console(highlight=False), [], 0
    for line in BREAKS:
        if wanted not in line.what:
            continue
        began = time.monotonic()
        noticed = _noticed_by(line)
        missed += noticed is None
        word = noticed or "[red]NOBODY[/red]"
        console.print(f"{line.what}: {word} ({time.monotonic() - began:.0f} s)")
        rows.append(f"| {line.what} | `{line.file}` | {noticed or '**nobody**'} |\n")
    if not wanted:
        RESULT.write_text(HEAD + "".join(rows), encoding="utf-8")
    console.print(f"{len(rows) - missed} of {len(rows)} noticed.")
    return 1 if missed else 0


def _noticed_by(line: Break) -> str | None:
    """The test that failed first; none where all passed.

    Raises:
        RuntimeError: the tests did not run.
    """
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder, "coltrain")
        shutil.copytree(REPOSITORY, copy, ignore=shutil.ignore_patterns(".*", "build", "dist"))
        broken = copy / line.file
        content = broken.read_text(encoding="utf-8")
        if content.count(line.old) != 1:
            raise RuntimeError(f"{line.old!r} stands not once in {line.file}")
        broken.write_text(content.replace(line.old, line.new), encoding="utf-8")
        command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider"]
        try:
            done = subprocess.run(
                [*command, *line.tests],
                cwd=copy,
                capture_output=True,
                text=True,
                timeout=LIMIT_S,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return f"`{line.tests[0]}`, which did not end"
    if done.returncode not in (0, FAILED):
        raise RuntimeError(done.stdout[-2000:] + done.stderr[-2000:])
    failures = [part for part in done.stdout.splitlines() if part.startswith(("FAILED", "ERROR"))]
    return f"`{failures[0].split()[1]}`" if failures else None


if __name__ == "__main__":
    sys.exit(main())
