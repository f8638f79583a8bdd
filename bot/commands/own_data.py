"""The data that a training names: found in the data folders before the job begins."""

from collections.abc import Callable, Mapping
from pathlib import Path

from telegram import Update

from bot.commands.chosen_job import job_by_number
from bot.commands.context import Context, Services, in_background, origin, submitted
from bot.commands.words import changed_training, own_parameters, parameter_names, split_parameters
from bot.data_folders import ARCHIVE_ENDINGS
from bot.errors import (
    ModelRefused,
    NoModel,
    NotAModel,
    NotForThisData,
    NotTrainingData,
)
from training.protocol.model_question import Refused
from training.protocol.spec import MNIST, Spec, TrainSpec

MODEL_FILE, MODEL = ".py", "model.keras"
# Which parameters mean something for which data; the other kinds of data know them not.
ABOUT_FOLDERS = {"image_size", "colour", "validation", "shifts"}
ABOUT_FILES = {".npz": {"validation", "shifts"}, ".csv": {"validation", "label"}}
ABOUT_DATA = {"data"}.union(ABOUT_FOLDERS, *ABOUT_FILES.values())


def must_fit(given: Mapping[str, object], spec: TrainSpec) -> None:
    """Refuse parameters about data of one's own where it is the shipped data.

    Raises:
        NotForThisData: for the first of them.
    """
    if not spec.own_data:
        _refuse(given, {"shifts"}, MNIST)


async def start_training(
    update: Update,
    context: Context,
    given: Mapping[str, object],
    spec: TrainSpec,
    asked: Callable[[TrainSpec], Spec] = lambda spec: spec,
) -> None:
    """Submit a training; data of one's own is looked for first, while others are handled.

    Args:
        given: the parameters that the command has.
        asked: what to submit, where it is not the training itself.

    Raises:
        NotForThisData: the first of those that have no meaning for its data.
    """
    services = context.services
    must_fit(given, spec)
    if not spec.own_data and "model" not in given:
        await submitted(update, context, services.jobs.submit(asked(spec), origin(update)))
        return

    async def find_and_submit() -> None:
        found = spec
        if spec.own_data:
            found = await with_data_found(services, given, spec)
        if "model" in given:
            found = await with_model_found(services, found)
        await submitted(update, context, services.jobs.submit(asked(found), origin(update)))

    in_background(update, context, find_and_submit())


def names_model_file(word: str) -> bool:
    """Whether a word of a command names a model file, which may have parameters of its own."""
    return word.startswith("model=") and word.endswith(MODEL_FILE)


async def with_model_found(services: Services, spec: TrainSpec) -> TrainSpec:
    """A spec whose model is an absolute path: of a file that was tried, or of a job's model.

    Raises:
        FileNotFound, OutsideDataFolders, DataSilent, DataUnreadable: the file is not to be had.
        NotAModel, ModelRefused, ModelSilent: it is none that could be trained.
        UnknownJob, NoModel: there is no such job, or it has saved none.
    """
    named = spec.model or ""
    if named.removeprefix("#").isdigit():
        job = job_by_number(services.store, named)
        model = services.jobs.folder(job.id).artifacts / MODEL
        if not model.is_file():
            raise NoModel(job.id)
        return spec.model_copy(update={"model": str(model)})
    path = await services.data_lookup.find(named)
    if path.suffix != MODEL_FILE:
        raise NotAModel(path.name)
    found = spec.model_copy(update={"model": str(path)})
    await must_take(services, path, found)
    return found


def has_model_file(spec: TrainSpec) -> bool:
    """Whether it trains a model of the user's own, which may have parameters of its own."""
    return spec.model is not None and spec.model.endswith(MODEL_FILE)


def training_as_changed(spec: TrainSpec, given: list[str]) -> tuple[dict[str, str], TrainSpec]:
    """What a command changes of a training, and the training with that.

    Parameters of its model's own are among them, where it has a model of the user's own.

    Raises:
        UserError: one of the words is wrong.
    """
    own: dict[str, str] = {}
    other_model = any(word.startswith("model=") for word in given)
    if any(names_model_file(word) for word in given) or (has_model_file(spec) and not other_model):
        given, own = own_parameters(TrainSpec, given)
    _, changes = split_parameters(given, parameter_names(TrainSpec))
    before = {} if other_model else spec.own_parameters
    changed = changed_training(spec, changes)
    return changes | own, changed.model_copy(update={"own_parameters": before | own})


async def must_take(services: Services, file: Path, spec: TrainSpec) -> None:
    """See that a model file takes a spec's parameters of its own.

    Args:
        file: the model file, or a copy of it.

    Raises:
        ModelRefused, ModelSilent: it does not.
    """
    match await services.model_check.ask(file, spec.own_parameters):
        case Refused(code=code, details=details):
            named = {"file": spec.model} if "file" in details and spec.model else {}
            raise ModelRefused(code, details | named)


async def with_data_found(
    services: Services, given: Mapping[str, object], spec: TrainSpec
) -> TrainSpec:
    """A spec whose data is an absolute path.

    Args:
        given: the parameters that the command has.

    Raises:
        FileNotFound, OutsideDataFolders, DataSilent, DataUnreadable: it is not to be had.
        NotTrainingData: it is nothing to train with.
        NotForThisData: a parameter has no meaning for it.
    """
    named = given.get("data")
    name = named if isinstance(named, str) else spec.data  # a spec forgets how it was typed
    path, is_folder = await services.data_lookup.place(name)
    packed = not is_folder and is_archive(path)
    known = ABOUT_DATA if packed else ABOUT_FOLDERS if is_folder else _about_file(path)
    _refuse(given, set(known), path.name)
    into = str(services.settings.data) if packed else None
    return spec.model_copy(update={"data": str(path), "unpack_into": into})


def is_archive(path: Path) -> bool:
    """Whether a file is to be unpacked first, by its name."""
    return path.name.lower().endswith(ARCHIVE_ENDINGS)


def _about_file(path: Path) -> set[str]:
    known = ABOUT_FILES.get(path.suffix.lower())
    if known is not None:
        return known
    raise NotTrainingData(path.name)


def _refuse(given: Mapping[str, object], known: set[str], data: str) -> None:
    for name in given:
        if name in ABOUT_DATA - known - {"data"}:
            raise NotForThisData(name, data)
