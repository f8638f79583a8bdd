"""Words about the machine under a job: a GPU that idles, a disk that fills."""

from collections.abc import Sequence

from bot.job import Job
from bot.messages import figures, titles
from bot.messages.markup import bold, code, command, shortened
from bot.messages.translation import say

NAME_LIMIT = 100


def gpu_idle(job: Job, seconds: float) -> str:
    """A training has epochs to do, and the GPU does nothing."""
    told = say(
        "🔔 The GPU has been idle for {duration} while this trains: it waits for data, or for its"
        " process. Data read file by file from Drive is the usual reason; {unzip} brings it to"
        " the machine's own disk. {logs} shows its last words, {stop} ends it.",
        duration=figures.roughly(seconds),
        unzip=command("/unzip"),
        logs=command(f"/logs {job.id}"),
        stop=command(f"/stop {job.id}"),
    )
    return f"{bold(titles.title(job))}\n{told}"


def disk_low(free_bytes: int, total_bytes: int, largest: Sequence[tuple[str, int]]) -> str:
    """The disk is nearly full: how much is free, and what takes the room."""
    alarm = say(
        "🔔 The disk is nearly full: {free} of {total} are free."
        " Checkpoints and results need room.",
        free=figures.size(free_bytes),
        total=figures.size(total_bytes),
    )
    return _with_largest(alarm, largest)


def disk_use(free_bytes: int, total_bytes: int, largest: Sequence[tuple[str, int]]) -> str:
    """How much is free, and what takes the room, where somebody asks."""
    free = say(
        "{free} of {total} are free on the disk.",
        free=figures.size(free_bytes),
        total=figures.size(total_bytes),
    )
    return _with_largest(free, largest)


def _with_largest(head: str, largest: Sequence[tuple[str, int]]) -> str:
    lines = [head]
    if not largest:
        status = command("/status")
        little = say("The work folder has little in it; {status} shows the disk.", status=status)
        return "\n".join([*lines, little])
    lines.append(say("Largest in the work folder:"))
    lines += [f"{code(shortened(n, NAME_LIMIT))} {figures.size(size)}" for n, size in largest]
    lines.append(
        say(
            "Delete what you no longer need, on Colab in the file browser at the left edge. A job's"
            " folder is needed to go on with it and for its model."
        )
    )
    return "\n".join(lines)


def disk_has_room(free_bytes: int, total_bytes: int) -> str:
    """It was nearly full, and is no longer."""
    return say(
        "The disk has room again: {free} of {total} are free. {status} shows it at any time.",
        free=figures.size(free_bytes),
        total=figures.size(total_bytes),
        status=command("/status"),
    )
