"""How a job is called."""

from pathlib import PurePath

from bot.job import Job
from bot.messages.markup import shortened
from training.protocol.spec import InstallSpec, Spec, TrainSpec, UnzipSpec

WORK_LIMIT = 60
VALUE_LIMIT = 600


def work(spec: Spec) -> str:
    """What a job does, in two or three words; plain text."""
    match spec:
        case TrainSpec():
            return "MNIST convnet"
        case UnzipSpec():
            return shortened(f"unzip {PurePath(spec.archive).name}", WORK_LIMIT)
        case InstallSpec():
            return shortened(f"install {' '.join(spec.packages)}", WORK_LIMIT)


def title(job: Job) -> str:
    """A job's number and what it does; plain text."""
    return f"Job {job.id} · {work(job.spec)}"


def parameters(spec: Spec) -> list[tuple[str, str]]:
    """A spec's parameters by their names in chat."""
    match spec:
        case TrainSpec():
            shown = spec.model_dump(exclude={"v", "kind"}, mode="json", exclude_none=True)
            shown["learning_rate"] = spec.effective_learning_rate
        case UnzipSpec():
            shown = {"archive": spec.archive, "into": PurePath(spec.destination).name}
        case InstallSpec():
            shown = {"packages": " ".join(spec.packages), "force": "yes" if spec.force else "no"}
    return [(name, shortened(str(value), VALUE_LIMIT)) for name, value in shown.items()]
