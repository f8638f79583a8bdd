"""What an epoch costs in the job process, against a plain Keras script with the same math.

Both run as processes of their own, in turn (A B A B …), for a machine's speed
wanders. From the end of one epoch to the end of the next, so that validation,
events and checkpoints count; the first epoch, in which TensorFlow traces, does
not. Prints JSON.
"""

import argparse
import json
import resource
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

from training.protocol.event_log import read_events
from training.protocol.events import EpochEnded
from training.protocol.folder import JobFolder
from training.protocol.spec import TrainSpec, write_spec

ROOT = Path(__file__).parents[2]
PLAIN = Path(__file__).with_name("plain_mnist.py")

EpochEnds = list[float]


def plain(samples: int, epochs: int) -> EpochEnds:
    """When each epoch of the plain script was over, in seconds."""
    command = [sys.executable, PLAIN, str(samples), str(epochs)]
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    ends: EpochEnds = json.loads(output.splitlines()[-1])
    return ends


def ours(samples: int, epochs: int) -> EpochEnds:
    """When each epoch of a job process was over, in seconds."""
    with tempfile.TemporaryDirectory() as path:
        job = JobFolder(Path(path))
        write_spec(job, TrainSpec(epochs=epochs, samples=samples))
        command = [sys.executable, "-m", "training", path]
        subprocess.run(command, check=True, cwd=ROOT, stdout=subprocess.DEVNULL)
        events = read_events(job.event_log).events
    return [event.at.timestamp() for event in events if isinstance(event, EpochEnded)]


def measure(run: Callable[[int, int], EpochEnds], samples: int, epochs: int) -> dict[str, float]:
    """Seconds of the median epoch after the first, and CPU seconds of the whole process."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    ends = run(samples, epochs)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    seconds = [later - earlier for earlier, later in pairwise(ends)]
    return {"epoch_s": statistics.median(seconds), "process_cpu_s": cpu}


def summary(runs: list[dict[str, float]], figure: str) -> dict[str, float]:
    """Median and spread of a figure over the repetitions."""
    values = [run[figure] for run in runs]
    return {
        "median": round(statistics.median(values), 3),
        "least": round(min(values), 3),
        "most": round(max(values), 3),
    }


def main() -> None:
    """Compare, and print what came out."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--samples", type=int, default=12_800)
    parser.add_argument("--epochs", type=int, default=4)
    parser.add_argument("--repetitions", type=int, default=3)
    options = parser.parse_args()
    pairs = [
        (
            measure(plain, options.samples, options.epochs),
            measure(ours, options.samples, options.epochs),
        )
        for _ in range(options.repetitions)
    ]
    report: dict[str, object] = {**vars(options)}
    for figure in ("epoch_s", "process_cpu_s"):
        ratios = [{"ratio": own[figure] / other[figure]} for other, own in pairs]
        report[figure] = {
            "plain": summary([other for other, _ in pairs], figure),
            "ours": summary([own for _, own in pairs], figure),
            "ratio": summary(ratios, "ratio"),
        }
    print(json.dumps(report, indent=1))


if __name__ == "__main__":
    main()
