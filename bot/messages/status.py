"""/status, /job and the keepalive ping."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from bot.job import EpochRecord, Job
from bot.machine import Gpu, Machine
from bot.messages import cards, endings, epochs, figures, notes, own_data, steering, titles
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
from bot.messages.translation import marked, say, say_many

AGAIN, AGAIN_LABEL = "status_again", marked("🔄 Refresh")
QUEUE_SHOWN = 10
ARTIFACTS_SHOWN, NAME_LIMIT = 8, 60
FOLDER_LIMIT = 300


@dataclass(frozen=True)
class Queue:
    """The first of those that wait, and how many do."""

    first: Sequence[Job]
    waiting: int


def status(
    running: Sequence[Job],
    queue: Queue,
    machine: Machine,
    bot_uptime_s: float,
    now: datetime,
    life: Sequence[str] = (),
) -> str:
    """The answer to /status: running jobs, the queue, the machine.

    Args:
        life: lines about how long the machine may live, and what else it stands ready for.
    """
    parts = [_running(job, now) for job in running] or [
        say("Nothing runs. {train} starts a training.", train=command("/train"))
    ]
    if queue.waiting:
        parts.append("\n".join([bold(say("Queue")), *_queue(queue)]))
    lines = [*machine_lines(machine), _uptime(machine, bot_uptime_s), *life]
    parts.append("\n".join([bold(say("Machine")), *lines]))
    return "\n\n".join(parts)


def ready() -> str:
    """A process waits for a training."""
    return say("Ready: the next training begins at once")


def machine_lines(machine: Machine) -> list[str]:
    """GPU, RAM and disk, a line each."""
    gpus = [_gpu(gpu) for gpu in machine.gpus] or [say("GPU: no GPU")]
    cpu = say_many(
        "CPU: {percent:.0f}% of {count} core",
        "CPU: {percent:.0f}% of {count:,} cores",
        machine.cpu_count,
        percent=machine.cpu_percent,
    )
    ram = say(
        "RAM: {used} of {total}",
        used=figures.size(machine.ram_used_bytes),
        total=figures.size(machine.ram_total_bytes),
    )
    disk = say(
        "Disk: {free} free of {total}",
        free=figures.size(machine.disk_free_bytes),
        total=figures.size(machine.disk_total_bytes),
    )
    return [*gpus, cpu, ram, disk]


def ping(running: Sequence[Job], machine: Machine, bot_uptime_s: float, now: datetime) -> str:
    """The bot's sign of life while jobs run."""
    lines = [say("Alive · up {duration}", duration=figures.roughly(bot_uptime_s))]
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
    lines += [f"{name} {code(value)}" for name, value in titles.parameters_of(job)]
    lines.append(_asked_for(job, zone))
    lines += steering.rate_lines(job)
    if job.active:
        lines += cards.progress_lines(job, now)
    else:
        lines += endings.summary_lines(job, records)
    if job.progress.data is not None:
        lines += own_data.details(job.progress.data)
    if job.progress.device is not None and job.progress.tflops is not None:
        device, speed = cards.device_name(job.progress.device), figures.tflops(job.progress.tflops)
        lines.append(say("Computed on {device}, {speed}", device=device, speed=speed))
    lines += [
        f"{code(shortened(name, NAME_LIMIT))} {figures.size(size_bytes)}"
        for name, size_bytes in artifacts[:ARTIFACTS_SHOWN]
    ]
    lines.append(say("Folder {folder}", folder=code(shortened(folder, FOLDER_LIMIT))))
    text = "\n".join(lines)
    if records:
        text += "\n" + folded(fitting(epochs.in_words(records), TEXT_LIMIT - 100 - length(text)))
    return text


def _asked_for(job: Job, zone: tzinfo) -> str:
    time = dated(job.created_at, zone)
    if job.run > 1:
        return say("Asked for {time}, run {run}", time=time, run=job.run)
    return say("Asked for {time}", time=time)


def _queue(queue: Queue) -> list[str]:
    lines = [escaped(titles.title(job)) for job in queue.first]
    hidden = queue.waiting - len(lines)
    return [*lines, say("… and {count} more", count=hidden)] if hidden else lines


def _running(job: Job, now: datetime) -> str:
    lines = [*cards.heading(job), *cards.progress_lines(job, now)]
    progress = job.progress
    if progress.metrics and not progress.done:
        metrics = cards.metrics_line(progress.metrics)
        lines.append(say("Last epoch: {metrics}", metrics=metrics))
    return "\n".join(lines)


def _gpu(gpu: Gpu) -> str:
    parts = [say("GPU: {name}", name=escaped(gpu.name))]
    if gpu.memory_used_bytes is not None and gpu.memory_total_bytes is not None:
        used, total = figures.size(gpu.memory_used_bytes), figures.size(gpu.memory_total_bytes)
        parts.append(say("{used} of {total}", used=used, total=total))
    if gpu.load_percent is not None:
        parts.append(say("{percent}% busy", percent=gpu.load_percent))
    if gpu.temperature_c is not None:
        parts.append(f"{gpu.temperature_c} °C")
    if gpu.driver is not None:
        parts.append(say("driver {driver}", driver=escaped(gpu.driver)))
    return " · ".join(parts)


def _uptime(machine: Machine, bot_uptime_s: float) -> str:
    return say(
        "Up: machine {machine}, bot {bot}",
        machine=figures.roughly(machine.uptime_s),
        bot=figures.roughly(bot_uptime_s),
    )
