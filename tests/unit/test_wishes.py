"""What may be wished of a job's epochs, and what becomes of it."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import (
    AllEpochsDone,
    AlreadyStopping,
    EpochPassed,
    NoEpochLeft,
    NoEpochs,
    NotRunning,
    SameRate,
)
from bot.job import Ending, Job, JobState
from bot.job_progress import remaining_s
from bot.wishes import (
    control_of,
    is_complete,
    learning_rate_of,
    with_epochs,
    with_last_epoch,
    with_learning_rate,
)
from tests.jobs import NOW, after, at, ended, queued, running
from training.protocol.control import Control, StopMode
from training.protocol.events import EpochEnded, LearningRateSet
from training.protocol.spec import MOST_EPOCHS, InstallSpec, TrainSpec

COUNTS = st.integers(-3, 25) | st.sampled_from([MOST_EPOCHS, MOST_EPOCHS + 1])


def trained(done: int, epochs: int = 12) -> Job:
    """A running training with so many epochs behind it, of 10 s each."""
    job = running(TrainSpec(epochs=epochs))
    told = [
        EpochEnded(seq=n + 1, run=1, at=at(10 * n), epoch=n, epochs=epochs, seconds=10, metrics={})
        for n in range(1, done + 1)
    ]
    return after(job, *told)


@given(st.integers(0, 20), st.integers(1, 20), COUNTS, COUNTS)
def test_a_wish_is_one_that_can_be_fulfilled(
    done: int, epochs: int, last_epoch: int, wished: int
) -> None:
    """Whatever is asked in whatever order: what is granted lies ahead and fits together."""
    job = trained(min(done, epochs), epochs)
    for wish, value in ((with_last_epoch, last_epoch), (with_epochs, wished)):
        try:
            job = wish(job, value)
        except (EpochPassed, AllEpochsDone):
            continue
        assert value > job.progress.epochs_done
        control = control_of(job)
        assert control.epochs == job.spec.epochs
        assert control.last_epoch is None or control.last_epoch <= control.epochs


def test_each_refusal_has_its_reason() -> None:
    """Of the wrong kind, over, stopping, about to end, passed."""
    install = running(InstallSpec(packages=("six",)))
    stopping = replace(trained(1).moved_to(JobState.STOPPING), stop=StopMode.AFTER_EPOCH)
    for job, epoch, error in (
        (install, 2, NoEpochs),
        (ended(trained(3)), 5, NotRunning),
        (stopping, 5, AlreadyStopping),
        (trained(12), 12, AllEpochsDone),
        (trained(3), 3, EpochPassed),
        (trained(3), 13, EpochPassed),
    ):
        with pytest.raises(error):
            with_last_epoch(job, epoch)
    for job, epochs, error in (
        (install, 2, NoEpochs),
        (trained(12), 20, AllEpochsDone),
        (trained(3), 3, EpochPassed),
        (ended(trained(12)), 12, EpochPassed),
        (queued(), MOST_EPOCHS + 1, EpochPassed),
    ):
        with pytest.raises(error):
            with_epochs(job, epochs)


def taken(job: Job, epoch: int, rate: float) -> Job:
    seq = job.last_seq + 1
    return after(job, LearningRateSet(seq=seq, run=1, at=at(0), epoch=epoch, learning_rate=rate))


def test_a_learning_rate_needs_an_epoch_that_has_not_begun() -> None:
    """In the last one, or behind it, the wish would never count; before it does it is kept."""
    install = running(InstallSpec(packages=("six",)))
    for job, error in (
        (install, NoEpochs),
        (trained(11), NoEpochLeft),
        (trained(12), NoEpochLeft),
        (ended(trained(12)), NoEpochLeft),
        (trained(3), SameRate),
    ):
        with pytest.raises(error):
            with_learning_rate(job, 1.0)
    for job in (queued(TrainSpec(epochs=1)), running(TrainSpec(epochs=1)), trained(10)):
        assert control_of(replace(with_learning_rate(job, 0.5), run=1)).learning_rate == 0.5
    assert with_learning_rate(ended(trained(11)), 0.5).resumed().learning_rate == 0.5


def test_a_wish_lasts_until_its_own_rate_is_taken() -> None:
    """The one before it, taken meanwhile, leaves it as it is; one taken back is a wish as well."""
    job = with_learning_rate(with_learning_rate(trained(2), 0.5), 0.25)
    job = taken(job, 3, 0.5)
    assert (job.learning_rate, learning_rate_of(job)) == (0.25, 0.5)
    assert with_learning_rate(job, 0.5).learning_rate == 0.5
    job = taken(job, 4, 0.25)
    assert job.learning_rate is None
    with pytest.raises(SameRate):
        with_learning_rate(replace(job, progress=trained(3).progress), 0.25)


def test_a_change_made_anew_further_back_takes_the_place_of_later_ones() -> None:
    """What was taken by a run that got further is not done over behind the user's back."""
    job = taken(taken(trained(2), 3, 0.5), 9, 0.1)
    assert [c.epoch for c in job.learning_rates] == [3, 9]
    assert learning_rate_of(job) == 0.5  # epoch 9 is yet to come, once more
    assert [c.epoch for c in taken(job, 4, 0.2).learning_rates] == [3, 4]


def test_a_finished_training_with_more_epochs_is_not_complete() -> None:
    """So it can be resumed."""
    job = ended(trained(12))
    assert is_complete(job)
    assert not is_complete(with_epochs(job, 13))


def test_the_time_left_is_until_the_last_epoch() -> None:
    """Not until one that will not be done."""
    job = trained(2)
    assert remaining_s(job, at(20)) == 100
    assert remaining_s(with_last_epoch(job, 5), at(20)) == 30
    assert remaining_s(with_epochs(job, 4), at(20)) == 20


def test_a_last_epoch_lasts_until_it_is_reached() -> None:
    """A run that is lost before takes it along; one that goes on from there is free of it."""
    lost = replace(trained(2), last_epoch=5).ended(Ending.LOST, NOW, trained(2).outcome)
    assert lost.resumed().last_epoch == 5
    reached = replace(trained(5), last_epoch=5).ended(Ending.STOPPED, NOW, trained(5).outcome)
    assert reached.resumed().last_epoch is None


@given(st.sampled_from([queued(InstallSpec(packages=("six",))), trained(2)]))
def test_a_job_without_wishes_tells_none(job: Job) -> None:
    """Its control says no more than its spec does."""
    epochs = job.spec.epochs if isinstance(job.spec, TrainSpec) else None
    job = replace(job, run=3)
    assert control_of(job) == Control(run=3, epochs=epochs)


@pytest.mark.parametrize(("run", "cycle"), [(0, 20), (1, 3)])
def test_a_cycle_that_has_begun_keeps_its_length(run: int, cycle: int) -> None:
    """Of a job that waits for its first run it is made anew, for as many as are wished then."""
    job = replace(queued(TrainSpec.model_validate({"preset": "quick"})), run=run)
    spec = with_epochs(with_epochs(job, 9), 20).spec
    assert isinstance(spec, TrainSpec)
    assert (spec.epochs, spec.cycle_epochs) == (20, cycle)


def test_a_training_that_got_where_it_was_to_get_is_complete() -> None:
    """However many epochs were left to it."""
    job = trained(2)
    assert not is_complete(job)
    reached = job.outcome.model_copy(update={"result": {"target_accuracy": 0.9, "target_epoch": 2}})
    assert is_complete(replace(job, outcome=reached))
