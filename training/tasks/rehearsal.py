"""What a warm process does before there is a job: very small trainings, from start to end.

Python's own work at the first tracing of a graph, kernels that are looked up, libraries of a
GPU: all of it is done then. A training sets the seeds and forgets the models before it
begins, so that nothing of this reaches it.
"""

import importlib
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final

from training.protocol.event_log import EventLogWriter
from training.protocol.folder import JobFolder
from training.protocol.preset import Preset
from training.protocol.spec import TrainSpec
from training.run import Run

# Many steps after each tracing: TensorFlow warns in the log of whoever traces five of ten calls.
SPECS: Final = tuple(
    TrainSpec(preset=preset, epochs=1, samples=256, batch_size=16) for preset in Preset
)


def load() -> None:
    """Import Keras, and start the device that computes."""
    importlib.import_module("training.tasks.train")


def rehearse(spec: TrainSpec) -> None:
    """Train a little, in a folder that is gone afterwards."""
    from training.tasks.train import run_task  # noqa: PLC0415 - takes seconds, see ``load``

    with tempfile.TemporaryDirectory(prefix="coltrain-warm-") as aside:
        folder = JobFolder(Path(aside) / "1")
        folder.create()
        with EventLogWriter(folder.event_log, 1) as log:
            run_task(spec, Run(folder, 1, log))


STEPS: tuple[Callable[[], None], ...] = (load, *(partial(rehearse, spec) for spec in SPECS))
