"""Sentences about: what was asked of a trained model cannot be answered."""

from collections.abc import Callable

from bot import errors
from bot.messages.errors.sentence import quoted, sentence
from bot.messages.markup import code, command
from bot.messages.translation import say
from training.protocol.inspection import Obstacle


@sentence.register
def _(error: errors.NoModel) -> str:
    if error.job_id is None:
        return say("No job has saved a model yet. {train} makes one.", train=command("/train"))
    return say(
        "Job {job} has saved no model. {files} shows what it has; {predict} alone takes the latest"
        " model there is.",
        job=error.job_id,
        files=command(f"/get {error.job_id}"),
        predict=command("/predict"),
    )


@sentence.register
def _(error: errors.NoPicture) -> str:
    return say(
        "I see no picture. Send one with {predict} as its caption, or answer one with {predict};"
        " one in the data folders goes by its name, as in {usage}.",
        predict=command("/predict"),
        usage=code(error.usage),
    )


SENTENCES: dict[Obstacle, Callable[[errors.NoInspection], str]] = {
    Obstacle.NO_MODEL: lambda e: say(
        "The model of job {job} is not in its folder any more. {files} shows what is there.",
        job=e.job_id,
        files=command("/files"),
    ),
    Obstacle.MODEL_UNREADABLE: lambda e: say(
        "The model of job {job} cannot be loaded: {why}. {retry} makes it anew.",
        job=e.job_id,
        why=quoted(e.detail),
        retry=command(f"/retry {e.job_id}"),
    ),
    Obstacle.OWN_LAYERS: lambda e: say(
        "The model of job {job} has layers of its own, which {file} defines, and I cannot load it"
        " by that. {get} sends the model; beside that code"
        " keras.models.load_model(…, custom_objects=…) loads it.",
        job=e.job_id,
        file=quoted(e.detail),
        get=command(f"/get {e.job_id}"),
    ),
    Obstacle.NO_PICTURE: lambda e: say(
        "That is no picture that can be read. Send a photo, or a JPEG or PNG file."
    ),
    Obstacle.PICTURE_TOO_LARGE: lambda e: say(
        "That picture has more than 60 million pixels. Send it as a photo: Telegram makes it"
        " smaller."
    ),
    Obstacle.NOTHING_WRITTEN: lambda e: say(
        "I find nothing written on that picture. Write one digit with a dark pen on plain paper,"
        " and let it fill a good part of the picture."
    ),
    Obstacle.OTHER_INPUT: lambda e: say(
        "The model of job {job} does not tell classes of pictures apart. Name another job, as in"
        " {usage}.",
        job=e.job_id,
        usage=code("/predict 7"),
    ),
    Obstacle.NO_TEST_SET: lambda e: say(
        "Job {job} has no test set that I know of: only a training does. {best} lists trainings.",
        job=e.job_id,
        best=command("/best"),
    ),
    Obstacle.MODULE_MISSING: lambda e: say(
        "The Python module {module} is missing on this machine. {install} brings packages.",
        module=quoted(e.detail),
        install=command("/install"),
    ),
    Obstacle.DATA_GONE: lambda e: say(
        "The data of job {job} cannot be read: {why}. Bring it back to where it was.",
        job=e.job_id,
        why=quoted(e.detail),
    ),
    Obstacle.OUT_OF_MEMORY: lambda e: say(
        "The memory was not enough. {status} shows what takes it; try again when that has ended.",
        status=command("/status"),
    ),
    Obstacle.BROKE_OFF: lambda e: say(
        "That did not work: {why}. Try again in a minute; {status} shows how the machine is.",
        why=quoted(e.detail),
        status=command("/status"),
    ),
}


@sentence.register
def _(error: errors.NoInspection) -> str:
    return SENTENCES[error.obstacle](error)
