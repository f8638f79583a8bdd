"""The form of a training: its words and its buttons."""

from pathlib import PurePath

from pydantic import JsonValue

from bot.button import Button
from bot.form import Step, TrainForm, pictures, usual_rate
from bot.messages.markup import bold, code, shortened
from bot.messages.replies import as_a_word
from bot.messages.translation import marked, say
from training.protocol.preset import Preset
from training.protocol.spec import TrainSpec

CHANGE, NOTE, START, CANCEL = "form", "form_note", "form_start", "form_cancel"
# The same, where a path is in them: these stay in the store.
CHANGE_OWN, NOTE_OWN = "form_own", "form_own_note"
DATA_LIMIT = 60
START_LABEL, CANCEL_LABEL = marked("▶️ Start"), marked("Cancel")
MINUS, PLUS = "−", "+"


def text(form: TrainForm) -> str:
    """What would be started, as the command that says the same."""
    return "\n".join(
        [
            bold(_heading(form.spec)),
            code(as_command(form)),
            say("Tap − and + to change it, then Start. Any other value goes with the command."),
        ]
    )


def steppers(form: TrainForm) -> list[list[Button]]:
    """The rows that change a value, each with the value between − and +."""
    spec = form.spec
    epochs = say("{epochs:,} epochs", epochs=spec.epochs)
    batch = say("batch {size:,}", size=spec.batch_size)
    rate = say("rate {rate:g}", rate=spec.effective_learning_rate)
    data = (
        say("all data")
        if spec.own_data and spec.samples is None
        else say("data {pictures:,}", pictures=pictures(spec))
    )
    note = NOTE_OWN if spec.own_data else NOTE
    rows = [
        (Step.EPOCHS_DOWN, epochs, Step.EPOCHS_UP),
        (Step.BATCH_DOWN, batch, Step.BATCH_UP),
        (Step.RATE_DOWN, rate, Step.RATE_UP),
        (Step.DATA_DOWN, data, Step.DATA_UP),
    ]
    keyboard = [
        [_step(MINUS, form, down), Button(label, note), _step(PLUS, form, up)]
        for down, label, up in rows
    ]
    optimizer = say("optimizer: {name}", name=spec.optimizer.value)
    preset = say("preset: {name}", name=spec.preset.value)
    return [
        [_step(preset, form, Step.PRESET)],
        *keyboard,
        [_step(optimizer, form, Step.OPTIMIZER)],
    ]


def ends(form: TrainForm) -> list[Button]:
    """The row that ends the form."""
    packed = _arguments(form)
    return [
        Button(say(START_LABEL), START, packed),
        Button(say(CANCEL_LABEL), CANCEL, packed),
    ]


def as_command(form: TrainForm) -> str:
    """The command that starts the same."""
    spec = form.spec
    command = "/train" if form.base is None else f"/retry {form.base}"
    words = [command, *_preset(form), f"epochs={spec.epochs}", f"batch_size={spec.batch_size}"]
    if not usual_rate(spec) or form.base is not None:
        words.append(f"learning_rate={spec.effective_learning_rate:g}")
    words.append(f"optimizer={spec.optimizer.value}")
    if spec.own_data and form.base is None:
        words.append(f"data={as_a_word(spec.data)}")
    if spec.samples is not None:
        words.append(f"samples={spec.samples}")
    return " ".join(words)


def _preset(form: TrainForm) -> list[str]:
    """The recipe, where the command alone would not take that one."""
    preset = form.spec.preset
    return [] if preset is Preset.MNIST_CNN and form.base is None else [f"preset={preset.value}"]


def started(form: TrainForm) -> str:
    """What the form becomes once it was sent."""
    return f"▶️ {code(as_command(form))}"


def cancelled() -> str:
    """What the form becomes when it is closed."""
    return say("Nothing was started. /train opens the form again.")


def note() -> str:
    """The toast after a tap on a value; plain text."""
    return say("Tap − or +. For another value write it behind /train.")


def not_yours() -> str:
    """The toast after a tap on the form of another; plain text."""
    return say("This form belongs to somebody else. /train opens one of your own.")


def _step(label: str, form: TrainForm, step: Step) -> Button:
    action = CHANGE_OWN if form.spec.own_data else CHANGE
    return Button(label, action, {**_arguments(form), "s": step.value})


def _arguments(form: TrainForm) -> dict[str, JsonValue]:
    data: dict[str, JsonValue] = {"d": form.spec.data} if form.spec.own_data else {}
    return {"f": form.packed(), **data}


def _heading(spec: TrainSpec) -> str:
    if not spec.own_data:
        return say("Train on MNIST, quick") if spec.quick else say("Train the MNIST convnet")
    return say("Train on {data}", data=shortened(PurePath(spec.data).name, DATA_LIMIT))
