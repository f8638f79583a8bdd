"""The data that a training names: what lies there decides how it is read."""

import errno
from pathlib import Path

from training.data import Dataset, load_mnist
from training.datasets.csv_file import read_csv
from training.datasets.npz import read_npz
from training.datasets.pictures import read_pictures
from training.datasets.reading import Reading
from training.protocol.event_log import read_events
from training.protocol.events import DataRead, WarningRaised
from training.protocol.failure import Detail, FailureCode, TaskError, WarningCode
from training.protocol.folder import JobFolder
from training.protocol.spec import TrainSpec
from training.run import Run

PICTURE = 3  # dimensions of one
CHANNELS = {1, 3}
FULL = (errno.ENOSPC, errno.EDQUOT)


def open_dataset(spec: TrainSpec, run: Run) -> Dataset:
    """Find out what the data is, check it, split it, and say so.

    Raises:
        TaskError: what is wrong with the data, and where.
        Stopped: the user wanted it to stop.
    """
    if not spec.own_data:
        return load_mnist(samples=spec.samples)
    data = read_data(Path(spec.data), spec, run)
    if data.about is not None:
        _must_be_as_before(data.about, run.folder, spec)
        run.report(data.about)
    return data


def read_data(path: Path, spec: TrainSpec, run: Reading) -> Dataset:
    """Read data by what lies at its path; raises as ``open_dataset`` does."""
    data = _read(path, spec, run)
    for part, samples in (("train", data.train), ("test", data.test)):
        if not len(samples):
            raise TaskError(FailureCode.DATA_EMPTY, file=spec.data, name=part)
    return data


def _read(path: Path, spec: TrainSpec, run: Reading) -> Dataset:
    try:
        if path.suffix.lower() == ".npz" and not path.is_dir():
            data = read_npz(path, spec, run.folder.prepared, run.check_stop)
            _tell_channels_first(data, run)
            return data
        if path.suffix.lower() == ".csv" and not path.is_dir():
            return read_csv(path, spec, run)
        if path.is_dir():
            return read_pictures(path, spec, run)
        if not path.exists():
            raise TaskError(FailureCode.DATA_MISSING, file=spec.data)
    except FileNotFoundError as error:
        raise TaskError(FailureCode.DATA_MISSING, file=spec.data) from error
    except OSError as error:
        if error.errno in FULL:
            raise
        reason = error.strerror or str(error)
        raise TaskError(FailureCode.DATA_UNREADABLE, file=spec.data, error=reason) from error
    raise TaskError(FailureCode.DATA_UNSUPPORTED, file=spec.data)


def _tell_channels_first(data: Dataset, run: Reading) -> None:
    """Pictures are read as (height, width, channels); these may be the other way round."""
    shape = () if data.about is None else data.about.shape
    if len(shape) == PICTURE and shape[0] in CHANNELS and shape[-1] not in CHANNELS:
        details: dict[str, Detail] = {"shape": str(tuple(shape))}
        run.report(WarningRaised(code=WarningCode.CHANNELS_FIRST, details=details))


def _must_be_as_before(about: DataRead, folder: JobFolder, spec: TrainSpec) -> None:
    """A run that goes on needs the very data that its checkpoint was made with.

    Raises:
        TaskError: DATA_CHANGED.
    """
    if not any(folder.checkpoint.iterdir()):
        return
    told = [event for event in read_events(folder.event_log).events if isinstance(event, DataRead)]
    if told and told[-1].fingerprint != about.fingerprint:
        raise TaskError(FailureCode.DATA_CHANGED, file=spec.data)
