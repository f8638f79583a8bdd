"""The data that a training names: found in the data folders before the job begins."""

from collections.abc import Callable, Mapping
from pathlib import Path

from telegram import Update

from bot.commands.context import Context, Services, in_background, origin, submitted
from bot.data_folders import ARCHIVE_ENDINGS
from bot.errors import NotForThisData, NotTrainingData, PackedData
from training.protocol.spec import MNIST, Spec, TrainSpec

# Which parameters mean something for which data; the other kinds of data know them not.
ABOUT_FOLDERS = {"image_size", "colour", "validation"}
ABOUT_FILES = {".npz": {"validation"}, ".csv": {"validation", "label"}}
ABOUT_DATA = {"data"}.union(ABOUT_FOLDERS, *ABOUT_FILES.values())


def must_fit(given: Mapping[str, object], spec: TrainSpec) -> None:
    """Refuse parameters about data of one's own where it is the shipped data.

    Raises:
        NotForThisData: for the first of them.
    """
    if not spec.own_data:
        _refuse(given, set(), MNIST)


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
    if not spec.own_data:
        await submitted(update, context, services.jobs.submit(asked(spec), origin(update)))
        return

    async def find_and_submit() -> None:
        found = await with_data_found(services, given, spec)
        await submitted(update, context, services.jobs.submit(asked(found), origin(update)))

    in_background(update, context, find_and_submit())


async def with_data_found(
    services: Services, given: Mapping[str, object], spec: TrainSpec
) -> TrainSpec:
    """A spec whose data is an absolute path.

    Args:
        given: the parameters that the command has.

    Raises:
        FileNotFound, OutsideDataFolders, DataSilent, DataUnreadable: it is not to be had.
        PackedData, NotTrainingData: it is nothing to train with.
        NotForThisData: a parameter has no meaning for it.
    """
    named = given.get("data")
    name = named if isinstance(named, str) else spec.data  # a spec forgets how it was typed
    path, is_folder = await services.data_lookup.place(name)
    _refuse(given, ABOUT_FOLDERS if is_folder else _about_file(path), path.name)
    return spec.model_copy(update={"data": str(path)})


def _about_file(path: Path) -> set[str]:
    known = ABOUT_FILES.get(path.suffix.lower())
    if known is not None:
        return known
    if path.name.lower().endswith(ARCHIVE_ENDINGS):
        raise PackedData(str(path))
    raise NotTrainingData(path.name)


def _refuse(given: Mapping[str, object], known: set[str], data: str) -> None:
    for name in given:
        if name in ABOUT_DATA - known - {"data"}:
            raise NotForThisData(name, data)
