"""What a user may want of a job, once it is there: its epochs, its learning rate. Pure."""

from dataclasses import replace

from bot.errors import (
    AllEpochsDone,
    AlreadyStopping,
    EpochPassed,
    NoEpochLeft,
    NoEpochs,
    NotRunning,
    SameRate,
    SteersItself,
)
from bot.job import Job, JobState
from training.protocol.control import Control
from training.protocol.spec import MOST_EPOCHS, TrainSpec


def with_last_epoch(job: Job, epoch: int) -> Job:
    """The job that is to stop after an epoch, and can go on later.

    Raises:
        NoEpochs: it has none, as far as is known.
        NotRunning: it has ended.
        AlreadyStopping: it was told to stop before.
        EpochPassed: that epoch is over, or is not among those it is to do.
    """
    epochs, first = job.epochs, job.progress.epochs_done + 1
    if epochs is None:
        raise NoEpochs(job.id)
    if job.state is JobState.ENDED:
        raise NotRunning(job.id)
    if job.state is JobState.STOPPING:
        raise AlreadyStopping(job.id)
    if job.active and first > epochs:
        raise AllEpochsDone(job.id)
    if not first <= epoch <= epochs:
        raise EpochPassed(job.id, epoch, first, epochs)
    return replace(job, last_epoch=epoch)


def with_epochs(job: Job, epochs: int) -> Job:
    """The job with more or fewer epochs in all; one that has ended can then go on to them.

    Raises:
        NoEpochs: it is no training.
        AllEpochsDone: it has done them and is about to end.
        EpochPassed: it has got that far already.
    """
    spec, first = _training(job), job.progress.epochs_done + 1
    if job.active and first > spec.epochs:
        raise AllEpochsDone(job.id)
    if not first <= epochs <= MOST_EPOCHS:
        raise EpochPassed(job.id, epochs, first, MOST_EPOCHS)
    progress = job.progress
    if progress.epochs is not None:
        progress = progress.model_copy(update={"epochs": epochs})
    beyond = job.last_epoch is not None and job.last_epoch >= epochs
    changes: dict[str, object] = {"epochs": epochs}
    if spec.quick and job.run:
        changes["cycle"] = spec.cycle_epochs  # that has begun, and stays as it is
    return replace(
        job,
        spec=spec.model_copy(update=changes),
        last_epoch=None if beyond else job.last_epoch,
        progress=progress,
    )


def with_learning_rate(job: Job, learning_rate: float) -> Job:
    """The job whose next epoch begins with another learning rate.

    Raises:
        NoEpochs: it is no training.
        NoEpochLeft: none is left that could begin with it.
        SameRate: it has that learning rate, and nothing else is wished for.
    """
    need_epoch_left(job)
    in_cycle = keeps_a_cycle(job)  # where the very rate of its top would end it
    if job.learning_rate is None and learning_rate == learning_rate_of(job) and not in_cycle:
        raise SameRate(job.id, learning_rate)
    return replace(job, learning_rate=learning_rate)


def need_epoch_left(job: Job) -> None:
    """See that an epoch is left that has not begun.

    Raises:
        NoEpochs: it is no training.
        NoEpochLeft: its last one has begun, or has ended.
    """
    spec, progress = _training(job), job.progress
    in_epoch = job.active and progress.run_at is not None and progress.epoch is not None
    if progress.epochs_done + in_epoch >= spec.epochs:
        raise NoEpochLeft(job.id, under_way=job.active)


def keeps_a_cycle(job: Job) -> bool:
    """Whether the learning rate of a training is that of its cycle, none of its user's."""
    return isinstance(job.spec, TrainSpec) and job.spec.quick and not job.learning_rates


def learning_rate_of(job: Job) -> float:
    """The learning rate of the epoch under way, or of the last one.

    Raises:
        NoEpochs: it is no training.
    """
    spec, epoch = _training(job), job.progress.epochs_done + 1
    taken = [change.learning_rate for change in job.learning_rates if change.epoch <= epoch]
    return taken[-1] if taken else spec.effective_learning_rate


def accepting(job: Job) -> Job:
    """The job whose user has heard enough about the end of its machine."""
    return (
        job
        if job.told is None
        else replace(job, told=job.told.model_copy(update={"accepted": True}))
    )


def is_complete(job: Job) -> bool:
    """Whether a training has done all that is wished of it by now, or got where it was to get."""
    if "target_epoch" in job.outcome.result:
        return True
    planned = job.spec.planned_epochs
    return planned is None or job.progress.epochs_done >= planned


def control_of(job: Job) -> Control:
    """All wishes for the job's present run, as its process is told."""
    return Control(
        run=job.run,
        stop=job.stop,
        last_epoch=job.last_epoch,
        epochs=job.spec.planned_epochs,
        learning_rate=job.learning_rate,
        learning_rates=job.learning_rates,
    )


def _training(job: Job) -> TrainSpec:
    if isinstance(job.spec, TrainSpec):
        return job.spec
    if job.spec.trains:
        raise SteersItself(job.id)
    raise NoEpochs(job.id)
