"""/status, /job and the keepalive ping."""

from collections.abc import Sequence
from datetime import datetime, tzinfo

from bot.job import EpochRecord, Job
from bot.machine import Gpu, Machine
from bot.messages import cards, endings, epochs, figures, notes, steering, titles
from bot.messages.clock import dated
from bot.messages.markup import (
    TEXT_LIMIT,
    bold,
    code,
    command,
    escaped,
    fitting,
    folded,
    length,
    shortened,
)

AGAIN, AGAIN_LABEL = "status_again", "🔄 Refresh"
QUEUE_SHOWN = 10
ARTIFACTS_SHOWN, NAME_LIMIT = 8, 60
FOLDER_LIMIT = 300


def status(
    running: Sequence[Job],
    queued: Sequence[Job],
    machine: Machine,
    bot_uptime_s: float,
    now: datetime,
    life: Sequence[str] = (),
) -> str:
    """The answer to /status: running jobs, the queue, the machine.

    Args:
        life: lines about how long the machine may live, and what that means.
    """
    parts = [_running(job, now) for job in running] or [
        f"Nothing runs. {command('/train')} starts a training."
    ]
    if queued:
        parts.append("\n".join([bold("Queue"), *_queue(queued)]))
    lines = [*machine_lines(machine), _uptime(machine, bot_uptime_s), *life]
    parts.append("\n".join([bold("Machine"), *lines]))
    return "\n\n".join(parts)


def machine_lines(machine: Machine) -> list[str]:
    """GPU, RAM and disk, a line each."""
    gpus = [_gpu(gpu) for gpu in machine.gpus] or ["GPU: no GPU"]
    return [
        *gpus,
        f"CPU: {machine.cpu_percent:.0f}% of {figures.counted(machine.cpu_count, 'core')}",
        f"RAM: {figures.size(machine.ram_used_bytes)} of {figures.size(machine.ram_total_bytes)}",
        f"Disk: {figures.size(machine.disk_free_bytes)} free of"
        f" {figures.size(machine.disk_total_bytes)}",
    ]


def ping(running: Sequence[Job], machine: Machine, bot_uptime_s: float, now: datetime) -> str:
    """The bot's sign of life while jobs run."""
    lines = [f"Alive · up {figures.roughly(bot_uptime_s)}"]
    for job in running:
        progress = " · ".join(cards.progress_lines(job, now)[:2])
        lines.append(f"{bold(titles.title(job))} · {progress}")
    return "\n".join([*lines, *machine_lines(machine)])


def job_details(
    job: Job,
    records: Sequence[EpochRecord],
    artifacts: Sequence[tuple[str, int]],
    folder: str,
    now: datetime,
    zone: tzinfo,
) -> str:
    """The answer to /job: everything about one job."""
    lines = cards.heading(job)
    lines += [notes.line(job)] if job.note else []
    lines += [f"{name} {code(value)}" for name, value in titles.parameters(job.spec)]
    lines.append(
        f"Asked for {dated(job.created_at, zone)}" + (f", run {job.run}" if job.run > 1 else "")
    )
    lines += steering.rate_lines(job)
    if job.active:
        lines += cards.progress_lines(job, now)
    else:
        lines += endings.summary_lines(job, records)
    if job.progress.device is not None and job.progress.tflops is not None:
        device = cards.device_name(job.progress.device)
        lines.append(f"Computed on {device}, {figures.tflops(job.progress.tflops)}")
    lines += [
        f"{code(shortened(name, NAME_LIMIT))} {figures.size(size_bytes)}"
        for name, size_bytes in artifacts[:ARTIFACTS_SHOWN]
    ]
    lines.append(f"Folder {code(shortened(folder, FOLDER_LIMIT))}")
    text = "\n".join(lines)
    if records:
        text += "\n" + folded(fitting(epochs.in_words(records), TEXT_LIMIT - 100 - length(text)))
    return text


def _queue(queued: Sequence[Job]) -> list[str]:
    lines = [escaped(titles.title(job)) for job in queued[:QUEUE_SHOWN]]
    hidden = len(queued) - len(lines)
    return [*lines, f"… and {hidden} more"] if hidden else lines


def _running(job: Job, now: datetime) -> str:
    lines = [*cards.heading(job), *cards.progress_lines(job, now)]
    progress = job.progress
    if progress.metrics and not progress.done:
        lines.append(f"Last epoch: {cards.metrics_line(progress.metrics)}")
    return "\n".join(lines)


def _gpu(gpu: Gpu) -> str:
    parts = [f"GPU: {escaped(gpu.name)}"]
    if gpu.memory_used_bytes is not None and gpu.memory_total_bytes is not None:
        used, total = figures.size(gpu.memory_used_bytes), figures.size(gpu.memory_total_bytes)
        parts.append(f"{used} of {total}")
    if gpu.load_percent is not None:
        parts.append(f"{gpu.load_percent}% busy")
    if gpu.temperature_c is not None:
        parts.append(f"{gpu.temperature_c} °C")
    if gpu.driver is not None:
        parts.append(f"driver {escaped(gpu.driver)}")
    return " · ".join(parts)


def _uptime(machine: Machine, bot_uptime_s: float) -> str:
    return f"Up: machine {figures.roughly(machine.uptime_s)}, bot {figures.roughly(bot_uptime_s)}"
