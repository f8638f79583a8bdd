"""What a job process was doing when it was killed, told from its folder."""

from collections.abc import Sequence

from tests.faults.job_books import LAST_WORDS
from training.protocol.checkpoints import checkpoints_newest_first, numbers_of
from training.protocol.event_log import read_events
from training.protocol.events import (
    ArtifactSaved,
    CheckpointSaved,
    EpochEnded,
    Event,
    Resumed,
)
from training.protocol.folder import JobFolder

ASIDE = ".new-"

NOT_BEGUN = "started, nothing said yet"
MID_LINE = "in the middle of a line of the log"
BEGUN = "begun, nothing done yet"
MID_CHECKPOINT = "in the middle of a checkpoint"
CHECKPOINT_UNTOLD = "a checkpoint is there, not told"
EPOCH_UNSAVED = "an epoch told, its checkpoint not begun"
BETWEEN = "between two epochs"
MID_RESULT = "in the middle of a result's file"
RESULT_TOLD = "the result told, not the end"
ENDED = "its end written, the process still there"
JOB_PHASES = (
    NOT_BEGUN, MID_LINE, BEGUN, EPOCH_UNSAVED, MID_CHECKPOINT, CHECKPOINT_UNTOLD, BETWEEN,
    MID_RESULT, RESULT_TOLD, ENDED,
)  # fmt: skip


def phase_of(folder: JobFolder, run: int) -> str:
    """Look at what a killed run left."""
    events = all_events(folder)
    own = [event for event in events if event.run == run]
    if _torn(folder):
        return MID_LINE
    if not own:
        return NOT_BEGUN
    if type(own[-1]) in LAST_WORDS:
        return ENDED
    if any(path.name.startswith(ASIDE) for path in folder.checkpoint.iterdir()):
        return MID_CHECKPOINT
    if any(path.name.startswith(ASIDE) for path in folder.artifacts.iterdir()):
        return MID_RESULT
    return _between(folder, events, own[-1])


def _between(folder: JobFolder, events: Sequence[Event], last: Event) -> str:
    checkpoints = checkpoints_newest_first(folder.checkpoint)
    in_folder = numbers_of(checkpoints[0].name)[1] if checkpoints else 0
    told = max((e.epoch for e in events if isinstance(e, CheckpointSaved | Resumed)), default=0)
    if in_folder > told:
        return CHECKPOINT_UNTOLD
    match last:
        case EpochEnded():
            return EPOCH_UNSAVED
        case CheckpointSaved():
            return BETWEEN
        case ArtifactSaved():
            return RESULT_TOLD
    return BEGUN


def all_events(folder: JobFolder) -> list[Event]:
    """Every event of a job's log."""
    events: list[Event] = []
    offset = 0
    while (chunk := read_events(folder.event_log, offset)).offset > offset:
        events += chunk.events
        offset = chunk.offset
    return events


def _torn(folder: JobFolder) -> bool:
    """Whether the log ends inside a line."""
    return (
        folder.event_log.exists()
        and not folder.event_log.read_bytes().endswith(b"\n")
        and (folder.event_log.stat().st_size > 0)
    )
