"""Doing a job again, or going on from one of its epochs another way: /again, /fork."""

import re

from telegram import Update

from bot.commands.chosen_job import job_by_number, latest_job
from bot.commands.context import Context, in_background, origin, submitted, words
from bot.commands.own_data import (
    ABOUT_DATA,
    has_model_file,
    must_take,
    start_training,
    training_as_changed,
    with_model_found,
)
from bot.commands.words import (
    changed_program,
    changed_training,
    parameter_names,
    split_parameters,
)
from bot.errors import (
    CannotChange,
    CheckpointGone,
    EpochPassed,
    ExtraWords,
    MissingWord,
    NotFetched,
    NotForAFork,
)
from bot.job import Job
from training.protocol.checkpoints import after_epochs
from training.protocol.spec import MOST_EPOCHS, Parent, RunSpec, TrainSpec

AGAIN_USAGE, FORK_USAGE = "/again 7 lr=0.5", "/fork 7@8 lr=0.05"
MODEL_COPY = "model.py"  # what a job calls the model file that it has kept
# Other networks, optimizers or classes have nothing to go on from.
FIXED = ("optimizer", "preset", *sorted(ABOUT_DATA - {"shifts"}))
_PLACE = re.compile(r"#?(\d{1,9})(?:@(\d{1,5}))?", re.ASCII)


async def again(update: Update, context: Context) -> None:
    """Do a job again with the code and the data it had: /again [job] [name=value …]."""
    services = context.services
    plain, given = split_parameters(words(update))
    if len(plain) > 1:
        raise ExtraWords(tuple(plain[1:]), AGAIN_USAGE)
    job = job_by_number(services.store, plain[0]) if plain else latest_job(services.store)
    parent = {"parent": Parent(job=job.id)}
    if isinstance(job.spec, RunSpec):
        program = changed_program(job.spec, given).model_copy(update=parent)
        await submitted(update, context, services.jobs.submit(program, origin(update)))
        return
    if not isinstance(job.spec, TrainSpec):
        raise CannotChange(job.id)
    changes, spec = training_as_changed(job.spec, words(update))
    await _begin_again(update, context, job, changes, spec.model_copy(update=parent))


async def _begin_again(
    update: Update, context: Context, job: Job, changes: dict[str, str], spec: TrainSpec
) -> None:
    """Submit a training; what it takes that was not known before is looked at first."""
    services = context.services
    if (ABOUT_DATA | {"model"}) & changes.keys():
        await start_training(update, context, changes, spec)
        return

    async def look_and_submit() -> None:
        kept = services.jobs.folder(job.id).code / MODEL_COPY
        if kept.is_file():
            await must_take(services, kept, spec)
        else:
            await with_model_found(services, spec)
        await submitted(update, context, services.jobs.submit(spec, origin(update)))

    if has_model_file(spec) and spec.own_parameters != getattr(job.spec, "own_parameters", {}):
        in_background(update, context, look_and_submit())
        return
    await submitted(update, context, services.jobs.submit(spec, origin(update)))


async def fork(update: Update, context: Context) -> None:
    """Go on from an epoch of a training as a new job: /fork job[@epoch] [name=value …]."""
    services = context.services
    plain, changes = split_parameters(words(update), parameter_names(TrainSpec))
    if not plain:
        raise MissingWord(FORK_USAGE)
    place = _PLACE.fullmatch(plain[0])
    if len(plain) > 1 or place is None:
        raise ExtraWords(tuple(plain[1:] or plain), FORK_USAGE)
    job = job_by_number(services.store, place[1])
    fixed = next((name for name in FIXED if name in changes), None)
    if fixed is not None:
        raise NotForAFork(job.id, fixed)
    epoch = _epoch(context, job, place[2])
    spec = _changed(job, changes, Parent(job=job.id, epoch=epoch))
    if "epochs" not in changes and spec.epochs <= epoch:
        # From the end of a training: as many epochs more as it had.
        epochs = min(epoch + spec.epochs, MOST_EPOCHS)
        spec = spec.model_copy(update={"epochs": epochs})
    if spec.epochs <= epoch:
        raise EpochPassed(job.id, spec.epochs, epoch + 1, MOST_EPOCHS)
    if "learning_rate" not in changes and not spec.quick:  # a cycle has its own
        spec = spec.model_copy(update={"learning_rate": _rate_after(context, job, epoch)})
    await submitted(update, context, services.jobs.submit(spec, origin(update)))


def _epoch(context: Context, job: Job, word: str | None) -> int:
    """After which epoch to begin: the one named, or the latest that is kept.

    Raises:
        NotFetched, CheckpointGone: there is nothing to begin from.
    """
    jobs = context.services.jobs
    with context.services.store.transaction() as tx:
        if jobs.on_its_way(tx, job.id):
            raise NotFetched(job.id)
    kept = [epoch for epoch in after_epochs(jobs.folder(job.id).checkpoint) if epoch]
    wanted = int(word) if word else max(kept, default=None)
    if wanted not in kept:
        raise CheckpointGone(job.id, wanted, tuple(sorted(kept)))
    return wanted


def _rate_after(context: Context, job: Job, epoch: int) -> float | None:
    """The learning rate of an epoch, which was perhaps changed on the way there."""
    with context.services.store.transaction() as tx:
        rates = {record.epoch: record.learning_rate for record in tx.jobs.epochs(job.id)}
    return rates.get(epoch) or job.spec.effective_learning_rate


def _changed(job: Job, changes: dict[str, str], parent: Parent) -> TrainSpec:
    if not isinstance(job.spec, TrainSpec):
        raise CannotChange(job.id)
    return changed_training(job.spec, changes).model_copy(update={"parent": parent})
