"""Keeps what is wished of a run where the run reads it, and presses on with a stop."""

import logging
from collections.abc import Callable
from pathlib import Path

from bot.job import Job
from bot.runners.base import Runner
from bot.wishes import control_of
from training.protocol.control import StopMode, read_control, write_control
from training.protocol.folder import JobFolder

log = logging.getLogger(__name__)

# How long a run that was told to stop at once may take before it is asked by
# signal, and then before it is ended by force.
SIGNAL_AFTER_S = 20.0
FORCE_AFTER_S = 60.0


class WishKeeper:
    """Between a job in the store, which has the wishes, and its run.

    Args:
        work: the folder with the job folders.
        awake: seconds that passed while the bot was awake.
    """

    def __init__(self, runner: Runner, work: Path, awake: Callable[[], float]) -> None:
        self._runner = runner
        self._work = work
        self._awake = awake
        self._not_passed_on: set[int] = set()
        self._asked: dict[tuple[int, int], float] = {}

    def pass_on(self, job: Job) -> None:
        """Tell the run what the job's wishes are now."""
        try:
            write_control(self._folder(job), control_of(job))
            self._not_passed_on.discard(job.id)
        except OSError:
            if job.id in self._not_passed_on:
                return
            self._not_passed_on.add(job.id)
            # A full disk must not keep a job from stopping: a signal needs no file.
            log.exception("control.json of job %d cannot be written; trying on", job.id)
            if job.handle is not None and job.stop is StopMode.NOW:
                self._runner.stop(job.handle, force=False)

    def look_after(self, job: Job) -> None:
        """Pass the wishes on again where they are not there; press on with a stop at once."""
        if read_control(self._folder(job), job.run) != control_of(job):
            self.pass_on(job)
        if job.stop is not StopMode.NOW or job.handle is None:
            return
        asked_at = self._asked.setdefault((job.id, job.run), self._awake())
        waited_s = self._awake() - asked_at
        if waited_s > FORCE_AFTER_S:
            self._runner.stop(job.handle, force=True)
        elif waited_s > SIGNAL_AFTER_S:
            self._runner.stop(job.handle, force=False)

    def _folder(self, job: Job) -> JobFolder:
        return JobFolder.of(self._work, job.id)
