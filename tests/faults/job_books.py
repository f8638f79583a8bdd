"""The books of one job: command, store, event log and what the chat is owed must agree."""

import re
from collections.abc import Collection, Iterator, Sequence
from itertools import pairwise

from sqlalchemy.engine import Row

from bot.job import Ending, Job
from bot.job_manager import MOST_FRUITLESS_RUNS
from bot.messages.markup import plain
from tests.faults.person import Said
from training.protocol.events import (
    CheckpointSaved,
    EpochEnded,
    Event,
    Resumed,
    RunFailed,
    RunStopped,
    RunSucceeded,
)

LAST_WORDS = {
    RunSucceeded: Ending.SUCCEEDED,
    RunFailed: Ending.FAILED,
    RunStopped: Ending.STOPPED,
}
EPOCH = re.compile(r"^Epoch (\d+)/", re.MULTILINE)
GOES_ON, ENDS = "goes on", "ends"


def job_problems(
    job: Job,
    stored: Sequence[int],
    events: Sequence[Event],
    owed: Sequence[Row],
    command: Said | None,
    silent_deaths: Collection[int] = (),
) -> Iterator[str]:
    """What does not agree, a sentence each.

    Args:
        stored: the epochs in the store.
        owed: the job's rows in the outbox.
        silent_deaths: runs that were killed under a living bot; they need not have
            come to say anything in the log.
    """
    name = f"job {job.id} ({job.spec.kind})"
    if not events:
        yield f"{name}: nothing in its log"
        return
    if command is not None and job.ending is not command.ending:
        why = f"{job.outcome.code} {job.outcome.details} {job.outcome.log_tail}"
        yield f"{name} ended as {job.ending} instead of {command.ending}: {why}"
    if (ending_of(events) or Ending.LOST) is not job.ending:
        yield f"{name}: the log ends with {events[-1].kind}, the store with {job.ending}"
    if job.last_seq != events[-1].seq:
        yield f"{name}: read to {job.last_seq} of {events[-1].seq} events"
    yield from (f"{name}: {problem}" for problem in _log_problems(events))
    told = effective_epochs(events)
    if list(stored) != told:
        yield f"{name}: epochs {list(stored)} stored, {told} in the log"
    steps = timeline(events, silent_deaths)
    said = [GOES_ON if "It goes on" in row.text else ENDS for row in owed if not row.silent]
    if said != steps:
        yield f"{name}: notifications {said} where {steps} are owed"
    texts = [row.text for row in owed if row.silent]
    yield from (f"{name}: {problem}" for problem in _epochs_told(events, texts))


def ending_of(events: Sequence[Event]) -> Ending | None:
    """The ending that the last event tells of; none where a run went without a word."""
    return next((end for kind, end in LAST_WORDS.items() if isinstance(events[-1], kind)), None)


def timeline(events: Sequence[Event], silent_deaths: Collection[int] = ()) -> list[str]:
    """What the chat must hear of a job's runs: each loss, and each end."""
    steps, fruitless = [], 0
    for run in sorted({event.run for event in events} | set(silent_deaths)):
        own = [event for event in events if event.run == run]
        if any(isinstance(event, EpochEnded | CheckpointSaved) for event in own):
            fruitless = 0
        if own and ending_of(own) is not None:
            steps.append(ENDS)
            continue
        fruitless += 1
        steps.append(ENDS if fruitless == MOST_FRUITLESS_RUNS else GOES_ON)
        fruitless %= MOST_FRUITLESS_RUNS
    return steps


def effective_epochs(events: Sequence[Event]) -> list[int]:
    """The epochs that count in the end: a resumed run takes back what it does anew."""
    counted: list[int] = []
    for event in events:
        if isinstance(event, Resumed):
            counted = [epoch for epoch in counted if epoch <= event.epoch]
        elif isinstance(event, EpochEnded):
            counted = sorted({*counted, event.epoch})
    return counted


def _log_problems(events: Sequence[Event]) -> Iterator[str]:
    """One run at a time, no event missing, no more done again than since the last checkpoint."""
    for before, event in pairwise(events):
        if event.seq != before.seq + 1:
            yield f"event {event.seq} follows on {before.seq}"
        if event.run < before.run:
            yield f"run {event.run} writes after run {before.run} has begun"
    saved = 0
    for event in events:
        if isinstance(event, CheckpointSaved):
            saved = event.epoch
        elif isinstance(event, Resumed) and event.epoch < saved:
            yield f"run {event.run} went back to epoch {event.epoch}, {saved} was saved"
    runs = sorted({event.run for event in events})
    for run in runs[1:]:
        epochs = [e.epoch for e in events if isinstance(e, EpochEnded) and e.run == run]
        if epochs and epochs != list(range(epochs[0], epochs[-1] + 1)):
            yield f"run {run} did the epochs {epochs}"
    counted = effective_epochs(events)
    if counted != list(range(1, len(counted) + 1)):
        yield f"only the epochs {counted} were done"


def _epochs_told(events: Sequence[Event], texts: Sequence[str]) -> Iterator[str]:
    """A message an epoch and run, or one for several where many waited; none left out."""
    if not texts:
        return  # nobody asked for them
    done = [event.epoch for event in events if isinstance(event, EpochEnded)]
    found = [(EPOCH.search(plain(text)), "and the epochs before it" in text) for text in texts]
    named = [(int(match[1]), several) for match, several in found if match]
    position = 0
    for epoch, several in named:
        try:
            at = done.index(epoch, position)
        except ValueError:
            yield f"epochs {named} told of {done}"
            return
        if at > position and not several:
            yield f"epoch {done[position]} was passed over"
        position = at + 1
    if position < len(done):
        yield f"epochs {done[position:]} were not told"
