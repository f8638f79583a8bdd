"""The real bot in a process of its own, in a hurry, with jobs that take milliseconds."""

import asyncio
import contextlib
import logging
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

from bot import app, backoff, pace, sender
from bot.app import Coltrain, Errands, VaultParts
from bot.errand import Errand
from bot.plots import LIMIT_S, Plots
from bot.runners.local_process import LocalProcess
from bot.settings import Settings
from bot.vault.worker import VAULT_COMMAND, Worker
from tests.bots import DRAWN, STUB_COMMAND, warm_start
from tests.faults.light_job import LIGHT_JOB
from tests.vaults import PATIENT


def hurry() -> None:
    """Shorten every pause, so that a thousand deaths fit into minutes; the ways stay the same."""
    app.LOOK_INTERVAL_S = app.TEND_INTERVAL_S = 0.05
    sender.LOOK_INTERVAL_S = 0.2
    pace.PRIVATE_INTERVAL_S = 0.02
    pace.EDIT_INTERVAL_S = 0.1
    backoff.FIRST_S, backoff.MOST_S = 0.05, 0.5


def serve(
    settings: Settings,
    output: Path,
    command: tuple[str, ...] = STUB_COMMAND,
    prepare: Callable[[], None] | None = None,
    vault: tuple[str, ...] = VAULT_COMMAND,
) -> None:
    """Serve until SIGTERM; what is printed or logged goes to ``output``."""
    with output.open("a") as file:
        for descriptor in (1, 2):
            os.dup2(file.fileno(), descriptor)
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, force=True)
    hurry()
    if prepare is not None:
        prepare()
    asyncio.run(_serve(settings, command, vault))


async def _serve(settings: Settings, command: tuple[str, ...], vault: tuple[str, ...]) -> None:
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    parts = VaultParts(Worker(vault), PATIENT)
    plots = Plots(Errand(DRAWN, LIMIT_S))
    # Jobs of these kinds begin in a warm process as often as one is ready.
    warm = warm_start(command) if command in (STUB_COMMAND, LIGHT_JOB) else None
    runner = LocalProcess(command, warm=warm)
    coltrain = Coltrain(settings, runner=runner, vault=parts, errands=Errands(plots=plots))
    with contextlib.suppress(asyncio.CancelledError):
        await coltrain.run(stop, lambda name: None)
