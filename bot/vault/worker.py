"""The bot's end of the vault's child process: asks, waits with a limit, leaves it behind."""

import contextlib
import logging
import os
import select
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence

from pydantic import ValidationError

from bot.home_copy import HomeTrouble
from bot.runners.local_process import without_secrets
from bot.vault.wire import REPORT, Beat, Failed, JobCopied, LastReport, Report, Request

log = logging.getLogger(__name__)

VAULT_COMMAND = (sys.executable, "-m", "bot.vault")
STALL_S = 60.0
# A process inside a hanging file system cannot be killed before that answers.
MOST_LEFT_BEHIND = 3
END_S = 5.0

Copied = Callable[[JobCopied], None]


class Worker:
    """One child at a time. Its methods wait: call them in a thread.

    Args:
        command: the program that touches the home folder.
        stall_s: how long it may go without a sign before it counts as hanging.
    """

    def __init__(
        self,
        command: Sequence[str] = VAULT_COMMAND,
        stall_s: float = STALL_S,
        environment: Mapping[str, str] = os.environ,
    ) -> None:
        self._command = tuple(command)
        self._stall_s = stall_s
        self._environment = without_secrets(environment)
        self._lock = threading.Lock()
        self._child: _Child | None = None
        self._left_behind: list[_Child] = []
        self._closed = False

    def ask(
        self, request: Request, copied: Copied = lambda _: None, stall_s: float | None = None
    ) -> LastReport:
        """Have a request fulfilled.

        Args:
            copied: called for each job on the way.

        Returns:
            How it ended; ``Failed`` where the child hung or died, too.
        """
        with self._lock:
            if self._closed:  # whoever waited for the lock meanwhile must not start another
                return Failed(trouble=HomeTrouble.OTHER, error="the bot is ending")
            self._left_behind = [child for child in self._left_behind if child.alive]
            if len(self._left_behind) >= MOST_LEFT_BEHIND:
                return Failed(trouble=HomeTrouble.NO_ANSWER, error="earlier processes still hang")
            try:
                return self._answer(request, copied, stall_s or self._stall_s)
            except TimeoutError:
                self._leave_behind()
                return Failed(trouble=HomeTrouble.NO_ANSWER, error="no sign of life")
            except (OSError, EOFError, ValidationError) as error:
                self._leave_behind()
                return Failed(trouble=HomeTrouble.OTHER, error=f"the vault's process: {error!r}")

    def rest(self) -> None:
        """End the idle child; the next request starts another."""
        with self._lock:
            child, self._child = self._child, None
            if child is not None:
                child.end()

    def close(self) -> None:
        """End the child, whatever it is doing; from now on every request fails."""
        self._closed = True
        child = self._child
        if child is not None:
            child.kill()  # what waits for it sees the end of its output
        if self._lock.acquire(timeout=END_S):
            for one in (self._child, *self._left_behind):
                if one is not None:
                    one.end()
            self._child = None
            self._lock.release()

    def _answer(self, request: Request, copied: Copied, stall_s: float) -> LastReport:
        if self._child is None or not self._child.alive:
            self._child = _Child(self._command, self._environment)
            if self._closed:  # while it was started, where ``close`` could not see it yet
                self._child.kill()
        self._child.say(request)
        while True:
            match report := self._child.hear(stall_s):
                case Beat():
                    continue
                case JobCopied():
                    copied(report)
                case _:
                    return report

    def _leave_behind(self) -> None:
        child, self._child = self._child, None
        if child is not None:
            child.end()
            if child.alive:
                log.warning("the vault's process %d hangs and does not end", child.pid)
                self._left_behind.append(child)


class _Child:
    """A process with a line of JSON as its unit of speech."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str]) -> None:
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=dict(environment),
            bufsize=0,
            start_new_session=True,  # Ctrl-C is for the bot
        )
        self._heard = b""

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def say(self, request: Request) -> None:
        if self._process.stdin is not None:
            self._process.stdin.write(request.model_dump_json().encode() + b"\n")

    def hear(self, limit_s: float) -> Report:
        """The next report.

        Raises:
            TimeoutError: none came in time.
            EOFError: the process is gone.
            ValidationError: it said something else.
        """
        if self._process.stdout is None:
            raise EOFError
        descriptor = self._process.stdout.fileno()
        waiting = select.poll()
        waiting.register(descriptor, select.POLLIN)
        deadline = time.monotonic() + limit_s
        while b"\n" not in self._heard:
            left_s = deadline - time.monotonic()
            if left_s <= 0 or not waiting.poll(1000 * left_s):
                raise TimeoutError
            chunk = os.read(descriptor, 1 << 16)
            if not chunk:
                raise EOFError
            self._heard += chunk
        line, _, self._heard = self._heard.partition(b"\n")
        return REPORT.validate_json(line)

    def kill(self) -> None:
        self._process.kill()

    def end(self) -> None:
        """Kill it and let go of it, if it can die."""
        self._process.kill()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(END_S)
            for pipe in (self._process.stdin, self._process.stdout):
                if pipe is not None:
                    pipe.close()
