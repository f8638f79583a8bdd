"""Warnings of a run that goes on."""

from collections.abc import Callable

from bot.job import Job, Quiet
from bot.messages import figures, titles
from bot.messages.failures import Details, shown, text_of
from bot.messages.markup import bold, command
from training.protocol.events import WarningRaised
from training.protocol.failure import WarningCode

SENTENCES: dict[WarningCode, Callable[[Job, Details], str]] = {
    WarningCode.LOG_DAMAGED: lambda job, d: (
        f"{text_of(d, 'lines')} lines of its log are damaged and were passed over."
    ),
    WarningCode.METRIC_NOT_FINITE: lambda job, d: (
        f"{shown(d, 'metric')} is not a number since epoch {text_of(d, 'epoch')}: the training"
        f" has come apart. {command(f'/stop {job.id}')} ends it; a smaller learning rate may help."
    ),
    WarningCode.CHECKPOINT_UNUSABLE: lambda job, d: (
        f"The checkpoint after epoch {text_of(d, 'epoch')} is damaged and is not used. The"
        " training goes on from the one before it, or from the beginning where there is none."
    ),
    WarningCode.CHECKPOINT_NOT_SAVED: lambda job, d: (
        f"The checkpoint after epoch {text_of(d, 'epoch')} could not be saved:"
        f" {shown(d, 'error')}. The training goes on."
    ),
    WarningCode.GPU_NOT_USED: lambda job, d: (
        f"This machine has a GPU ({shown(d, 'gpu')}), but TensorFlow does not use it: the training"
        f" runs on the {shown(d, 'device')}, many times slower. Mostly TensorFlow was changed or"
        f" does not fit the driver. {command(f'/stop {job.id}')} ends it; on Colab, Runtime →"
        " Disconnect and delete runtime, then Run all brings a fresh machine."
    ),
    WarningCode.GPU_MISSING: lambda job, d: (
        f"This machine has no GPU: the training runs on the {shown(d, 'device')}, many times"
        f" slower. {command(f'/stop {job.id}')} ends it. On Colab choose Runtime → Change"
        " runtime type → T4 GPU → Save, then Run all."
    ),
    WarningCode.NAMES_DECODED: lambda job, d: (
        f"The names of {text_of(d, 'files')} files were written in {shown(d, 'encoding')}"
        " and have been converted."
    ),
}


def warning(job: Job, event: WarningRaised) -> str:
    """The message for a warning."""
    return f"{bold(titles.title(job))}\n⚠️ {SENTENCES[event.code](job, event.details)}"


def log_damaged(job: Job, lines: int | None) -> str:
    """The message for a log of which something is gone; lines: where it can be counted."""
    gone = "the end" if lines is None else figures.counted(lines, "line")
    return (
        f"{bold(titles.title(job))}\n⚠️ Its event log is damaged: {gone} cannot be read, and"
        f" what stood there is missing here. The job goes on; {command(f'/logs {job.id}')} shows"
        " its own words."
    )


def quiet(job: Job, kind: Quiet, seconds: float) -> str:
    """The message about a process that is there and does not get on."""
    lasting = figures.duration(seconds)
    found = {
        Quiet.NO_SIGN: f"No sign of life for {lasting}: its process is frozen, or hangs",
        Quiet.NO_PROGRESS: f"It is alive, but has got no further for {lasting}",
    }
    return (
        f"{bold(titles.title(job))}\n⚠️ {found[kind]}. It may go on by itself;"
        f" {command(f'/logs {job.id}')} shows its last words. If not: {command(f'/stop {job.id}')}"
        f" ends it, by force after a minute, and {command(f'/resume {job.id}')} goes on from its"
        " last checkpoint."
    )
