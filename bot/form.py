"""A training as a form made of buttons: its fields, and what a tap makes of them. Pure."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from pydantic import JsonValue, ValidationError

from training.protocol.preset import Preset
from training.protocol.spec import MNIST, Optimizer, TrainSpec


class Step(StrEnum):
    """What a tap changes; the letters travel in a key of 64 bytes."""

    EPOCHS_DOWN, EPOCHS_UP = "e-", "e+"
    BATCH_DOWN, BATCH_UP = "b-", "b+"
    RATE_DOWN, RATE_UP = "r-", "r+"
    DATA_DOWN, DATA_UP = "d-", "d+"
    OPTIMIZER = "o"
    PRESET = "p"


EPOCHS = (1, 2, 3, 5, 8, 12, 16, 20, 30, 50, 75, 100, 150, 200, 300, 500, 1000, 2000, 5000, 10_000)
BATCH_SIZES = tuple(2**power for power in range(3, 14))
# Three a decade, which is as fine as anybody tunes by hand.
RATES = tuple(float(f"{figure}e{power}") for power in range(-5, 2) for figure in (1, 2, 5))
OPTIMIZERS = tuple(Optimizer)
PRESETS = tuple(Preset)
PICTURES = 60_000
SAMPLES = (1000, 2000, 5000, 10_000, 20_000, 30_000, PICTURES)
WITH_BUTTONS = {"preset", "epochs", "batch_size", "learning_rate", "optimizer", "samples"}


@dataclass(frozen=True, slots=True)
class TrainForm:
    """What has been chosen so far.

    Attributes:
        user_id: whose form it is.
        base: the job that it began with; what has no button is as there.
    """

    spec: TrainSpec
    user_id: int
    base: int | None = None

    def after(self, step: Step) -> "TrainForm":
        """The form after a tap; at the end of a ladder it stays as it is."""
        spec = self.spec
        changes: dict[str, object] = {}
        match step:
            case Step.EPOCHS_DOWN | Step.EPOCHS_UP:
                changes["epochs"] = int(_beside(EPOCHS, spec.epochs, step is Step.EPOCHS_UP))
            case Step.BATCH_DOWN | Step.BATCH_UP:
                size = _beside(BATCH_SIZES, spec.batch_size, step is Step.BATCH_UP)
                changes["batch_size"] = int(size)
            case Step.RATE_DOWN | Step.RATE_UP:
                rate = spec.effective_learning_rate
                changes["learning_rate"] = _beside(RATES, rate, step is Step.RATE_UP)
            case Step.DATA_DOWN | Step.DATA_UP:
                samples = int(_beside(SAMPLES, pictures(spec), step is Step.DATA_UP))
                changes["samples"] = samples if samples < PICTURES else None
            case Step.OPTIMIZER:
                following = OPTIMIZERS.index(spec.optimizer) + 1
                # A rate that suits one optimizer seldom suits another.
                changes["optimizer"] = OPTIMIZERS[following % len(OPTIMIZERS)]
                changes["learning_rate"] = None
            case Step.PRESET:
                following = PRESETS.index(spec.preset) + 1
                kept = spec.model_dump(include={"data", "samples"})
                preset = PRESETS[following % len(PRESETS)]
                other = TrainSpec.model_validate(kept | {"preset": preset})
                changes = other.model_dump(include=WITH_BUTTONS)
        return replace(self, spec=spec.model_copy(update=changes))

    def packed(self) -> list[JsonValue]:
        """Few enough bytes for a key."""
        spec = self.spec
        # One number for both, as keys are short: the optimizers once for each preset.
        optimizer = OPTIMIZERS.index(spec.optimizer) + len(OPTIMIZERS) * PRESETS.index(spec.preset)
        # Four digits: a longer one has no room, and nobody can tell the difference.
        rate = None if spec.learning_rate is None else float(f"{spec.learning_rate:.4g}")
        figures: list[JsonValue] = [spec.epochs, spec.batch_size, rate, optimizer]
        base: list[JsonValue] = [] if self.base is None else [self.base]
        return [*figures, self.user_id, pictures(spec), *base]


def unpacked(found: JsonValue, own_data: JsonValue = None) -> TrainForm | None:
    """A form from a key; none where somebody made the key up.

    Args:
        own_data: the path of data of one's own, for which a key has no room.
    """
    match found:
        case [int(epochs), int(batch_size), rate, int(optimizer), int(user_id), *data]:
            samples = data[0] if data else PICTURES  # an earlier version's form had no such row
            try:
                spec = TrainSpec.model_validate(
                    {
                        "epochs": epochs,
                        "batch_size": batch_size,
                        "learning_rate": rate,
                        "optimizer": OPTIMIZERS[optimizer % len(OPTIMIZERS)],
                        "preset": PRESETS[optimizer // len(OPTIMIZERS)],
                        "samples": None if samples == PICTURES else samples,
                        "data": MNIST if own_data is None else own_data,
                    }
                )
            except (ValidationError, IndexError):
                return None
            base = data[1] if data[1:] else None
            if base is None or isinstance(base, int):
                return TrainForm(spec, user_id, base)
    return None


def at_its_longest(form: TrainForm) -> TrainForm:
    """What a form may become by taps, for a look whether that fits into a key."""
    most = {"epochs": EPOCHS[-1], "batch_size": BATCH_SIZES[-1], "samples": None}
    return replace(form, spec=form.spec.model_copy(update=most))


def on_base(form: TrainForm, spec: TrainSpec) -> TrainSpec:
    """What a form says, with the rest as in the job that it began with."""
    chosen = form.spec.model_dump(include=WITH_BUTTONS)
    same = (form.spec.epochs, form.spec.preset) == (spec.epochs, spec.preset)
    return spec.model_copy(update=chosen | {"cycle": spec.cycle if same else None})


def usual_rate(spec: TrainSpec) -> bool:
    """Whether the learning rate is the usual one of the optimizer and the preset."""
    usual = spec.model_copy(update={"learning_rate": None}).effective_learning_rate
    return math.isclose(spec.effective_learning_rate, usual)


def pictures(spec: TrainSpec) -> int:
    """How many pictures it trains on."""
    return PICTURES if spec.samples is None else spec.samples


def _beside(ladder: Sequence[float], value: float, up: bool) -> float:
    """The next rung above or below, from wherever one stands."""
    if up:
        return min((rung for rung in ladder if rung > value), default=value)
    return max((rung for rung in ladder if rung < value), default=value)
