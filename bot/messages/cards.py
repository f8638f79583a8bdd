"""The card: the one live message of a job."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo

from bot.job import Ending, EpochRecord, Job, JobState, Progress, Quiet
from bot.job_progress import remaining_s
from bot.machine import Gpu
from bot.messages import epochs, figures, own_data, titles, trend
from bot.messages.clock import clock
from bot.messages.markup import bold, escaped, fixed, shortened
from bot.messages.translation import marked, say, say_many
from training.protocol.spec import RunSpec, TrainSpec

LATEST_EPOCHS = 10
DEVICE_LIMIT = 60
MOST_GPUS = 4

STATES = {
    JobState.QUEUED: marked("waiting"),
    JobState.RUNNING: marked("running"),
    JobState.STOPPING: marked("⏹ stopping …"),
}
QUIET = {
    Quiet.NO_SIGN: marked("⚠️ no sign of life"),
    Quiet.NO_PROGRESS: marked("⚠️ alive, but does not get on"),
}
ENDINGS = {
    Ending.SUCCEEDED: marked("✅ finished"),
    Ending.FAILED: marked("❌ failed"),
    Ending.STOPPED: marked("⏹ stopped"),
    Ending.LOST: marked("⚠️ lost"),
}


def state(job: Job) -> str:
    """Where a job stands or how it ended, in a word or two; plain text."""
    if job.ending is not None:
        return say(ENDINGS[job.ending])
    if job.state is JobState.RUNNING and job.progress.run_at is None:
        return say("starting")
    return say(STATES[job.state])


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a card shows beside its job.

    Attributes:
        ahead: how many jobs wait before this one.
        saved: how far its copy is.
        life: how long its machine may live.
        gpus: how busy they are.
        zone: the time zone of the chat.
        more: whether all there is is shown.
    """

    ahead: int = 0
    saved: str | None = None
    life: str | None = None
    gpus: Sequence[Gpu] = ()
    zone: tzinfo = UTC
    more: bool = False


def card(
    job: Job,
    records: Sequence[EpochRecord],
    now: datetime,
    around: Surroundings = Surroundings(),
) -> str:
    """The card's text.

    Args:
        records: the latest epochs, oldest first.
    """
    lines = heading(job)
    if job.state is JobState.QUEUED:
        lines.append(_waiting(around.ahead))
    elif job.active:
        lines += _live_lines(job, now, around.zone)
    elif job.outcome.seconds is not None:
        took = figures.duration(job.outcome.seconds)
        lines[-1] = say("{state} after {duration}", state=state(job), duration=took)
    if records:
        lines.append(fixed(trend.table(records)))
    if job.active:
        lines += _state_of_training(job, records, around)
    if records and around.more:
        lines.append(fixed(epochs.table(records)))
    lines += [line for line in (_saved(job, around), around.life) if line is not None]
    return "\n".join(lines)


def heading(job: Job) -> list[str]:
    """A job's title and, where its progress does not tell, its state: each fits a phone's line."""
    title = bold(titles.title(job))
    told_by_progress = job.state in (JobState.QUEUED, JobState.RUNNING)
    return [title] if told_by_progress else [title, state(job)]


def progress_lines(job: Job, now: datetime) -> list[str]:
    """How far a running job is, how fast, and how long it will take."""
    progress = job.progress
    quiet = [] if progress.quiet is None else [say(QUIET[progress.quiet])]
    if progress.run_at is None:
        return [say("Starting …"), *quiet]
    device = [] if progress.device is None else [_computes_on(progress.device)]
    if progress.epochs is None and progress.unit == "pictures":
        return [_pictures_line(progress), *quiet, *device]
    if progress.epochs is None and progress.done is None:
        lasting = figures.duration((now - progress.run_at).total_seconds())
        return [_nothing_counted(job, lasting), *quiet, *device]
    lines = [_epoch_line(job) if progress.epochs is not None else _amount_line(job)]
    if pace := _pace(job, now):
        lines.append(pace)
    if job.last_epoch is not None:
        lines.append(_stops_after(job.last_epoch))
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


def _computes_on(device: str) -> str:
    return say("on {device}", device=device_name(device))


def _nothing_counted(job: Job, lasting: str) -> str:
    """A program may never say how far it is; anything else gets ready before it counts."""
    if isinstance(job.spec, RunSpec):
        return say("Running … {duration}", duration=lasting)
    return say("Preparing … {duration}", duration=lasting)


def _stops_after(epoch: int) -> str:
    return say("Stops after epoch {epoch}", epoch=epoch)


def _waiting(ahead: int) -> str:
    if ahead == 0:
        return say("In the queue, next in line.")
    return say_many(
        "In the queue, {count} job before it.", "In the queue, {count:,} jobs before it.", ahead
    )


def _live_lines(job: Job, now: datetime, zone: tzinfo) -> list[str]:
    """Bar, epoch, pace and end of a training, a line each; other jobs as everywhere."""
    progress = job.progress
    if progress.run_at is None or progress.epochs is None:
        return progress_lines(job, now)
    epoch, epochs_total, fraction = _position(job)
    place = [say("Epoch {epoch}/{epochs}", epoch=epoch, epochs=epochs_total)]
    if progress.done and progress.total:
        place.append(_inside(progress, progress.done, progress.total))
    if progress.fit is not None and progress.fit > 1:
        place.append(say("fit {number}", number=progress.fit))
    if progress.cell is not None and progress.cells is not None:
        place.append(_cell(progress.cell, progress.cells))
    lines = [f"{figures.bar(fraction)} {100 * fraction:.0f}%", " · ".join(place)]
    pace, remaining = _pace(job, now), remaining_s(job, now)
    if pace:
        lines.append(pace)
    if remaining is not None and remaining < figures.YEAR_S:
        done_at = clock(now + timedelta(seconds=remaining), zone, now)
        lines.append(say("Done at about {time}", time=done_at))
    if job.last_epoch is not None:
        lines.append(_stops_after(job.last_epoch))
    if isinstance(job.spec, TrainSpec) and job.spec.target is not None:
        target = figures.percent(job.spec.target)
        lines.append(say("Ends at {target} on the test set", target=target))
    return lines if progress.quiet is None else [*lines, say(QUIET[progress.quiet])]


def _inside(progress: Progress, done: int, total: int) -> str:
    """How far the epoch under way is."""
    if progress.unit == "steps":
        return say("step {done:,}/{total:,}", done=done, total=total)
    return say("part {done:,}/{total:,}", done=done, total=total)


def _state_of_training(job: Job, records: Sequence[EpochRecord], around: Surroundings) -> list[str]:
    """Figures of the epoch under way, learning rate, GPU; with ``more`` the device."""
    if not job.spec.trains or job.progress.epochs is None:
        return []
    progress, lines = job.progress, []
    if progress.metrics and progress.done:
        lines.append(say("now: {metrics}", metrics=metrics_line(progress.metrics)))
    rate = (records[-1].learning_rate if records else None) or _rate_at_first(job)
    if rate is not None:
        lines.append(say("learning rate {rate:g}", rate=rate))
    lines += [_gpu(gpu) for gpu in around.gpus[:MOST_GPUS]]
    if around.more and progress.data is not None:
        lines.append(own_data.line(progress.data))
    if around.more and progress.device is not None:
        lines.append(_computes_on(progress.device))
    return lines


def _rate_at_first(job: Job) -> float | None:
    """The rate before an epoch has told it; a model file may set another than was asked for."""
    if isinstance(job.spec, TrainSpec) and job.spec.own_code:
        return job.progress.learning_rate
    return job.spec.effective_learning_rate


def _pictures_line(progress: Progress) -> str:
    done, total = progress.done or 0, progress.total or 0
    share = done / total if total else 0.0
    reading = say("Reading pictures: {done:,} of {total:,}", done=done, total=total)
    return f"{figures.bar(share)} {100 * share:.0f}% · {reading}"


def _gpu(gpu: Gpu) -> str:
    parts = [] if gpu.load_percent is None else [f"{gpu.load_percent}%"]
    if gpu.memory_used_bytes is not None and gpu.memory_total_bytes is not None:
        used, total = figures.size(gpu.memory_used_bytes), figures.size(gpu.memory_total_bytes)
        parts.append(say("{used} of {total}", used=used, total=total))
    return " ".join(["GPU", " · ".join(parts) or escaped(shortened(gpu.name, DEVICE_LIMIT))])


def _saved(job: Job, around: Surroundings) -> str | None:
    """How far the copy is; where there is none, the checkpoint on this machine."""
    if around.saved is not None or not job.active or job.progress.checkpoint_epoch is None:
        return around.saved
    return say("checkpoint ✓ epoch {epoch}", epoch=job.progress.checkpoint_epoch)


def _pace(job: Job, now: datetime) -> str:
    parts = []
    if job.progress.seconds_per_epoch is not None:
        each = figures.duration(job.progress.seconds_per_epoch)
        parts.append(say("{duration} an epoch", duration=each))
    remaining = remaining_s(job, now)
    if remaining is not None:
        parts.append(say("about {duration} left", duration=figures.roughly(remaining)))
    return " · ".join(parts)


def _position(job: Job) -> tuple[int, int, float]:
    """The epoch under way, how many there are, and the share of all that is done."""
    progress = job.progress
    epochs_total = progress.epochs or 1
    inside = progress.done / progress.total if progress.done and progress.total else 0.0
    fraction = min(1.0, (progress.epochs_done + inside) / epochs_total)
    return min(epochs_total, progress.epochs_done + 1), epochs_total, fraction


def _epoch_line(job: Job) -> str:
    epoch, epochs_total, fraction = _position(job)
    place = say("Epoch {epoch}/{epochs}", epoch=epoch, epochs=epochs_total)
    return f"{place} {figures.bar(fraction)} {100 * fraction:.0f}%"


def _cell(cell: int, cells: int) -> str:
    return say("cell {cell}/{cells}", cell=cell, cells=cells)


def _amount_line(job: Job) -> str:
    progress = job.progress
    if progress.unit == "cells" and progress.cell is not None and progress.cells:
        share = max(0.0, min(1.0, (progress.cell - 1) / progress.cells))
        return f"{figures.bar(share)} {_cell(progress.cell, progress.cells)}"
    done, total = progress.done or 0, progress.total
    amount = figures.size if progress.unit == "bytes" else str
    parts = []
    if total:
        parts.append(f"{figures.bar(done / total)} {100 * done / total:.0f}%")
        parts.append(say("{done} of {total}", done=amount(done), total=amount(total)))
    else:
        parts.append(say("{done} so far", done=amount(done)))
    if progress.files_done is not None:
        parts.append(_files(progress.files_done, progress.files_total))
    return " · ".join(parts)


def _files(done: int, total: int | None) -> str:
    if not total:
        return say_many("{count} file", "{count:,} files", done)
    return say_many("{count} file of {total:,}", "{count:,} files of {total:,}", done, total=total)
