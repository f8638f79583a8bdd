"""The bot's end of the vault's child process."""

import sys
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import psutil

from bot.vault.wire import Failed, LastReport, Launch, Place, Renew
from bot.vault.worker import Worker

# Reads its requests and never answers, as on a file system that hangs.
SILENT = (sys.executable, "-c", "import sys; sys.stdin.read()")


def test_a_closed_worker_leaves_no_process(
    tmp_path: Path, wait_until: Callable[..., object]
) -> None:
    """Whoever waits for an answer or for his turn gets a no, and nobody starts a process again."""
    others = set(psutil.Process().children())
    launch = Launch(id="a", host="here", since=datetime.now(UTC))
    place = Place(home=tmp_path, work=tmp_path, store=tmp_path / "store", launch=launch)
    worker, reports = Worker(SILENT, stall_s=600), list[LastReport]()

    def ask() -> threading.Thread:
        thread = threading.Thread(
            target=lambda: reports.append(worker.ask(Renew(place=place))), daemon=True
        )
        thread.start()
        return thread

    threads = [ask() for _ in range(4)]
    wait_until(lambda: set(psutil.Process().children()) - others)
    worker.close()
    threads.append(ask())
    wait_until(lambda: not any(thread.is_alive() for thread in threads))
    assert len(reports) == 5
    assert all(isinstance(report, Failed) for report in reports)
    assert set(psutil.Process().children()) <= others
