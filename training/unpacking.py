"""A training straight from an archive: unpacked once, and found again by its content."""

from pathlib import Path
from typing import Final

from training.archives.recognise import SUFFIXES
from training.datasets.finding import digest_of
from training.protocol.failure import FailureCode, TaskError
from training.protocol.spec import TrainSpec, UnzipSpec
from training.run import Run
from training.tasks import unzip

DIGITS: Final = 8
FILES: Final = (".npz", ".csv")
NOT_THEIRS: Final = (".", "__MACOSX")


def with_data_unpacked(spec: TrainSpec, run: Run) -> TrainSpec:
    """The spec with what is in its archive as its data; as it is, where that is no archive.

    Raises:
        TaskError: the archive is missing, unsafe, damaged or too large.
        Stopped: the user wanted it to stop. Nothing half-unpacked is left.
    """
    if spec.unpack_into is None:
        return spec
    archive = Path(spec.data)
    try:
        digest = digest_of(archive, run.check_stop)[:DIGITS]
    except FileNotFoundError as error:
        raise TaskError(FailureCode.DATA_MISSING, file=spec.data) from error
    except OSError as error:
        reason = error.strerror or str(error)
        raise TaskError(FailureCode.DATA_UNREADABLE, file=spec.data, error=reason) from error
    folder = Path(spec.unpack_into) / f"{_stem(archive)}-{digest}"
    if folder.is_dir():
        print(f"{archive.name} is unpacked already, in {folder}", flush=True)
    else:
        unzip.run_task(UnzipSpec(archive=spec.data, destination=str(folder)), run)
    return spec.model_copy(update={"data": str(_within(folder))})


def _stem(archive: Path) -> str:
    name = archive.name
    suffix = next((one for one in reversed(SUFFIXES) if name.lower().endswith(one)), "")
    return name[: len(name) - len(suffix)] or "archive"


def _within(folder: Path) -> Path:
    """The data in a folder that holds nothing else: a file, or the folder of the classes."""
    entries = [path for path in folder.iterdir() if not path.name.startswith(NOT_THEIRS)]
    if len(entries) != 1:
        return folder
    [only] = entries
    if only.is_dir() and any(path.is_dir() for path in only.iterdir()):
        return _within(only)
    return only if only.suffix.lower() in FILES else folder
