"""What it takes to unpack many small files as a job, against ``unzip``."""

import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage
from typing import NamedTuple

from tests.benchmarks.figures import Row, Section
from tests.benchmarks.processes import ROOT
from tests.benchmarks.sizes import Size
from training.protocol.folder import JobFolder
from training.protocol.spec import UnzipSpec, write_spec

FILES_A_FOLDER = 200
LEAST_BYTES, MOST_BYTES = 200, 6_000


class Cost(NamedTuple):
    """Seconds that a child process took."""

    wall_s: float
    cpu_s: float


def measure(size: Size) -> Section:
    """Unpack the same archive with a job and with the alternative, in turn."""
    other, their_command = alternative()
    with tempfile.TemporaryDirectory() as folder:
        archive = Path(folder, "many.zip")
        write_archive(archive, size.files)
        pairs = [
            (cost(our_command, archive), cost(their_command, archive))
            for _ in range(size.unpackings)
        ]
    what = f"Unpack {size.files:,} small files"
    return Section(
        title="Unpacking",
        how=(
            f"A .zip of {size.files:,} files of {LEAST_BYTES} to {MOST_BYTES:,} bytes, unpacked in"
            f" turn to the disk of the temporary folder; runs of each: {size.unpackings}. The whole"
            " process from start to end, Python's own start included; the job also checks every"
            " name, reports progress and makes the files durable before it names the folder."
        ),
        rows=(
            Row.paired(what, "s", other, [(a.wall_s, b.wall_s) for a, b in pairs]),
            Row.paired(f"{what}, CPU time", "s", other, [(a.cpu_s, b.cpu_s) for a, b in pairs]),
        ),
    )


def our_command(archive: Path, destination: Path) -> list[str]:
    """A job that unpacks; its folder lies beside the destination."""
    folder = JobFolder(destination.with_name("job"))
    folder.create()
    write_spec(folder, UnzipSpec(archive=str(archive), destination=str(destination)))
    return [sys.executable, "-m", "training", str(folder.path)]


def alternative() -> tuple[str, Callable[[Path, Path], list[str]]]:
    """``unzip`` where it is installed, Python's own otherwise."""
    unzip = shutil.which("unzip")
    if unzip is not None:
        return "`unzip`", lambda archive, to: [unzip, "-q", str(archive), "-d", str(to)]
    program = [sys.executable, "-m", "zipfile", "-e"]
    return "Python's zipfile", lambda archive, to: [*program, str(archive), str(to)]


def cost(command: Callable[[Path, Path], list[str]], archive: Path) -> Cost:
    """Run a command that unpacks into a new folder; the folder is removed untimed."""
    with tempfile.TemporaryDirectory() as folder:
        words = command(archive, Path(folder, "unpacked"))
        os.sync()  # what the run before left unwritten is not this one's cost
        before, began = getrusage(RUSAGE_CHILDREN), time.monotonic()
        subprocess.run(words, check=True, cwd=ROOT, stdout=subprocess.DEVNULL)
        wall_s, after = time.monotonic() - began, getrusage(RUSAGE_CHILDREN)
    cpu_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Cost(wall_s, cpu_s)


def write_archive(path: Path, files: int) -> None:
    """Write a .zip of small files whose content compresses by about half."""
    chance = random.Random(0)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(files):
            content = chance.randbytes(chance.randint(LEAST_BYTES, MOST_BYTES) // 2).hex()
            archive.writestr(f"{number // FILES_A_FOLDER:04}/picture-{number:06}.txt", content)
