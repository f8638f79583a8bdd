"""Whether a job has learned the shipped digits, as far as its folder tells."""

import contextlib
import re

from training.inspection.labels import FOUND
from training.protocol.folder import JobFolder
from training.protocol.spec import RunSpec, TrainSpec, read_spec

# Keras's own MNIST is the same; ``fashion_mnist`` and what is called like it are not.
_LOADS_MNIST = re.compile(rb"\bmnist\.load_data\(")


def learned_digits(folder: JobFolder) -> bool:
    """Whether its pictures were MNIST's: only then is a photo brought to what those were like."""
    with contextlib.suppress(OSError, ValueError):
        spec = read_spec(folder)
        if isinstance(spec, TrainSpec):
            return not spec.own_data and not (folder.artifacts / FOUND).exists()
        if isinstance(spec, RunSpec):
            kept = sorted(folder.code.glob("*.py"))
            return any(_LOADS_MNIST.search(file.read_bytes()) for file in kept)
    return False
