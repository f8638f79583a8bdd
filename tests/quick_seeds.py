"""``python -m tests.quick_seeds``: what the quick recipe comes to, beside the original.

Each training is a job process of its own on the whole of MNIST. Some of the seeds are paired
with two epochs of the original, run right after them: its twelve are the first and eleven
times the second. Prints the tables of docs/quick.md.

``--validate`` keeps the test set out: the last 6,000 training pictures are tested with, to
choose epochs and rates by.
"""

import argparse
import contextlib
import itertools
import statistics
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import psutil

from tests.benchmarks.machine_line import machine_line
from training.protocol.event_log import read_events
from training.protocol.events import EpochEnded, RunSucceeded
from training.protocol.folder import JobFolder
from training.protocol.spec import TrainSpec, write_spec

ROOT: Final = Path(__file__).parents[1]
MNIST: Final = ROOT / "training" / "mnist.npz"
ORIGINAL_EPOCHS: Final = 12
HELD_OUT: Final = 6_000
LEAST: Final = 0.9925
GLANCE_S: Final = 0.1


@dataclass(frozen=True)
class Trained:
    """What one training came to.

    Attributes:
        epochs: seconds of each, its test included.
        cpu_s: of its process at the end of each epoch, from the start of the process on.
    """

    accuracy: float
    loss: float
    epochs: tuple[float, ...]
    cpu_s: tuple[float, ...]

    def in_all(self, epochs: int) -> tuple[float, float]:
        """Seconds and CPU seconds of so many epochs: those done, and the last one's again."""
        more, cpu = epochs - len(self.epochs), self.cpu_s
        last_cpu = cpu[-1] - cpu[-2] if more else 0.0
        return sum(self.epochs) + more * self.epochs[-1], cpu[-1] + more * last_cpu


def trained(**parameters: Any) -> Trained:
    """Train in a process of its own."""
    with tempfile.TemporaryDirectory() as place:
        job = JobFolder(Path(place) / "1")
        job.create()
        write_spec(job, TrainSpec.model_validate(parameters))
        command = [sys.executable, "-m", "training", str(job.path)]
        with job.log.open("wb") as log:
            process = psutil.Popen(command, cwd=ROOT, stdout=log, stderr=log)
        cpu_s = _watched(process, job)
        events = read_events(job.event_log).events
    (end,) = [event for event in events if isinstance(event, RunSucceeded)]
    epochs = tuple(event.seconds for event in events if isinstance(event, EpochEnded))
    accuracy, loss = end.result["test_accuracy"], end.result["test_loss"]
    assert isinstance(accuracy, float)
    assert isinstance(loss, float)
    return Trained(accuracy, loss, epochs, cpu_s)


def _watched(process: psutil.Popen, job: JobFolder) -> tuple[float, ...]:
    """CPU seconds of a process at the end of each epoch, a moment later."""
    found: list[float] = []
    while process.poll() is None:
        told = read_events(job.event_log).events if job.event_log.exists() else []
        if sum(isinstance(event, EpochEnded) for event in told) > len(found):
            found.append(sum(process.cpu_times()[:2]))
        with contextlib.suppress(psutil.TimeoutExpired):
            process.wait(GLANCE_S)
    return tuple(found)


def confirm(seeds: range, pairs: int) -> bool:
    """Print a line a seed; whether all of them got far enough."""
    print(f"{machine_line()}\n")
    print("| seed | test accuracy | test loss | s, CPU s | the original's 12 epochs | share |")
    print("| --- | --- | --- | --- | --- | --- |", flush=True)
    found: list[Trained] = []
    shares: list[tuple[float, float]] = []
    for seed in seeds:
        quick = trained(preset="quick", seed=seed)
        found.append(quick)
        seconds, cpu_s = quick.in_all(len(quick.epochs))
        beside = " |"
        if len(found) <= pairs:
            original_s, original_cpu_s = trained(epochs=2, seed=seed).in_all(ORIGINAL_EPOCHS)
            shares.append((original_s / seconds, original_cpu_s / cpu_s))
            of_both = ", ".join(f"1/{times:.0f}" for times in shares[-1])
            beside = f" {original_s:.0f}, {original_cpu_s:.0f} | {of_both}"
        shown = f"| {seed} | {100 * quick.accuracy:.2f} % | {quick.loss:.4f}"
        print(f"{shown} | {seconds:.1f}, {cpu_s:.0f} |{beside} |", flush=True)
    _sum_up(found, shares)
    return all(one.accuracy >= LEAST for one in found)


def _sum_up(found: Sequence[Trained], shares: Sequence[tuple[float, float]]) -> None:
    accuracies = [100 * one.accuracy for one in found]
    good = sum(one.accuracy >= LEAST for one in found)
    print(
        f"\n{good} of {len(found)} at {100 * LEAST:.2f} % or above; least {min(accuracies):.2f} %,"
        f" median {statistics.median(accuracies):.2f} %, most {max(accuracies):.2f} %. Median"
        f" {statistics.median(sum(one.epochs) for one in found):.1f} s for its epochs and"
        f" {statistics.median(one.cpu_s[-1] for one in found):.0f} CPU seconds with the start"
        " of the process."
    )
    if shares:
        wall, cpu = (statistics.median(times) for times in zip(*shares, strict=True))
        print(
            f"In pairs, medians: 1/{wall:.0f} of the original's time, 1/{cpu:.0f} of its CPU time."
        )


def validate(seeds: range) -> None:
    """Print what epochs and rates come to on pictures that the test set does not have."""
    with tempfile.TemporaryDirectory() as place, np.load(MNIST) as arrays:
        x, y = arrays["x_train"], arrays["y_train"]
        file = Path(place) / "held-out.npz"
        learned = {"x_train": x[:-HELD_OUT], "y_train": y[:-HELD_OUT]}
        np.savez(file, **learned, x_test=x[-HELD_OUT:], y_test=y[-HELD_OUT:])
        print("| epochs | highest rate | accuracy, seed by seed | mean |")
        print("| --- | --- | --- | --- |", flush=True)
        for epochs, rate in itertools.product((2, 3), (0.01, 0.02, 0.03)):
            given = {"preset": "quick", "data": str(file), "shifts": True, "batch_size": 250}
            given |= {"epochs": epochs, "learning_rate": rate}
            found = [100 * trained(**given, seed=seed).accuracy for seed in seeds]
            shown = ", ".join(f"{one:.2f}" for one in found)
            print(f"| {epochs} | {rate:g} | {shown} | {statistics.mean(found):.2f} |", flush=True)


def main() -> int:
    """Measure; the exit code is 0 where every seed got far enough."""
    parser = argparse.ArgumentParser(prog="python -m tests.quick_seeds", description=__doc__)
    parser.add_argument("--first", type=int, default=1, help="the first seed")
    parser.add_argument("--seeds", type=int, default=10, help="how many")
    parser.add_argument("--pairs", type=int, default=3, help="how many of them beside the original")
    parser.add_argument("--validate", action="store_true", help="choose; leave the test set alone")
    options = parser.parse_args()
    seeds = range(options.first, options.first + options.seeds)
    if options.validate:
        validate(seeds)
        return 0
    return 0 if confirm(seeds, options.pairs) else 1


if __name__ == "__main__":
    sys.exit(main())
