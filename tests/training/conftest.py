"""A small real data set, real runs in folders of their own, and one to compare with."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from training.checkpoint import CheckpointStore, Snapshot
from training.data import Dataset, load_mnist
from training.protocol.event_log import EventLogWriter, last_run, read_events
from training.protocol.events import Event
from training.protocol.failure import Detail
from training.protocol.folder import JobFolder
from training.protocol.spec import TrainSpec
from training.run import Run

StartRun = Callable[..., Run]


@dataclass(frozen=True)
class End:
    """What a training came to: everything that must not depend on interruptions."""

    figures: list[object]
    bits: dict[str, bytes]
    step: int


@pytest.fixture(scope="session")
def spec() -> TrainSpec:
    """Three epochs of five steps with the data below."""
    return TrainSpec(epochs=3, batch_size=64, samples=320)


@pytest.fixture(scope="session")
def digits(spec: TrainSpec) -> Dataset:
    """The first pictures of MNIST."""
    return load_mnist(samples=spec.samples)


@pytest.fixture
def job(tmp_path: Path) -> JobFolder:
    """An empty job folder."""
    folder = JobFolder(tmp_path / "job")
    folder.create()
    return folder


@pytest.fixture
def start_run() -> Iterator[StartRun]:
    """Begin the next run of a job; of any kind of ``Run``."""
    with ExitStack() as logs:

        def start(folder: JobFolder, kind: type[Run] = Run) -> Run:
            number = last_run(folder.event_log) + 1
            log = logs.enter_context(EventLogWriter(folder.event_log, number))
            return kind(folder, number, log)

        yield start


@pytest.fixture
def told(job: JobFolder) -> Callable[[type[Event]], list[Event]]:
    """What the job's log tells, by kind of event."""

    def events(kind: type[Event]) -> list[Event]:
        return [event for event in read_events(job.event_log).events if isinstance(event, kind)]

    return events


def _newest(job: JobFolder, spec: TrainSpec) -> Snapshot:
    store = CheckpointStore(job.checkpoint, spec.made_with())
    return store.read(store.newest_first()[0])


@pytest.fixture(scope="session")
def end_of(spec: TrainSpec) -> Callable[[JobFolder], End]:
    """The newest checkpoint of a job: history without seconds, and every variable's bytes."""

    def end(job: JobFolder) -> End:
        newest = _newest(job, spec)
        return End(
            [(record.epoch, record.learning_rate, record.metrics) for record in newest.history],
            {name: array.tobytes() for name, array in newest.state.items()},
            newest.step,
        )

    return end


@dataclass(frozen=True)
class Finished:
    """A training that nobody disturbed."""

    job: JobFolder
    end: End
    result: dict[str, Detail]


@pytest.fixture(scope="session")
def uninterrupted(
    digits: Dataset,
    spec: TrainSpec,
    end_of: Callable[[JobFolder], End],
    tmp_path_factory: pytest.TempPathFactory,
) -> Finished:
    """The training of ``spec`` from beginning to end in one run."""
    from training.tasks.train import fit  # noqa: PLC0415 - Keras, for those who need it

    job = JobFolder(tmp_path_factory.mktemp("uninterrupted"))
    job.create()
    with EventLogWriter(job.event_log, 1) as log:
        result = fit(digits, spec, Run(job, 1, log))
    return Finished(job, end_of(job), result)
