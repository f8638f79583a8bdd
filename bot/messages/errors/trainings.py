"""Sentences about: what was asked of a training cannot be done: epochs, rates, alerts, notes."""

from pathlib import PurePath

from bot import errors
from bot.messages.errors.sentence import SHOWN, listed, meant, quoted, sentence
from bot.messages.failures import failure
from bot.messages.markup import code, command, shortened, units
from bot.messages.replies import as_a_word
from bot.messages.translation import say
from training.protocol.spec import MNIST

MORE_EPOCHS = 20
COMMAND_LIMIT = 300


@sentence.register
def _(error: errors.PresetHasNetwork) -> str:
    return say(
        "The preset {preset} has a network of its own. Leave out {model_word}, or {preset_word}.",
        preset=code(shortened(error.preset, SHOWN)),
        model_word=code("model="),
        preset_word=code("preset="),
    )


@sentence.register
def _(error: errors.NotForThisData) -> str:
    if error.data == MNIST:
        return say(
            "{name} is for data of your own: name that as well, with {data}.",
            name=quoted(error.name),
            data=code("data="),
        )
    return say(
        "{name} has no meaning for {data}. Leave it out.",
        name=quoted(error.name),
        data=quoted(error.data),
    )


@sentence.register
def _(error: errors.PackedData) -> str:
    named = f"/unzip {as_a_word(error.path)}"
    train = f"/train data={as_a_word(error.path)}"
    return say(
        "{archive} is an archive. {train} unpacks it and trains with it; {unzip} only unpacks it,"
        " and then I can look into the folder that comes of it.",
        archive=quoted(PurePath(error.path).name),
        train=command(train if units(train) <= COMMAND_LIMIT else "/train"),
        unzip=command(named if units(named) <= COMMAND_LIMIT else "/unzip"),
    )


@sentence.register
def _(error: errors.NotTrainingData) -> str:
    return say(
        "{name} is nothing that I can train with. I take a folder with a folder of pictures for"
        " each class, an .npz with x_train and y_train, or a .csv with a column to learn.",
        name=quoted(error.name),
    )


@sentence.register
def _(error: errors.NotAModel) -> str:
    return say(
        "{name} is no model that I can train: name a .py file with a function build(params), or"
        " the number of an earlier job.",
        name=quoted(error.name),
    )


@sentence.register
def _(error: errors.ModelRefused) -> str:
    return failure(error.code, error.details)


@sentence.register
def _(error: errors.ModelSilent) -> str:
    return say(
        "{name} did not come to its end when I tried it ({why}). Let it define functions and"
        " leave the work to them.",
        name=quoted(error.name),
        why=quoted(error.why),
    )


@sentence.register
def _(error: errors.NoEpochs) -> str:
    return say(
        "Job {job} has no epochs. {stop} would stop it.",
        job=error.job_id,
        stop=command(f"/stop {error.job_id}"),
    )


@sentence.register
def _(error: errors.SteersItself) -> str:
    return say(
        "Job {job} runs a program of its own, which sets its epochs and its learning rate itself."
        " {retry} starts it again with another one, where it takes that as a parameter.",
        job=error.job_id,
        retry=command(f"/retry {error.job_id} lr=0.1"),
    )


@sentence.register
def _(error: errors.EpochPassed) -> str:
    return say(
        "Job {job} cannot end with epoch {wanted:,}. It takes a number from {first:,} to {last:,}.",
        job=error.job_id,
        wanted=error.wanted,
        first=error.first,
        last=error.last,
    )


@sentence.register
def _(error: errors.AllEpochsDone) -> str:
    return say(
        "Job {job} has done all its epochs and is about to end. After that, {more_epochs} and"
        " {resume} take it further.",
        job=error.job_id,
        more_epochs=command(f"/epochs {error.job_id} {MORE_EPOCHS}"),
        resume=command(f"/resume {error.job_id}"),
    )


@sentence.register
def _(error: errors.NoEpochLeft) -> str:
    more = command(f"/epochs {error.job_id} {MORE_EPOCHS}")
    if error.under_way:
        return say(
            "Job {job} is in its last epoch, and a learning rate counts from the next one on."
            " {more_epochs} gives it more epochs; then send that again.",
            job=error.job_id,
            more_epochs=more,
        )
    return say(
        "Job {job} has done all its epochs. {more_epochs} gives it more; then send that again,"
        " and {resume}.",
        job=error.job_id,
        more_epochs=more,
        resume=command(f"/resume {error.job_id}"),
    )


@sentence.register
def _(error: errors.SameRate) -> str:
    return say(
        "Job {job} has the learning rate {rate:g} already; nothing is changed. {lr} offers others.",
        job=error.job_id,
        rate=error.learning_rate,
        lr=command(f"/lr {error.job_id}"),
    )


@sentence.register
def _(error: errors.UnknownMetric) -> str:
    return say(
        "Job {job} logs no {metric}.{did_you_mean} It logs: {known}.",
        job=error.job_id,
        metric=quoted(error.metric),
        did_you_mean=meant(code(shortened(error.nearest, SHOWN)) if error.nearest else ""),
        known=listed(error.known),
    )


@sentence.register
def _(error: errors.ShareTooLarge) -> str:
    meant_alert = f"/alert {error.job_id} {shortened(error.meant, SHOWN)}" if error.meant else ""
    return say(
        "{metric} is a share of the whole, never above 1: {condition} makes no sense."
        "{did_you_mean} Write it as 0.99 or 99%.",
        metric=quoted(error.metric),
        condition=quoted(error.condition),
        did_you_mean=meant(command(meant_alert) if error.meant else ""),
    )


@sentence.register
def _(error: errors.AlreadySo) -> str:
    return say(
        "{condition} is so already, since epoch {epoch} of job {job} or before; nothing was set."
        " Choose a bound that is still ahead.",
        condition=quoted(error.condition),
        epoch=error.epoch,
        job=error.job_id,
    )


@sentence.register
def _(error: errors.TooManyAlerts) -> str:
    return say(
        "This chat waits for {most} things already, which is the most."
        " {alert} lists them with buttons to take one back.",
        most=error.most,
        alert=command("/alert"),
    )


@sentence.register
def _(error: errors.NoteTooLong) -> str:
    return say(
        "The note has {length:,} characters, and at most {most:,} are kept. Send a shorter one.",
        length=error.length,
        most=error.most,
    )
