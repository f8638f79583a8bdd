"""A job process that kills itself: ``mortal_job.py <job folder> <event kind> <epoch> <step>``.

Everything in it is real but its will to live: right after it has written the
event that was named, it sends itself SIGKILL. Checkpoints come before each step.
"""

import os
import signal
import sys
from pathlib import Path

from training.datasets.opening import open_dataset
from training.protocol.event_log import EventLogWriter, last_run
from training.protocol.events import Event
from training.protocol.folder import JobFolder
from training.protocol.spec import read_spec
from training.run import Run
from training.tasks.train import fit

FOLDER, KIND, EPOCH, STEP = sys.argv[1:]


class MortalRun(Run):
    """Dies at an event."""

    def report(self, event: Event) -> None:
        """Tell it, and be gone."""
        super().report(event)
        where = (event.kind, getattr(event, "epoch", 0), getattr(event, "step", 0))
        if where == (KIND, int(EPOCH), int(STEP)):
            os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    job = JobFolder(Path(FOLDER))
    number = last_run(job.event_log) + 1
    with EventLogWriter(job.event_log, number) as log:
        spec = read_spec(job)
        run = MortalRun(job, number, log)
        fit(open_dataset(spec, run), spec, run, 0)
