"""What a trained model says of a picture, and where it errs: /predict, /mistakes."""

from collections.abc import Callable

from telegram import Message, Update
from telegram.constants import ChatAction

from bot.button import Press
from bot.commands.buttons import Action, Actions, offer
from bot.commands.chosen_job import has_model, job_by_number, latest_job_with_model, taking_pictures
from bot.commands.context import Context, in_background, origin, reply, reply_with_picture, words
from bot.commands.telegram_files import MOST_BYTES, Sent, fetched, picture_of
from bot.delivery import delivered
from bot.errors import ExtraWords, NoInspection, NoModel, NoPicture, NotAFile, NotFetched
from bot.job import Job
from bot.messages import figures
from bot.messages import predictions as messages
from bot.preferences import PLOT_DARK
from bot.roles import Role
from training.protocol.inspection import (
    Answer,
    Classified,
    Classify,
    FindMistakes,
    MistakesFound,
    Obstacle,
    Obstructed,
    Question,
)
from training.protocol.spec import TrainSpec

USAGE = '/predict 7 "My Drive/digit.png"'
JOB_AND_FILE = 2


async def predict(update: Update, context: Context) -> None:
    """Ask a model about a picture: /predict [job], with one, below one, or with its name."""
    given, message = words(update), update.effective_message
    if len(given) > JOB_AND_FILE:
        raise ExtraWords(tuple(given[JOB_AND_FILE:]), USAGE)
    number = given.pop(0) if given and given[0].removeprefix("#").isdigit() else None
    if len(given) > 1:
        raise ExtraWords(tuple(given[1:]), USAGE)
    job = _model_of(context, number, taking_pictures(context.services.jobs.folder))
    sent = None if message is None else picture_of(message) or _answered(message)
    if sent is not None and not given:
        in_background(update, context, _of_chat(update, context, sent, job))
    elif given and sent is None:
        in_background(update, context, _of_folder(update, context, given[0], job))
    elif given:
        raise ExtraWords(tuple(given), "/predict 7")
    else:
        raise NoPicture(USAGE)


async def pressed(update: Update, context: Context, press: Press) -> str:
    """[Ask job 7] under a picture."""
    job = _model_of(context, str(press.number(messages.JOB)), _any)
    sent = Sent(press.word(messages.FILE), "picture", None)
    in_background(update, context, _of_chat(update, context, sent, job))
    return messages.looking()


async def photo(update: Update, context: Context) -> None:
    """A photo that came without a word: offer to ask the latest model; a stranger gets silence.

    Raises:
        NotAFile: there is no model, and Telegram has made it smaller than it was.
    """
    services, message = context.services, update.effective_message
    sent = None if message is None else picture_of(message)
    if services.access.role(origin(update).user_id) is None:
        return
    services.release.touched()
    job = latest_job_with_model(services.store, taking_pictures(services.jobs.folder))
    if job is None or sent is None:
        raise NotAFile
    keyboard = offer(update, context, [[messages.predict_button(sent.file_id, job)]], to_all=True)
    await reply(update, context, messages.offered(job), keyboard)


async def mistakes(update: Update, context: Context) -> None:
    """Where a model errs: /mistakes [job]."""
    given = words(update)
    if len(given) > 1:
        raise ExtraWords(tuple(given[1:]), "/mistakes 7")
    job = _model_of(context, given[0] if given else None, _has_test_set)
    if not isinstance(job.spec, TrainSpec):
        raise NoInspection(job.id, Obstacle.NO_TEST_SET, "")
    in_background(update, context, _show_mistakes(update, context, job))


ACTIONS: Actions = {messages.PREDICT: Action(pressed, Role.VIEWER, stays=True)}


def _answered(message: Message) -> Sent | None:
    return None if message.reply_to_message is None else picture_of(message.reply_to_message)


def _any(job: Job) -> bool:
    """A job that is named is the one, whatever it is."""
    return True


def _has_test_set(job: Job) -> bool:
    return isinstance(job.spec, TrainSpec)


def _model_of(context: Context, number: str | None, fits: Callable[[Job], bool]) -> Job:
    """The job whose model is meant; where none is named, the latest that can answer.

    Raises:
        UnknownJob, NoModel, NotFetched: there is no such model here.
    """
    services = context.services
    if number is None:
        job = latest_job_with_model(services.store, fits)
    else:
        job = job_by_number(services.store, number)
    if job is None:
        raise NoModel(None)
    with services.store.transaction() as tx:
        if not has_model(tx, job.id):
            raise NoModel(job.id)
        if services.jobs.on_its_way(tx, job.id):
            raise NotFetched(job.id)
    return job


async def _of_chat(update: Update, context: Context, sent: Sent, job: Job) -> None:
    async with context.services.received.turns:
        picture = await fetched(context, sent)
        await _ask(update, context, picture, job)


async def _of_folder(update: Update, context: Context, name: str, job: Job) -> None:
    lookup = context.services.data_lookup
    async with lookup.turns:
        read = await lookup.read(name, MOST_BYTES)
        if read.content is None:
            raise NoInspection(job.id, Obstacle.PICTURE_TOO_LARGE, figures.size(read.size_bytes))
        await _ask(update, context, read.content, job)


async def _ask(update: Update, context: Context, picture: bytes, job: Job) -> None:
    folder = context.services.jobs.folder(job.id).path
    answer = await _answer(update, context, job, Classify(job=folder, picture=picture))
    if isinstance(answer, Classified):
        text = messages.guessed(job, answer.guesses)
        await reply_with_picture(update, context, answer.seen, text)


async def _show_mistakes(update: Update, context: Context, job: Job) -> None:
    services, chat_id = context.services, origin(update).chat_id
    with services.store.transaction() as tx:
        dark = tx.preferences.get(chat_id, PLOT_DARK, default=False)
    folder = services.jobs.folder(job.id).path
    answer = await _answer(update, context, job, FindMistakes(job=folder, dark=dark))
    if isinstance(answer, MistakesFound):
        text = messages.mistakes(job, answer)
        await reply_with_picture(update, context, answer.sheet, text)


async def _answer(update: Update, context: Context, job: Job, question: Question) -> Answer:
    """What the model says, while the chat sees that something is made.

    Raises:
        NoInspection: it has no answer.
    """
    action = ChatAction.UPLOAD_PHOTO
    await delivered(context.bot.send_chat_action(origin(update).chat_id, action))
    answer = await context.services.inspection.ask(question)
    if isinstance(answer, Obstructed):
        raise NoInspection(job.id, answer.obstacle, answer.detail)
    return answer
