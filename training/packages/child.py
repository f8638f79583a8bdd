"""Running an installer: its words to the log, no secret among them, and it stops on request."""

import contextlib
import os
import re
import selectors
import signal
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, NamedTuple

LOOK_INTERVAL_S = 0.25
PATIENCE_S = 5.0
READ_BYTES = 65_536
KEPT_LINES = 2_000

_CREDENTIALS = re.compile(r"(?<=://)[^/\s@]*@")


class Finished(NamedTuple):
    """How a child ended, and its last lines."""

    exit_code: int
    lines: list[str]


def without_secrets(line: str) -> str:
    """A line with the name and password taken out of every address."""
    return _CREDENTIALS.sub("", line)


def run_child(
    command: list[str],
    variables: dict[str, str],
    folder: Path,
    check_stop: Callable[[], None],
    heard: Callable[[str], None],
) -> Finished:
    """Run a command to its end; a stop ends it and all that it started.

    Args:
        folder: where it runs.
        check_stop: called several times a second; what it raises ends the child.
        heard: called with each line.
    """
    child = subprocess.Popen(
        command,
        env=variables,
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        process_group=0,
    )
    lines: list[str] = []
    try:
        for line in _lines(child, check_stop):
            shown = without_secrets(line)
            print(shown, flush=True)
            lines = [*lines[-KEPT_LINES:], shown]
            heard(shown)
        exit_code = child.wait()
    except BaseException:
        _end(child)
        raise
    finally:
        _pipe(child).close()
    return Finished(exit_code, lines)


def _lines(child: subprocess.Popen[bytes], check_stop: Callable[[], None]) -> Iterator[str]:
    """What a child prints, line by line, until it ends."""
    descriptor = _pipe(child).fileno()
    begun = b""
    with selectors.DefaultSelector() as selector:
        selector.register(descriptor, selectors.EVENT_READ)
        while True:
            check_stop()
            if selector.select(LOOK_INTERVAL_S):
                block = os.read(descriptor, READ_BYTES)
                if not block:
                    break
                *complete, begun = (begun + block).replace(b"\r", b"\n").split(b"\n")
                yield from (line.decode(errors="replace") for line in complete if line.strip())
            elif child.poll() is not None:
                break  # Something it started holds the pipe; that is not waited for.
    if begun.strip():
        yield begun.decode(errors="replace")


def _end(child: subprocess.Popen[bytes]) -> None:
    """End a child and all in its process group, first politely."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(PATIENCE_S)


def _pipe(child: subprocess.Popen[bytes]) -> IO[bytes]:
    if child.stdout is None:
        raise RuntimeError("the child was started with a pipe")
    return child.stdout
