"""One question to a process of its own, with a limit: it may hang, or take memory, without harm."""

import asyncio
import contextlib
import os
import sys
from collections.abc import Sequence

from bot.runners.local_process import without_secrets

# A process inside a hanging file system ends only when that answers.
MOST_LEFT_BEHIND = 3
END_S = 2.0


class NoAnswer(Exception):
    """It did not answer in time, or ended without an answer."""


class Errand:
    """Runs ``python -m <module>``: the question on its standard input, the answer on its output.

    Args:
        module: the program, or a whole command in its place.
    """

    def __init__(self, module: str | Sequence[str], limit_s: float) -> None:
        self.limit_s = limit_s
        self._command = (sys.executable, "-m", module) if isinstance(module, str) else tuple(module)
        self._left_behind: list[asyncio.subprocess.Process] = []

    async def run(self, question: bytes) -> bytes:
        """Ask.

        Raises:
            NoAnswer: none came in time, the process failed, or earlier ones still hang.
        """
        self._left_behind = [child for child in self._left_behind if child.returncode is None]
        if len(self._left_behind) >= MOST_LEFT_BEHIND:
            raise NoAnswer("earlier processes still hang")
        child = await asyncio.create_subprocess_exec(
            *self._command,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            env=without_secrets(os.environ),
            start_new_session=True,  # Ctrl-C is for the bot
        )
        try:
            async with asyncio.timeout(self.limit_s):
                said, _ = await child.communicate(question)
        except TimeoutError:
            raise NoAnswer(f"no answer after {self.limit_s:.0f} s") from None
        finally:
            await self._end(child)
        if child.returncode:
            raise NoAnswer(f"the process ended with {child.returncode}")
        return said

    async def _end(self, child: asyncio.subprocess.Process) -> None:
        """End a process; one that cannot end now is left behind."""
        with contextlib.suppress(ProcessLookupError):
            child.kill()
        try:
            async with asyncio.timeout(END_S):
                await child.wait()
        except TimeoutError:
            self._left_behind.append(child)
