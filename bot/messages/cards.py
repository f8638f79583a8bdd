"""The card: the one live message of a job."""

from collections.abc import Sequence
from datetime import datetime

from bot.job import Ending, EpochRecord, Job, JobState, Quiet
from bot.job_progress import remaining_s
from bot.messages import epochs, figures, titles
from bot.messages.markup import bold, command, escaped, fixed, shortened

LATEST_EPOCHS = 10
DEVICE_LIMIT = 60

STATES = {
    JobState.QUEUED: "waiting",
    JobState.RUNNING: "running",
    JobState.STOPPING: "⏹ stopping …",
}
QUIET = {
    Quiet.NO_SIGN: "⚠️ no sign of life",
    Quiet.NO_PROGRESS: "⚠️ alive, but does not get on",
}
ENDINGS = {
    Ending.SUCCEEDED: "✅ finished",
    Ending.FAILED: "❌ failed",
    Ending.STOPPED: "⏹ stopped",
    Ending.LOST: "⚠️ lost",
}


def state(job: Job) -> str:
    """Where a job stands or how it ended, in a word or two; plain text."""
    if job.ending is not None:
        return ENDINGS[job.ending]
    if job.state is JobState.RUNNING and job.progress.run_at is None:
        return "starting"
    return STATES[job.state]


def card(
    job: Job,
    records: Sequence[EpochRecord],
    now: datetime,
    ahead: int = 0,
    saved: str | None = None,
    life: str | None = None,
) -> str:
    """The card's text.

    Args:
        records: the latest epochs, oldest first.
        ahead: how many jobs wait before this one.
        saved: how far its copy is.
        life: how long its machine may live.
    """
    lines = heading(job)
    if job.state is JobState.QUEUED:
        lines.append(_waiting(job, ahead))
    elif job.active:
        lines += progress_lines(job, now)
    elif job.outcome.seconds is not None:
        lines[-1] += f" after {figures.duration(job.outcome.seconds)}"
    if records:
        lines.append(fixed(epochs.table(records)))
    lines += [line for line in (saved, life) if line is not None]
    if job.active:
        lines.append(f"{command(f'/stop {job.id}')} · {command(f'/logs {job.id}')}")
    return "\n".join(lines)


def heading(job: Job) -> list[str]:
    """A job's title and, where its progress does not tell, its state: each fits a phone's line."""
    title = bold(titles.title(job))
    told_by_progress = job.state in (JobState.QUEUED, JobState.RUNNING)
    return [title] if told_by_progress else [title, state(job)]


def progress_lines(job: Job, now: datetime) -> list[str]:
    """How far a running job is, how fast, and how long it will take."""
    progress = job.progress
    quiet = [] if progress.quiet is None else [QUIET[progress.quiet]]
    if progress.run_at is None:
        return ["Starting …", *quiet]
    device = [] if progress.device is None else [f"on {device_name(progress.device)}"]
    if progress.epochs is None and progress.done is None:
        preparing_s = (now - progress.run_at).total_seconds()
        return [f"Preparing … {figures.duration(preparing_s)}", *quiet, *device]
    lines = [_epoch_line(job) if progress.epochs is not None else _amount_line(job)]
    pace = []
    if progress.seconds_per_epoch is not None:
        pace.append(f"{figures.duration(progress.seconds_per_epoch)} an epoch")
    remaining = remaining_s(job, now)
    if remaining is not None:
        pace.append(f"about {figures.roughly(remaining)} left")
    if pace:
        lines.append(" · ".join(pace))
    if job.last_epoch is not None:
        lines.append(f"Stops after epoch {job.last_epoch}")
    lines += quiet
    if progress.metrics and progress.done:
        lines.append(metrics_line(progress.metrics))
    return lines + device


def device_name(device: str) -> str:
    """What a training computes on."""
    return escaped(shortened(device, DEVICE_LIMIT))


def metrics_line(metrics: dict[str, float]) -> str:
    """Metrics in one line."""
    return escaped(figures.metrics(metrics))


def _waiting(job: Job, ahead: int) -> str:
    place = "next in line" if ahead == 0 else f"{figures.counted(ahead, 'job')} before it"
    return f"In the queue, {place}. {command(f'/stop {job.id}')} takes it out."


def _epoch_line(job: Job) -> str:
    progress = job.progress
    epochs_total = progress.epochs or 1
    inside = progress.done / progress.total if progress.done and progress.total else 0.0
    fraction = min(1.0, (progress.epochs_done + inside) / epochs_total)
    epoch = min(epochs_total, progress.epochs_done + 1)
    return f"Epoch {epoch}/{epochs_total} {figures.bar(fraction)} {100 * fraction:.0f}%"


def _amount_line(job: Job) -> str:
    progress = job.progress
    done, total = progress.done or 0, progress.total
    amount = figures.size if progress.unit == "bytes" else str
    parts = []
    if total:
        parts.append(f"{figures.bar(done / total)} {100 * done / total:.0f}%")
        parts.append(f"{amount(done)} of {amount(total)}")
    else:
        parts.append(f"{amount(done)} so far")
    if progress.files_done is not None:
        files = figures.counted(progress.files_done, "file")
        parts.append(f"{files} of {progress.files_total:,}" if progress.files_total else files)
    return " · ".join(parts)
