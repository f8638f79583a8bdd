"""Recipes and targets in a training's spec."""

import pytest
from pydantic import ValidationError

from training.protocol.preset import QUICK_RATE, Preset
from training.protocol.spec import Optimizer, TrainSpec, parse_spec


def test_the_original_is_what_there_is_without_a_word() -> None:
    """Named or not, it is the same training."""
    assert TrainSpec(preset=Preset.MNIST_CNN) == TrainSpec()
    assert (TrainSpec().epochs, TrainSpec().batch_size) == (12, 128)
    assert not TrainSpec().shifted


def test_a_preset_decides_what_is_not_given_and_nothing_else() -> None:
    """Epochs, batch, optimizer and rate; each of them can be named beside it."""
    quick = TrainSpec.model_validate({"preset": "quick"})
    assert (quick.optimizer, quick.effective_learning_rate) == (Optimizer.ADAM, QUICK_RATE)
    assert quick.epochs < TrainSpec().epochs
    assert quick.shifted
    named = TrainSpec.model_validate({"preset": "quick", "epochs": "7", "learning_rate": "0.5"})
    assert (named.epochs, named.effective_learning_rate) == (7, 0.5)
    assert named.batch_size == quick.batch_size


def test_own_pictures_are_moved_where_it_is_asked_for() -> None:
    """They may be of things that mean something else a pixel further."""
    own = {"preset": "quick", "data": "/data/flowers"}
    assert not TrainSpec.model_validate(own).shifted
    assert TrainSpec.model_validate(own | {"shifts": "on"}).shifted
    assert not TrainSpec.model_validate({"preset": "quick", "shifts": "off"}).shifted


@pytest.mark.parametrize("name", ["Quick", "fast", "mnist", "", "QUICK", 7, ["quick"], None])
def test_another_spelling_is_no_preset(name: object) -> None:
    """Only the two names are."""
    with pytest.raises(ValidationError):
        TrainSpec.model_validate({"preset": name})


@pytest.mark.parametrize(
    ("given", "share"),
    [("99.25", 0.9925), ("99.25%", 0.9925), ("0.9925", 0.9925), (99.25, 0.9925), ("1", 1.0),
     ("1%", 0.01), ("100", 1.0)],
)  # fmt: skip
def test_a_target_is_a_share_however_it_is_written(given: object, share: float) -> None:
    """In percent with or without the sign, or as a fraction; and it stays so when read again."""
    spec = TrainSpec.model_validate({"target": given})
    assert spec.target == pytest.approx(share, abs=1e-12)
    assert parse_spec(spec.model_dump_json()) == spec


@pytest.mark.parametrize("given", ["0", "-1", "101", "150%", "nan", "inf", "high", "99%%", "9 9"])
def test_what_no_accuracy_can_be_is_no_target(given: str) -> None:
    """Nothing, more than all, or no number."""
    with pytest.raises(ValidationError):
        TrainSpec.model_validate({"target": given})


def test_a_spec_stays_what_it_was_when_it_is_read_again() -> None:
    """A preset's choices are written out: a later version's others do not change a job."""
    spec = TrainSpec.model_validate({"preset": "quick", "epochs": 5})
    assert parse_spec(spec.model_dump_json()) == spec
    assert '"batch_size":250' in spec.model_dump_json()


def test_checkpoints_of_earlier_versions_are_of_use() -> None:
    """What they were made with reads as it did before there were presets and targets."""
    old = TrainSpec(target=0.99).made_with()
    assert old == TrainSpec().made_with()
    for word in ("preset", "target", "shifts", "cycle"):
        assert word not in old


def test_the_cycle_is_part_of_what_decides_the_numbers() -> None:
    """Its length stays when epochs are added, and another length is another training."""
    quick = TrainSpec.model_validate({"preset": "quick", "epochs": 3})
    longer = quick.model_copy(update={"epochs": 5, "cycle": 3})
    assert longer.cycle_epochs == 3
    assert longer.made_with() == quick.made_with()
    assert quick.model_copy(update={"epochs": 5}).made_with() != quick.made_with()
