"""What an event does to a job: pure, so that it can be tried without a process."""

from dataclasses import replace
from datetime import datetime
from math import inf

from bot.job import Ending, Job, JobState, Outcome, Progress, Quiet
from training.protocol.control import RateChange
from training.protocol.events import (
    CheckpointSaved,
    DataRead,
    DeviceMeasured,
    EpochEnded,
    Event,
    Heartbeat,
    LearningRateSet,
    ModelCompiled,
    Progressed,
    Resumed,
    RunFailed,
    RunStarted,
    RunStopped,
    RunSucceeded,
)

RECENT_EPOCHS = 3


def advanced(job: Job, event: Event) -> Job:
    """The job after an event of its log.

    An event of an ended job, or of a run before the present one, changes nothing
    but how far the log was read.
    """
    job = replace(job, last_seq=max(job.last_seq, event.seq))
    if not job.active or event.run != job.run:
        return job
    if isinstance(event, LearningRateSet):
        job = _with_rate_taken(job, event)
    if isinstance(event, EpochEnded):
        job = replace(job, health=job.health.after_epoch(event.metrics))
    if isinstance(event, Resumed):
        job = replace(job, health=job.health.resumed())
    if isinstance(event, EpochEnded | CheckpointSaved) and job.spec.resumes:
        job = replace(job, fruitless_runs=0)
    match event:
        case RunSucceeded():
            outcome = Outcome(result=event.result, seconds=event.seconds)
            return job.ended(Ending.SUCCEEDED, event.at, outcome)
        case RunFailed():
            outcome = Outcome(
                code=event.code, details=event.details, seconds=seconds_of(job, event.at)
            )
            return job.ended(Ending.FAILED, event.at, outcome)
        case RunStopped():
            outcome = Outcome(
                result=event.result, stop_mode=event.mode, seconds=seconds_of(job, event.at)
            )
            return job.ended(Ending.STOPPED, event.at, outcome)
    return replace(job, progress=_progress(job.progress, event))


def _with_rate_taken(job: Job, event: LearningRateSet) -> Job:
    """Later changes were of a run that had got further; they are not done over."""
    change = RateChange(epoch=event.epoch, learning_rate=event.learning_rate)
    before = (earlier for earlier in job.learning_rates if earlier.epoch < event.epoch)
    still_wished = None if job.learning_rate == event.learning_rate else job.learning_rate
    return replace(job, learning_rates=(*before, change), learning_rate=still_wished)


def seconds_of(job: Job, at: datetime) -> float | None:
    """How long the job's run had taken by then."""
    began = job.progress.run_at
    return None if began is None else max(0.0, (at - began).total_seconds())


def remaining_s(job: Job, now: datetime) -> float | None:
    """How many seconds the job will still take, where that can be told."""
    progress = job.progress
    if job.state is JobState.QUEUED or progress.run_at is None:
        return None
    if progress.epochs is not None:
        return _epochs_remaining_s(progress, min(progress.epochs, job.last_epoch or inf), now)
    if not progress.done or not progress.total or progress.at is None:
        return None
    elapsed = (progress.at - progress.run_at).total_seconds()
    return max(0.0, elapsed * (progress.total - progress.done) / progress.done)


def _epochs_remaining_s(progress: Progress, epochs: float, now: datetime) -> float | None:
    per_epoch = progress.seconds_per_epoch
    began = progress.epoch_began_at
    if per_epoch is None and began and progress.at and progress.done and progress.total:
        in_epoch = max(0.0, (progress.at - began).total_seconds())  # clocks are set back
        per_epoch = in_epoch * progress.total / progress.done
    if per_epoch is None:
        return None
    in_epoch = min(per_epoch, max(0.0, (now - began).total_seconds())) if began else 0.0
    return max(0.0, per_epoch * (epochs - progress.epochs_done) - in_epoch)


def _progress(progress: Progress, event: Event) -> Progress:
    changes: dict[str, object] = {"at": event.at}
    if progress.quiet is Quiet.NO_SIGN or not isinstance(event, Heartbeat):
        changes["quiet"] = None
    match event:
        case RunStarted():
            # A later run begins anew unless it says where it goes on.
            pace = progress.seconds_per_epoch
            return Progress(
                run_at=event.at, at=event.at, epoch_began_at=event.at, seconds_per_epoch=pace
            )
        case Resumed():
            changes |= {"epochs_done": event.epoch, "epoch_began_at": event.at}
        case Heartbeat():
            changes["rss_bytes"] = event.rss_bytes
        case CheckpointSaved():
            changes["checkpoint_epoch"] = event.epoch
        case DeviceMeasured():
            changes |= {"device": event.name, "is_gpu": event.is_gpu, "tflops": event.tflops}
        case ModelCompiled():
            changes |= {"optimizer": event.optimizer, "learning_rate": event.learning_rate}
        case DataRead():
            changes |= {"data": event, "done": None, "total": None, "unit": None}
        case Progressed():
            changes |= event.model_dump(
                include={
                    "done", "total", "unit", "epoch", "epochs",
                    "files_done", "files_total", "metrics", "fit", "cell", "cells",
                },
            )  # fmt: skip
            changes |= _epochs_before(progress, event)
        case EpochEnded():
            changes |= {
                "epoch": min(event.epoch + 1, event.epochs),
                "epochs": event.epochs,
                "epochs_done": event.epoch,
                "epoch_began_at": event.at,
                "done": None,
                "metrics": event.metrics,
                "seconds_per_epoch": _recent_mean(progress, event),
            }
    return progress.model_copy(update=changes)


def _epochs_before(progress: Progress, event: Progressed) -> dict[str, object]:
    """A program is done with the epochs before the one it is in, also where none was told.

    One that only prints them has its pace from that; one whose ``fit`` begins further on,
    with an ``initial_epoch``, has none yet.
    """
    ended = (event.epoch or 1) - 1 - progress.epochs_done
    began = progress.epoch_began_at
    if ended <= 0:
        return {}
    found = {"epochs_done": progress.epochs_done + ended, "epoch_began_at": event.at}
    if event.unit != "parts" or began is None:
        return found
    return found | {"seconds_per_epoch": max(0.0, (event.at - began).total_seconds()) / ended}


def _recent_mean(progress: Progress, event: EpochEnded) -> float:
    """A mean that forgets: the first epoch, with its tracing, weighs less and less."""
    if progress.seconds_per_epoch is None:
        return event.seconds
    weight = 1 / min(RECENT_EPOCHS, progress.epochs_done + 1)
    return progress.seconds_per_epoch * (1 - weight) + event.seconds * weight
