"""What a job under test has told so far: it is followed in its event log, not in the chat.

The chat would do, but its card is edited every few seconds only.
"""

import time
from pathlib import Path

from training.protocol.event_log import read_events
from training.protocol.events import EpochEnded, Event, Progressed, RunFailed
from training.protocol.folder import JobFolder

JOB_WAIT_S = 3_600.0
LOOK_S = 0.02


class JobFailed(Exception):
    """A job under test did not do what it should; the text is its log."""


class JobLog:
    """The events of a job, read as they come."""

    def __init__(self, work: Path, job_id: int = 1) -> None:
        self._folder = JobFolder.of(work, job_id)
        self._offset = 0

    def next_event(self, *kinds: type) -> Event:
        """Wait for the next event of some kinds; what comes before it is passed over.

        Raises:
            JobFailed: the job failed, or is silent for an hour.
        """
        deadline = time.monotonic() + JOB_WAIT_S
        while time.monotonic() < deadline:
            # A line at a time: what follows the event that was found is not lost.
            chunk = read_events(self._folder.event_log, self._offset, limit_bytes=1)
            self._offset = chunk.offset
            for event in chunk.events:
                if isinstance(event, RunFailed):
                    raise JobFailed(self._folder.log.read_text())
                if isinstance(event, kinds):
                    return event
            if not chunk.events:
                time.sleep(LOOK_S)
        raise JobFailed(f"nothing for {JOB_WAIT_S:.0f} s")

    def until_training(self) -> None:
        """Wait until the first steps are done."""
        self.next_event(Progressed, EpochEnded)
