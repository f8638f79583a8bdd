"""How a job is called."""

from pathlib import PurePath

from bot.job import Job
from bot.messages import figures
from bot.messages.markup import shortened
from bot.messages.translation import say
from training.protocol.spec import (
    CheckSpec,
    InstallSpec,
    Keep,
    Parent,
    RunSpec,
    Spec,
    TrainSpec,
    UnzipSpec,
)

WORK_LIMIT = 60
VALUE_LIMIT = 600
DEFAULT_OPTIMIZER = TrainSpec().optimizer
JOB_PARTS = 3  # <job>/artifacts/model.keras


def work(spec: Spec) -> str:
    """What a job does, in two or three words; plain text."""
    match spec:
        case TrainSpec():
            return _training(spec)
        case CheckSpec():
            return shortened(say("check of {work}", work=work(spec.training)), WORK_LIMIT)
        case UnzipSpec():
            archive = PurePath(spec.archive).name
            return shortened(say("unzip {archive}", archive=archive), WORK_LIMIT)
        case InstallSpec():
            packages = " ".join(spec.packages)
            return shortened(say("install {packages}", packages=packages), WORK_LIMIT)
        case RunSpec():
            file = PurePath(spec.file).name
            return shortened(say("run {file}", file=file), WORK_LIMIT)


def _training(spec: TrainSpec) -> str:
    if not spec.own_data and spec.own_code and spec.model is not None:
        return shortened(say("train {model}", model=model_name(spec.model)), WORK_LIMIT)
    if not spec.own_data:
        return say("MNIST quick") if spec.quick else say("MNIST convnet")
    data = PurePath(spec.data).name
    words = (
        say("train on {data}, quick", data=data)
        if spec.quick
        else say("train on {data}", data=data)
    )
    return shortened(words, WORK_LIMIT)


def title(job: Job) -> str:
    """A job's number and what it does; plain text."""
    return say("Job {number} · {work}", number=job.id, work=work(job.spec))


def origin(parent: Parent) -> str:
    """The job that another one repeats, or from whose epoch it goes on, as /fork takes it."""
    return str(parent.job) if parent.epoch is None else f"{parent.job}@{parent.epoch}"


def model_name(path: str) -> str:
    """A model by the name of its file, or of the job that has made it."""
    file = PurePath(path)
    if file.suffix == ".py" or len(file.parts) < JOB_PARTS:
        return file.name
    return f"#{file.parts[-JOB_PARTS]}"


def parameters_of(job: Job) -> list[tuple[str, str]]:
    """A job's parameters; what its own model file has set in their place, as that has it."""
    progress, shown = job.progress, dict(parameters(job.spec))
    if progress.optimizer is not None:
        shown["optimizer"] = shortened(progress.optimizer, VALUE_LIMIT)
    if progress.learning_rate is not None:
        shown["learning_rate"] = f"{progress.learning_rate:g}"
    return list(shown.items())


def parameters(spec: Spec) -> list[tuple[str, str]]:
    """A spec's parameters by their names in chat."""
    shown: dict[str, object]
    match spec:
        case TrainSpec():
            shown = _of_training(spec)
        case CheckSpec():
            return parameters(spec.training)
        case UnzipSpec():
            shown = {"archive": spec.archive, "into": PurePath(spec.destination).name}
        case InstallSpec():
            shown = {"packages": " ".join(spec.packages), "force": "yes" if spec.force else "no"}
        case RunSpec():
            shown = {"file": spec.file, **dict(spec.parameters), **_of_any(spec)}
    return [(name, shortened(str(value), VALUE_LIMIT)) for name, value in shown.items()]


def _of_training(spec: TrainSpec) -> dict[str, object]:
    """Those of a training that were given or mean something."""
    shown: dict[str, object]
    left_out = {"v", "kind", "parent", "unpack_into", "tensorboard"}
    shown = spec.model_dump(exclude=left_out, mode="json", exclude_none=True)
    shown["learning_rate"] = spec.effective_learning_rate
    if spec.shifts is not None or spec.shifted:
        shown["shifts"] = "yes" if spec.shifted else "no"
    if spec.target is not None:
        shown["target"] = figures.percent(spec.target)
    if not spec.quick or spec.cycle == spec.epochs:
        shown.pop("cycle", None)
    shown["data"] = PurePath(spec.data).name
    if spec.keep is Keep.LATEST:
        del shown["keep"]
    del shown["own_parameters"]
    if spec.model is not None:
        shown["model"] = model_name(spec.model)
    if spec.own_code:
        _leave_to_compile(shown, spec)
    return shown | _of_any(spec) | dict(spec.own_parameters)


def _leave_to_compile(shown: dict[str, object], spec: TrainSpec) -> None:
    """What nobody has asked for is the model file's own to set."""
    if spec.learning_rate is None:
        del shown["learning_rate"]
    if spec.optimizer is DEFAULT_OPTIMIZER:
        del shown["optimizer"]


def _of_any(spec: TrainSpec | RunSpec) -> dict[str, object]:
    """What a training and a program have in common."""
    wanted: dict[str, object] = {"tensorboard": "on"} if spec.tensorboard else {}
    return wanted if spec.parent is None else {**wanted, "parent": origin(spec.parent)}
