"""What an epoch costs through the bot, against a plain Keras script with the same math.

Both run as processes of their own, in turn (A B A B …), for a machine's speed
wanders. From the end of one epoch to the end of the next, so that validation,
events, checkpoints and the bot's own work count; the first epoch, in which
TensorFlow traces, does not.
"""

import json
import statistics
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from tests.benchmarks.figures import Row, Section
from tests.benchmarks.job_log import JobLog
from tests.benchmarks.processes import job_process, scene
from tests.benchmarks.sizes import Size
from training.protocol.events import EpochEnded

PLAIN = Path(__file__).with_name("plain_mnist.py")
OTHER = "plain Keras script"


class Reading(NamedTuple):
    """Clocks at the end of an epoch, or what passed on them during one."""

    wall_s: float
    cpu_s: float


def measure(size: Size) -> Section:
    """Compare an epoch through the bot with one of the plain script."""
    pairs = [(through_the_bot(size), plain(size)) for _ in range(size.trainings)]
    wall = [(ours.wall_s, theirs.wall_s) for ours, theirs in pairs]
    cpu = [(ours.cpu_s, theirs.cpu_s) for ours, theirs in pairs]
    return Section(
        title="An epoch",
        how=(
            f"`/train epochs={size.epochs} samples={size.samples}` said to the bot in a chat, and a"
            " plain script with the same network, data and batches, in turn; trainings of each:"
            f" {size.trainings}. From the end of an epoch to the end of the next, the first epoch"
            " not counted; validation, events and checkpoints included. CPU seconds are those of"
            " job and bot together. 60,000 samples are all of MNIST; what an epoch costs beside its"
            " steps weighs more with fewer."
        ),
        rows=(
            Row.paired(f"Epoch of {size.samples:,} samples", "s", OTHER, wall),
            Row.paired(f"Epoch of {size.samples:,} samples, CPU time", "s", OTHER, cpu),
        ),
    )


def through_the_bot(size: Size) -> Reading:
    """Train by a command in a chat; the median epoch."""
    ends = []
    with scene() as now:
        now.chat.ask(f"/train epochs={size.epochs} samples={size.samples}")
        job, log = job_process(now.bot), JobLog(now.work)
        for _ in range(size.epochs):
            end = log.next_event(EpochEnded)
            cpu = (*job.cpu_times()[:2], *now.bot.cpu_times()[:2])  # user, system
            ends.append(Reading(end.at.timestamp(), sum(cpu)))
    return _median_epoch(ends)


def plain(size: Size) -> Reading:
    """Train with the plain script; the median epoch."""
    command = [sys.executable, str(PLAIN), str(size.samples), str(size.epochs)]
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return _median_epoch([Reading(*end) for end in json.loads(output.splitlines()[-1])])


def _median_epoch(ends: list[Reading]) -> Reading:
    epochs = list(pairwise(ends))
    return Reading(
        statistics.median(after.wall_s - before.wall_s for before, after in epochs),
        statistics.median(after.cpu_s - before.cpu_s for before, after in epochs),
    )
