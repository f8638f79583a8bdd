"""What it takes to unpack archives as a job, against ``unzip`` and a bare copy."""

import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
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
LARGE_FILES = 12
MEMORY = Path("/dev/shm")  # a file system in memory, where Linux has one

Command = Callable[[Path, Path], list[str]]


class Cost(NamedTuple):
    """Seconds that a child process took."""

    wall_s: float
    cpu_s: float


def measure(size: Size) -> Section:
    """Unpack the same archives with a job and with the alternative, in turn; copy the result."""
    rows: list[Row] = []
    for place, folder in places():
        with tempfile.TemporaryDirectory(dir=folder) as scratch:
            small, large = Path(scratch, "small.zip"), Path(scratch, "large.zip")
            write_archive(small, size.files)
            rows += compare(f"Unpack {size.files:,} small files {place}", small, size.unpackings)
            small.unlink()
            write_large_archive(large, size.large_bytes)
            what = f"Unpack {size.large_bytes / 1e9:.3g} GB in {LARGE_FILES} files {place}"
            rows += compare(what, large, size.unpackings)
    return Section(
        title="Unpacking",
        how=(
            f"A .zip of {size.files:,} files of {LEAST_BYTES} to {MOST_BYTES:,} bytes, and one of"
            f" {LARGE_FILES} files of {size.large_bytes // LARGE_FILES:,} bytes; each unpacked and"
            f" its tree copied with `cp -r` in turn, runs of each: {size.unpackings}. On the disk"
            " of the temporary folder, and in memory (/dev/shm) where Linux has that. The whole"
            " process from start to end, Python's own start included; the job also checks every"
            " name and checksum, reports progress and makes the files durable before it names the"
            " folder."
        ),
        rows=tuple(rows),
    )


def places() -> Iterator[tuple[str, Path | None]]:
    """Where it is measured: how it is called, and a folder there."""
    yield "to disk", None
    if os.access(MEMORY, os.W_OK):
        yield "in memory", MEMORY


def compare(what: str, archive: Path, times: int) -> list[Row]:
    """Our job, the alternative and a copy in turn."""
    other, their_command = alternative()
    runs = [
        (cost(our_command, archive), cost(their_command, archive), cost_of_copy(archive))
        for _ in range(times)
    ]
    return [
        Row.paired(what, "s", other, [(a.wall_s, b.wall_s) for a, b, _ in runs]),
        Row.paired(f"{what}, CPU time", "s", other, [(a.cpu_s, b.cpu_s) for a, b, _ in runs]),
        Row.paired(what, "s", "`cp -r`", [(a.wall_s, c.wall_s) for a, _, c in runs]),
    ]


def our_command(archive: Path, destination: Path) -> list[str]:
    """A job that unpacks; its folder lies beside the destination."""
    folder = JobFolder(destination.with_name("job"))
    folder.create()
    write_spec(folder, UnzipSpec(archive=str(archive), destination=str(destination)))
    return [sys.executable, "-m", "training", str(folder.path)]


def alternative() -> tuple[str, Command]:
    """``unzip`` where it is installed, Python's own otherwise."""
    unzip = shutil.which("unzip")
    if unzip is not None:
        return "`unzip`", lambda archive, to: [unzip, "-q", str(archive), "-d", str(to)]
    program = [sys.executable, "-m", "zipfile", "-e"]
    return "Python's zipfile", lambda archive, to: [*program, str(archive), str(to)]


def cost(command: Command, archive: Path) -> Cost:
    """Run a command that unpacks into a new folder; the folder is removed untimed."""
    with tempfile.TemporaryDirectory(dir=archive.parent) as folder:
        return timed(command(archive, Path(folder, "unpacked")))


def cost_of_copy(archive: Path) -> Cost:
    """Copy the unpacked tree: what writing it takes at least."""
    with tempfile.TemporaryDirectory(dir=archive.parent) as folder:
        tree = Path(folder, "tree")
        subprocess.run(alternative()[1](archive, tree), check=True, stdout=subprocess.DEVNULL)
        return timed(["cp", "-r", str(tree), str(Path(folder, "copy"))])


def timed(words: list[str]) -> Cost:
    """Run a command to its end."""
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


def write_large_archive(path: Path, size_bytes: int) -> None:
    """Write a .zip of a few large files whose content compresses by about half."""
    content = random.Random(0).randbytes(500_000).hex().encode()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for number in range(LARGE_FILES):
            left = size_bytes // LARGE_FILES
            with archive.open(f"recording-{number:02}.txt", "w") as file:
                while left:
                    left -= file.write(content[:left])
