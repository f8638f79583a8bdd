"""Time that passed while the bot was awake, and how long a job has said nothing in it.

Neither a change of the clock counts nor an hour in which the machine was frozen: a
process that was frozen with the bot has had no time to say anything either.
"""

import time
from collections.abc import Callable

from bot.job import Job, Quiet

LONGEST_STEP_S = 10.0
# A job process writes a heartbeat every 15 s from a thread of its own.
NO_SIGN_AFTER_S = 180.0
NO_PROGRESS_AFTER_S = 1_800.0


class AwakeClock:
    """Seconds, as far as they passed between two looks at the clock that were not far apart."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._at = clock()
        self._awake_s = 0.0

    def __call__(self) -> float:
        """The seconds so far; call it often."""
        now = self._clock()
        self._awake_s += min(now - self._at, LONGEST_STEP_S)
        self._at = now
        return self._awake_s


class Silence:
    """Notices jobs whose processes are there and do not get on."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._heard: dict[int, tuple[object, float]] = {}
        self._got_on: dict[int, tuple[object, float]] = {}

    def of(self, job: Job) -> tuple[Quiet, float] | None:
        """Whether an active job is quiet, and for how many seconds."""
        silent_s = self._since(self._heard, job.id, (job.run, job.last_seq))
        stuck_s = self._since(self._got_on, job.id, _how_far(job))
        if silent_s >= NO_SIGN_AFTER_S:
            return Quiet.NO_SIGN, silent_s
        if stuck_s >= NO_PROGRESS_AFTER_S:
            return Quiet.NO_PROGRESS, stuck_s
        return None

    def forget(self, job_id: int) -> None:
        """The job has ended."""
        self._heard.pop(job_id, None)
        self._got_on.pop(job_id, None)

    def _since(self, seen: dict[int, tuple[object, float]], job_id: int, mark: object) -> float:
        now = self._clock()
        before, at = seen.get(job_id, (None, now))
        if before != mark:
            seen[job_id] = (mark, now)
            return 0.0
        return now - at


def _how_far(job: Job) -> str:
    # As text: a loss that is not a number is not equal to itself.
    return f"{job.run} {job.progress.model_copy(update={'at': None, 'quiet': None})!r}"
