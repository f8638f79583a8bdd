"""Trainings that go on from an epoch of another, and checkpoints that stay."""

import shutil
from collections.abc import Callable

import numpy as np
import pytest

from tests.training.conftest import End, Finished, StartRun
from training.checkpoint import CheckpointStore
from training.data import Dataset
from training.protocol.checkpoints import FIRST, after_epochs, checkpoint_name
from training.protocol.events import EpochEnded
from training.protocol.folder import JobFolder
from training.protocol.spec import Keep, Parent, TrainSpec
from training.tasks.train import fit

pytestmark = [
    pytest.mark.keras,
    # Keras saves a model through an interface that NumPy 2 wants changed.
    pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning"),
]


def born(job: JobFolder, parent: JobFolder, epoch: int) -> None:
    """As the bot gives a new job its first checkpoint."""
    source = after_epochs(parent.checkpoint)[epoch]
    shutil.copytree(source, job.checkpoint / checkpoint_name(FIRST, epoch, 0))


@pytest.fixture
def forked(spec: TrainSpec) -> TrainSpec:
    """The same from epoch 2 on."""
    return spec.model_copy(update={"parent": Parent(job=7, epoch=2)})


def test_a_fork_that_changes_nothing_comes_to_the_same(
    digits: Dataset,
    forked: TrainSpec,
    job: JobFolder,
    start_run: StartRun,
    uninterrupted: Finished,
    end_of: Callable[[JobFolder], End],
) -> None:
    """Bit for bit, its history too."""
    born(job, uninterrupted.job, 2)
    fit(digits, forked, start_run(job))
    assert end_of(job) == uninterrupted.end


def test_a_fork_takes_its_own_learning_rate(
    digits: Dataset,
    forked: TrainSpec,
    job: JobFolder,
    start_run: StartRun,
    uninterrupted: Finished,
    told: Callable[..., list],
) -> None:
    """Other parameters than the checkpoint was made with are the point; it does what is left."""
    born(job, uninterrupted.job, 2)
    changed = forked.model_copy(update={"learning_rate": 0.25, "batch_size": 32, "epochs": 4})
    fit(digits, changed, start_run(job))
    done = [(event.epoch, event.learning_rate) for event in told(EpochEnded)]
    assert done == [(3, 0.25), (4, 0.25)]
    assert all(np.isfinite(event.metrics["loss"]) for event in told(EpochEnded))


def test_no_other_job_takes_a_checkpoint_of_other_parameters(
    spec: TrainSpec, job: JobFolder, uninterrupted: Finished
) -> None:
    """Only the first one of a job that was born with it."""
    born(job, uninterrupted.job, 2)
    [checkpoint] = job.checkpoint.iterdir()
    other = spec.model_copy(update={"seed": 9}).made_with()
    assert CheckpointStore(job.checkpoint, other, born=True).is_of_parent(checkpoint)
    assert not CheckpointStore(job.checkpoint, other).is_of_parent(checkpoint)
    second = checkpoint.rename(job.checkpoint / checkpoint_name(FIRST + 1, 2, 0))
    assert not CheckpointStore(job.checkpoint, other, born=True).is_of_parent(second)


def test_every_epoch_is_kept_where_that_is_wished(
    digits: Dataset, spec: TrainSpec, job: JobFolder, start_run: StartRun
) -> None:
    """One between each two epochs; what was saved inside an epoch goes as always."""
    fit(digits, spec.model_copy(update={"keep": Keep.ALL}), start_run(job), 0.0)
    assert sorted(after_epochs(job.checkpoint)) == [1, 2, 3]
    assert len(list(job.checkpoint.iterdir())) <= 4
