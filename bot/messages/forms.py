"""The form of a training: its words and its buttons."""

from bot.button import Button
from bot.form import Step, TrainForm, pictures, usual_rate
from bot.messages.markup import bold, code
from bot.messages.translation import marked, say

CHANGE, NOTE, START, CANCEL = "form", "form_note", "form_start", "form_cancel"
START_LABEL, CANCEL_LABEL = marked("▶️ Start"), marked("Cancel")
MINUS, PLUS = "−", "+"


def text(form: TrainForm) -> str:
    """What would be started, as the command that says the same."""
    return "\n".join(
        [
            bold(say("Train the MNIST convnet")),
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
    data = say("data {pictures:,}", pictures=pictures(spec))
    rows = [
        (Step.EPOCHS_DOWN, epochs, Step.EPOCHS_UP),
        (Step.BATCH_DOWN, batch, Step.BATCH_UP),
        (Step.RATE_DOWN, rate, Step.RATE_UP),
        (Step.DATA_DOWN, data, Step.DATA_UP),
    ]
    keyboard = [
        [_step(MINUS, form, down), Button(label, NOTE), _step(PLUS, form, up)]
        for down, label, up in rows
    ]
    optimizer = say("optimizer: {name}", name=spec.optimizer.value)
    return [*keyboard, [_step(optimizer, form, Step.OPTIMIZER)]]


def ends(form: TrainForm) -> list[Button]:
    """The row that ends the form."""
    packed = {"f": form.packed()}
    return [
        Button(say(START_LABEL), START, packed),
        Button(say(CANCEL_LABEL), CANCEL, packed),
    ]


def as_command(form: TrainForm) -> str:
    """The command that starts the same."""
    spec = form.spec
    command = "/train" if form.base is None else f"/retry {form.base}"
    words = [f"{command} epochs={spec.epochs}", f"batch_size={spec.batch_size}"]
    if not usual_rate(spec) or form.base is not None:
        words.append(f"learning_rate={spec.effective_learning_rate:g}")
    words.append(f"optimizer={spec.optimizer.value}")
    if spec.samples is not None:
        words.append(f"samples={spec.samples}")
    return " ".join(words)


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
    return Button(label, CHANGE, {"f": form.packed(), "s": step.value})
