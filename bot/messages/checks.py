"""What a training would take, as a check of it has found."""

from datetime import timedelta
from pathlib import PurePath

from bot.job import Job
from bot.messages import figures
from bot.messages.markup import code, shortened
from bot.messages.translation import say
from training.protocol.failure import Detail
from training.protocol.spec import CheckSpec, RunSpec

NAME_LIMIT = 60


def lines(job: Job, spec: CheckSpec) -> list[str]:
    """Time, memory, disk, and whether the machine lives that long."""
    if isinstance(spec.training, RunSpec):
        return _of_program(job, spec, spec.training)
    seconds = _number(job.outcome.result, "seconds")
    if seconds is None:
        return []
    epoch_s = _number(job.outcome.result, "epoch_seconds") or 0.0
    least_s = _number(job.outcome.result, "least_seconds") or seconds
    most_s = max(least_s, _number(job.outcome.result, "most_seconds") or seconds)
    told = [
        say(
            "It would take about {duration}: {epochs} epochs of {each}",
            duration=figures.between(least_s, most_s),
            epochs=spec.training.epochs,
            each=figures.duration(epoch_s),
        ),
        _memory(job.outcome.result),
        _disk(job.outcome.result),
        _life(job, spec, most_s),
    ]
    return [line for line in told if line]


def _of_program(job: Job, spec: CheckSpec, program: RunSpec) -> list[str]:
    """What a program's first training would take, or why that cannot be told."""
    result, name = job.outcome.result, shortened(PurePath(program.file).name, NAME_LIMIT)
    ran_s, seconds = _number(result, "ran_seconds"), _number(result, "seconds")
    if ran_s is not None:
        took = figures.duration(ran_s)
        return [say("{name} ran to its end, in {duration}.", name=code(name), duration=took)]
    if seconds is None:
        return [_unknown(str(result.get("unknown")), code(name))]
    most_s = _number(result, "most_seconds") or seconds
    told = [
        say(
            "Its first training would be done after about {duration}: {epochs} epochs of {each}."
            " What it does after that is not counted.",
            duration=figures.between(_number(result, "least_seconds") or seconds, most_s),
            epochs=int(_number(result, "epochs") or 0),
            each=figures.duration(_number(result, "epoch_seconds") or 0.0),
        ),
        "" if result.get("validated") else say("Nor is validation: no epoch has ended yet."),
        _memory(result),
        _life(job, spec, most_s),
    ]
    return [line for line in told if line]


def _unknown(why: str, name: str) -> str:
    """Why nothing can be said before it runs."""
    if why == "no_keras":
        return say(
            "I cannot tell before it runs: {name} does not use Keras, and only a training of Keras"
            " tells me its pace. Run it, and its card shows how far it is by what it prints.",
            name=name,
        )
    if why == "no_training":
        return say(
            "I cannot tell before it runs: {name} began no training of Keras within three minutes."
            " Run it, and its card shows how far it is.",
            name=name,
        )
    return say(
        "I cannot tell before it runs: in two minutes no epoch of {name} ended, and it does not"
        " say how many steps one has. Run it, and its card shows how far it is.",
        name=name,
    )


def _memory(result: dict[str, Detail]) -> str:
    memory, gpu = _number(result, "memory_bytes"), _number(result, "gpu_memory_bytes")
    if memory is None:
        return ""
    if not gpu:
        return say("Memory: {memory} at most", memory=figures.size(memory))
    return say(
        "Memory: {memory} at most, and {gpu} of the GPU's",
        memory=figures.size(memory),
        gpu=figures.size(gpu),
    )


def _disk(result: dict[str, Detail]) -> str:
    needed, free = _number(result, "disk_bytes"), _number(result, "free_bytes")
    if needed is None or free is None:
        return ""
    parts = {"needed": figures.size(needed), "free": figures.size(free)}
    if needed > free:
        return say("⚠️ Disk: {needed}, and only {free} are free. Make room first.", **parts)
    return say("Disk: {needed} of {free} free", **parts)


def _life(job: Job, spec: CheckSpec, seconds: float) -> str:
    """Whether it would be done before the machine may end, if it began when this ended."""
    if spec.ends_at is None or job.ended_at is None:
        return ""
    left_s = (spec.ends_at - job.ended_at) / timedelta(seconds=1)
    left = figures.duration(max(0.0, left_s))
    if seconds <= left_s:
        return say("It fits: this machine may live for {left} more.", left=left)
    return say(
        "⚠️ It does not fit: this machine may live for {left} more. Fewer epochs would, or go on"
        " from the checkpoint on the next machine.",
        left=left,
    )


def _number(result: dict[str, Detail], name: str) -> float | None:
    value = result.get(name)
    return float(value) if isinstance(value, int | float) else None
