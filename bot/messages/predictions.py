"""What a model says of a picture and where it errs, and the button that asks it."""

from collections.abc import Sequence

from bot.button import Button
from bot.job import Job
from bot.messages import figures, titles
from bot.messages.markup import bold, fixed, shortened
from bot.messages.translation import say
from training.protocol.inspection import Guess, MistakesFound

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


def mistakes(job: Job, found: MistakesFound) -> str:
    """Under the picture of a model's mistakes."""
    lines = [bold(titles.title(job))]
    if not found.wrong:
        lines.append(say("No mistake among {count:,} of its test set.", count=found.tested))
        return "\n".join(lines)
    share = figures.percent(found.wrong / found.tested)
    lines.append(
        say(
            "{wrong:,} wrong of {count:,} of its test set, {share}",
            wrong=found.wrong,
            count=found.tested,
            share=share,
        )
    )
    for pair in found.pairs:
        truth, said = (shortened(name, LABEL_LIMIT) for name in (pair.truth, pair.said))
        lines.append(
            say(
                "{truth} taken for {said}: {count} ×",
                truth=bold(truth),
                said=bold(said),
                count=pair.count,
            )
        )
    return "\n".join(lines)


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
