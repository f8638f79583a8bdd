"""What /check says a training will take, against what it then takes."""

import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.benchmarks.figures import Row, Section
from tests.benchmarks.sizes import Size
from training.protocol.event_log import read_events
from training.protocol.events import RunSucceeded
from training.protocol.folder import JobFolder
from training.protocol.spec import CheckSpec, Optimizer, Spec, TrainSpec, write_spec

OTHER = "the training itself"


def measure(size: Size) -> Section:
    """Check and then do three trainings of different kinds."""
    return Section(
        title="What /check says",
        how=(
            "A check's job, and then the job that it was about, each in a process of its own: the"
            " seconds of the whole as the check says them, against the seconds of that process from"
            " its start to its end. Both on the same machine, one after the other; where its speed"
            " wanders in between, so does the ratio."
        ),
        rows=tuple(_row(what, spec) for what, spec in _trainings(size).items()),
    )


def _trainings(size: Size) -> dict[str, TrainSpec]:
    n = size.samples
    return {
        f"Whole of {n:,} samples, batch 128": TrainSpec(epochs=2, samples=n),
        f"Whole of {n // 4:,} samples, adam, batch 32": TrainSpec(
            epochs=3, samples=n // 4, batch_size=32, optimizer=Optimizer.ADAM
        ),
        f"Whole of {n * 2:,} samples, sgd, batch 512": TrainSpec(
            epochs=2, samples=n * 2, batch_size=512, optimizer=Optimizer.SGD
        ),
    }


def _row(what: str, spec: TrainSpec) -> Row:
    said = _ended(CheckSpec(training=spec))[1].result["seconds"]
    if not isinstance(said, float):
        raise TypeError(f"{said!r} are no seconds")
    took_s, _ = _ended(spec)
    return Row.paired(what, "s", OTHER, [(said, took_s)])


def _ended(spec: Spec) -> tuple[float, RunSucceeded]:
    """Run a job: its seconds, and its last event."""
    with tempfile.TemporaryDirectory() as aside:
        folder = JobFolder(Path(aside) / "1")
        folder.create()
        write_spec(folder, spec)
        began = time.monotonic()
        subprocess.run(
            [sys.executable, "-m", "training", str(folder.path)], capture_output=True, check=True
        )
        took_s = time.monotonic() - began
        last = read_events(folder.event_log, limit_bytes=1 << 30).events[-1]
    if not isinstance(last, RunSucceeded):
        raise TypeError(f"the job ended with {last}")
    return took_s, last
