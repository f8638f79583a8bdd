"""Words about the machine under a job: a GPU that idles, a disk that fills."""

from collections.abc import Sequence

from bot.job import Job
from bot.messages import figures, titles
from bot.messages.markup import bold, code, command, shortened

NAME_LIMIT = 100


def gpu_idle(job: Job, seconds: float) -> str:
    """A training has epochs to do, and the GPU does nothing."""
    return (
        f"{bold(titles.title(job))}\n🔔 The GPU has been idle for {figures.roughly(seconds)} while"
        " this trains: it waits for data, or for its process. Data read file by file from Drive is"
        f" the usual reason; {command('/unzip')} brings it to the machine's own disk."
        f" {command(f'/logs {job.id}')} shows its last words, {command(f'/stop {job.id}')} ends it."
    )


def disk_low(free_bytes: int, total_bytes: int, largest: Sequence[tuple[str, int]]) -> str:
    """The disk is nearly full: how much is free, and what takes the room."""
    lines = [
        f"🔔 The disk is nearly full: {figures.size(free_bytes)} of {figures.size(total_bytes)} are"
        " free. Checkpoints and results need room.",
    ]
    if largest:
        lines.append("Largest in the work folder:")
        lines += [f"{code(shortened(n, NAME_LIMIT))} {figures.size(size)}" for n, size in largest]
        lines.append(
            "Delete what you no longer need, on Colab in the file browser at the left edge. A job's"
            " folder is needed to go on with it and for its model."
        )
    else:
        lines.append(f"The work folder has little in it; {command('/status')} shows the disk.")
    return "\n".join(lines)


def disk_has_room(free_bytes: int, total_bytes: int) -> str:
    """It was nearly full, and is no longer."""
    return (
        f"The disk has room again: {figures.size(free_bytes)} of {figures.size(total_bytes)} are"
        f" free. {command('/status')} shows it at any time."
    )
