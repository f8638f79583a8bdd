"""The form of a training: its words and its buttons."""

from bot.button import Button
from bot.form import Step, TrainForm, pictures, usual_rate
from bot.messages.markup import bold, code

CHANGE, NOTE, START, CANCEL = "form", "form_note", "form_start", "form_cancel"
START_LABEL, CANCEL_LABEL = "▶️ Start", "Cancel"
MINUS, PLUS = "−", "+"


def text(form: TrainForm) -> str:
    """What would be started, as the command that says the same."""
    return "\n".join(
        [
            bold("Train the MNIST convnet"),
            code(as_command(form)),
            "Tap − and + to change it, then Start. Any other value goes with the command.",
        ]
    )


def steppers(form: TrainForm) -> list[list[Button]]:
    """The rows that change a value, each with the value between − and +."""
    spec = form.spec
    rate = f"rate {spec.effective_learning_rate:g}"
    rows = [
        (Step.EPOCHS_DOWN, f"{spec.epochs:,} epochs", Step.EPOCHS_UP),
        (Step.BATCH_DOWN, f"batch {spec.batch_size:,}", Step.BATCH_UP),
        (Step.RATE_DOWN, rate, Step.RATE_UP),
        (Step.DATA_DOWN, f"data {pictures(spec):,}", Step.DATA_UP),
    ]
    keyboard = [
        [_step(MINUS, form, down), Button(label, NOTE), _step(PLUS, form, up)]
        for down, label, up in rows
    ]
    return [*keyboard, [_step(f"optimizer: {spec.optimizer.value}", form, Step.OPTIMIZER)]]


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
    return "Nothing was started. /train opens the form again."


NOTE_WORD = "Tap − or +. For another value write it behind /train."
NOT_YOURS = "This form belongs to somebody else. /train opens one of your own."


def _step(label: str, form: TrainForm, step: Step) -> Button:
    return Button(label, CHANGE, {"f": form.packed(), "s": step.value})
