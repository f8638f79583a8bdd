"""What a model says of a picture, and the button that asks it."""

from collections.abc import Sequence

from bot.button import Button
from bot.job import Job
from bot.messages import figures, titles
from bot.messages.markup import bold, fixed, shortened
from bot.messages.translation import say
from training.protocol.inspection import Guess

PREDICT = "predict"
FILE, JOB = "file", "job"
LABEL_LIMIT = 24
UNSURE = 0.5


def guessed(job: Job, guesses: Sequence[Guess]) -> str:
    """Under the picture: the likeliest classes, each with a bar."""
    if not guesses:
        return bold(titles.title(job))
    names = [shortened(guess.label, LABEL_LIMIT) for guess in guesses]
    width = max(map(len, names))
    lines = [
        f"{name:{width}} {figures.bar(guess.share)} {figures.percent(guess.share)}"
        for name, guess in zip(names, guesses, strict=True)
    ]
    told = [bold(say("It looks like {label}", label=names[0])), fixed(lines), titles_of(job)]
    if guesses[0].share < UNSURE:
        told.insert(1, say("The model is not sure. A sharper picture may help."))
    return "\n".join(told)


def titles_of(job: Job) -> str:
    """Which model said so."""
    return say("By the model of {title}", title=bold(titles.title(job)))


def offered(job: Job) -> str:
    """The answer to a picture that came without a word."""
    can = say("The model of {title} can say what it shows.", title=bold(titles.title(job)))
    return "\n".join([can, say("To have a picture kept as it is, send it as a file.")])


def predict_button(file_id: str, job: Job) -> Button:
    """Asks a job's model about a picture that Telegram has."""
    label = say("🔮 Ask job {number}", number=job.id)
    return Button(label, PREDICT, {FILE: file_id, JOB: job.id})


def looking() -> str:
    """The toast after a press: loading Keras takes a while; plain text."""
    return say("Looking …")
