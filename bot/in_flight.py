"""Calls that are let finish when the bot stops: a half-known send would have to go twice."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

Result = TypeVar("Result")

PATIENCE_S = 10.0


class InFlight:
    """Keeps calls from being cancelled with the loop that made them."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[Any]] = set()

    async def finish(self, call: Coroutine[Any, Any, Result]) -> Result:
        """Await a call; a cancellation leaves it running."""
        task = asyncio.create_task(call)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return await asyncio.shield(task)

    async def landed(self) -> None:
        """Wait until all calls are done, or too long to wait for."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=PATIENCE_S)
