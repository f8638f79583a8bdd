"""Memory and time of a training on many pictures: ``python -m tests.benchmarks.own_pictures``.

Prints, for a small and a large folder, how much memory the job process holds at most,
how long it reads, and how large the decoded pictures are.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import psutil
from PIL import Image

from tests.benchmarks.processes import ROOT
from training.protocol.event_log import read_events
from training.protocol.events import DataRead, RunStarted, RunSucceeded
from training.protocol.folder import JobFolder
from training.protocol.spec import TrainSpec, write_spec

COUNTS = (2_000, 20_000)
CLASSES, SIDE, IMAGE_SIZE = 10, 128, 48
LOOK_EVERY_S = 0.05
MB = 1 << 20


@dataclass(frozen=True)
class Cost:
    """What a training took."""

    peak_bytes: int
    read_s: float
    whole_s: float
    decoded_bytes: int


def write_pictures(folder: Path, count: int) -> None:
    """Write JPEG pictures of noise, a folder a class."""
    chance = np.random.default_rng(0)
    for number in range(CLASSES):
        (folder / f"class-{number}").mkdir(parents=True)
    for number in range(count):
        small = chance.integers(0, 255, (8, 8, 3), np.uint8)
        picture = Image.fromarray(small).resize((SIDE, SIDE))
        picture.save(folder / f"class-{number % CLASSES}" / f"{number:06}.jpg")


def train(folder: Path, count: int) -> Cost:
    """Train one epoch in a job process, and watch its memory."""
    job = JobFolder(folder.with_name("job"))
    job.create()
    size = str(IMAGE_SIZE)
    write_spec(job, TrainSpec(epochs=1, data=str(folder), image_size=size))
    with job.log.open("wb") as log:
        child = subprocess.Popen(
            [sys.executable, "-m", "training", str(job.path)], cwd=ROOT, stdout=log, stderr=log
        )
        peak = 0
        while child.poll() is None:
            peak = max(peak, psutil.Process(child.pid).memory_info().rss)
            time.sleep(LOOK_EVERY_S)
    events = {type(event): event for event in read_events(job.event_log).events}
    began = events[RunStarted].at
    return Cost(
        peak,
        (events[DataRead].at - began).total_seconds(),
        (events[RunSucceeded].at - began).total_seconds(),
        count * IMAGE_SIZE * IMAGE_SIZE * 3,
    )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("counts", type=int, nargs="*", default=COUNTS)
    for count in parser.parse_args().counts:
        with tempfile.TemporaryDirectory() as place:
            folder = Path(place, "pictures")
            write_pictures(folder, count)
            cost = train(folder, count)
        print(
            f"{count:>7,} pictures: at most {cost.peak_bytes / MB:,.0f} MB of memory;"
            f" {cost.decoded_bytes / MB:,.0f} MB decoded, read in {cost.read_s:.1f} s;"
            f" {cost.whole_s:.1f} s in all",
            flush=True,
        )


if __name__ == "__main__":
    main()
