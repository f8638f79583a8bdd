"""The job process of the fault runs: real but for Keras and pip, and so quick to start.

A training counts epochs and writes real checkpoints; an archive is unpacked as ever.
Lines of the event log go out in two pieces, as a busy disk may take them: so a kill
can fall into the middle of one.
"""

import importlib
import os
import sys
import time

from training import __main__ as job_process
from training.protocol import event_log

TASKS = {
    "train": "tests.saving_task",
    "unzip": "training.tasks.unzip",
    "install": "tests.saving_task",
}
BETWEEN_PIECES_S = 0.0005
PIECE_BYTES = 128
LIGHT_JOB = (sys.executable, "-m", "tests.faults.light_job")


class _PiecemealOs:
    """The module ``os``, but that ``write`` takes half of what is long."""

    def __getattr__(self, name: str) -> object:
        return getattr(os, name)

    @staticmethod
    def write(descriptor: int, content: bytes) -> int:
        time.sleep(BETWEEN_PIECES_S)
        return os.write(descriptor, content[: max(PIECE_BYTES, len(content) // 2)])


def prepare() -> None:
    """Import what the tasks need before one begins: kills shall fall into its work."""
    for task in TASKS.values():
        importlib.import_module(task)
    event_log.os = _PiecemealOs()
    job_process.TASKS = TASKS
    job_process.REHEARSAL = "tests.stub_task"


def main() -> int:
    """Work on a job folder; see ``training.__main__``."""
    prepare()
    return job_process.main()


if __name__ == "__main__":
    sys.exit(main())
