"""The form of a training, as values."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import JsonValue

from bot.button import lasting, lasting_press
from bot.form import OPTIMIZERS, PRESETS, Step, TrainForm, on_base, unpacked, usual_rate
from bot.messages import forms
from training.protocol.spec import TrainSpec

SPECS = st.builds(
    TrainSpec,
    preset=st.sampled_from(PRESETS),
    epochs=st.integers(1, 10_000),
    batch_size=st.integers(1, 8_192),
    learning_rate=st.none() | st.floats(1e-300, 100, exclude_min=True),
    optimizer=st.sampled_from(OPTIMIZERS),
    samples=st.none() | st.integers(1, 60_000),
)
FORMS = st.builds(TrainForm, SPECS, st.integers(1, 2**40))
STEPS = st.sampled_from(Step)


@given(FORMS, STEPS)
def test_a_tap_leads_to_what_may_be_started(form: TrainForm, step: Step) -> None:
    """Whatever the form says, a tap makes parameters of it that the spec takes."""
    after = form.after(step)
    assert TrainSpec.model_validate(after.spec.model_dump()) == after.spec
    assert after.user_id == form.user_id


@pytest.mark.parametrize(
    ("up", "down"),
    [
        (Step.EPOCHS_UP, Step.EPOCHS_DOWN),
        (Step.BATCH_UP, Step.BATCH_DOWN),
        (Step.RATE_UP, Step.RATE_DOWN),
        (Step.DATA_UP, Step.DATA_DOWN),
    ],
)
def test_plus_and_minus_undo_each_other(up: Step, down: Step) -> None:
    """From the values that the form begins with, and each tap changes something."""
    form = TrainForm(TrainSpec(samples=5000), 1)
    higher = form.after(up)
    assert higher != form
    again = higher.after(down)
    assert forms.as_command(again) == forms.as_command(form)


@pytest.mark.parametrize("step", [s for s in Step if s not in (Step.OPTIMIZER, Step.PRESET)])
def test_ladders_end(step: Step) -> None:
    """At its end a tap changes nothing, and it ends within what a thumb would do."""
    form = TrainForm(TrainSpec(), 1)
    for _ in range(40):
        form = form.after(step)
    assert form.after(step) == form


def test_all_pictures_are_what_the_command_does_alone() -> None:
    """At the ladder's upper end nothing is left out, and nothing said of it."""
    form = TrainForm(TrainSpec(samples=30_000), 1)
    assert "samples=30000" in forms.as_command(form)
    form = form.after(Step.DATA_UP)
    assert form.spec.samples is None
    assert "samples" not in forms.as_command(form)
    assert unpacked(form.packed()) == form


def test_presets_go_round_and_bring_what_they_decide() -> None:
    """Data and samples stay; the rest becomes the preset's, and the command says the same."""
    form = TrainForm(TrainSpec(samples=5000, epochs=50, learning_rate=0.5), 1)
    quick = form.after(Step.PRESET)
    asked = {"preset": "quick", "samples": 5000}
    assert quick.spec == TrainSpec.model_validate(asked)
    assert forms.as_command(quick).startswith("/train preset=quick epochs=3 batch_size=250")
    assert unpacked(quick.packed()) == quick
    assert quick.after(Step.PRESET).spec == TrainSpec(samples=5000)


def test_a_cycle_is_kept_for_the_same_epochs_alone() -> None:
    """A job that got more epochs on its way is done again as it was, or with a cycle for them."""
    base = TrainSpec.model_validate({"preset": "quick", "epochs": 5, "cycle": 3})
    form = TrainForm(base, 1, 7)
    assert on_base(form, base).cycle == 3
    assert on_base(form.after(Step.EPOCHS_UP), base).cycle is None
    assert on_base(form.after(Step.PRESET), base).cycle is None


def test_a_form_of_an_earlier_version_still_starts() -> None:
    """Its keys have no data row."""
    form = unpacked([3, 64, None, 0, 7])
    assert form == TrainForm(TrainSpec(epochs=3, batch_size=64), 7)


def test_optimizers_go_round_with_their_usual_rates() -> None:
    """All of them, once each."""
    form, seen = TrainForm(TrainSpec(learning_rate=0.5), 1), []
    for _ in OPTIMIZERS:
        form = form.after(Step.OPTIMIZER)
        assert usual_rate(form.spec)
        seen.append(form.spec.optimizer)
    assert set(seen) == set(OPTIMIZERS)


@given(
    st.builds(TrainForm, st.just(TrainSpec()), st.integers(1, 2**52)), st.lists(STEPS, max_size=30)
)
def test_every_key_fits_and_brings_the_form_back(form: TrainForm, steps: list[Step]) -> None:
    """However far it was tapped: a key of 64 bytes that says the same form and step."""
    for step in steps:
        form = form.after(step)
    for row in lasting(forms.steppers(form)):
        for key in row:
            press = lasting_press(key.data)
            assert press is not None
            if press.action == forms.CHANGE:
                assert unpacked(press.arguments["f"]) == form


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
        lambda inner: st.lists(inner, max_size=6) | st.dictionaries(st.text(max_size=3), inner),
    )
)
def test_made_up_keys_are_no_form(found: JsonValue) -> None:
    """What somebody sends by hand is read as nothing, or as a form that may be started."""
    form = unpacked(found)
    assert form is None or TrainSpec.model_validate(form.spec.model_dump()) == form.spec
