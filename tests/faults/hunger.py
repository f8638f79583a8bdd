"""Taking what a bot needs away from it for a while: file descriptors, room on the disk."""

import contextlib
import os
import resource
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

FILES = 256
LOOK_S = 0.02


def of_files(flag: Path) -> None:
    """In the bot's process: while there is a flag, open files until no more can be opened."""
    resource.setrlimit(resource.RLIMIT_NOFILE, (FILES, FILES))
    threading.Thread(target=_hold_files, args=(flag,), daemon=True).start()


def _hold_files(flag: Path) -> None:
    held: list[int] = []
    pause = threading.Event()
    while not pause.wait(LOOK_S):
        if not flag.exists():
            while held:
                os.close(held.pop())
            continue
        with contextlib.suppress(OSError):
            while True:
                held.append(os.open(os.devnull, os.O_RDONLY))


@contextlib.contextmanager
def tiny_disk(folder: Path, size: str, *, read_only: bool = False) -> Iterator[Path]:
    """A disk of a few megabytes; skips the test where none can be mounted."""
    if os.geteuid() != 0:
        pytest.skip("mounting a tiny disk needs root")
    folder.mkdir()
    options = f"size={size}{',ro' if read_only else ''}"
    command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)]
    if subprocess.run(command, check=False, capture_output=True).returncode:
        pytest.skip("this machine does not let us mount a tiny disk")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def fill(disk: Path) -> Path:
    """Write until the disk is full; whoever deletes the file makes room again."""
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while True:
            file.write(bytes(512))
    return ballast
