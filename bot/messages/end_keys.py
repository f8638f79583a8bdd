"""The buttons under a job's last message: what to do with what came of it."""

import re

from bot.button import Button
from bot.job import Ending, Job, JobState
from bot.messages import card_keys, files
from bot.messages.translation import marked, say
from training.protocol.failure import FailureCode
from training.protocol.spec import CheckSpec, RunSpec, TrainSpec

MODEL = "model.keras"
# Modules whose package is called otherwise.
PACKAGES = {
    "PIL": "pillow",
    "bs4": "beautifulsoup4",
    "cv2": "opencv-python-headless",
    "skimage": "scikit-image",
    "sklearn": "scikit-learn",
    "yaml": "pyyaml",
}
# Many packages share this name, and the one that is called so is none of them.
NO_PACKAGE = {"google"}
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")
AGAIN, GO_ON, HALF = "end_again", "end_go_on", "end_half"
SLOWER, INSTALL = "end_slower", "end_install"
TRAIN, TRAIN_LABEL, RUN_LABEL = "check_train", marked("🚀 Train"), marked("▶️ Run")
DISK, DISK_LABEL = "disk_use", marked("What takes room")
CHANGES, COMPARE = "end_changes", "end_compare"
# Only other data, or other code, mends these.
WRONG_INPUT = frozenset(
    {
        FailureCode.DATA_UNREADABLE, FailureCode.DATA_MISSING, FailureCode.DATA_UNSUPPORTED,
        FailureCode.DATA_EMPTY, FailureCode.DATA_ONE_CLASS, FailureCode.DATA_NOT_CLASSES,
        FailureCode.DATA_NOT_NUMBERS, FailureCode.DATA_NEW_CLASS, FailureCode.DATA_TOO_SMALL,
        FailureCode.USER_CODE_FAILED, FailureCode.FUNCTION_MISSING, FailureCode.PARAMETER_WRONG,
        FailureCode.PARAMETER_MISSING,
        FailureCode.MODEL_WRONG, FailureCode.MODEL_UNFIT, FailureCode.NO_CLASS_FOLDERS,
        FailureCode.PICTURES_DAMAGED, FailureCode.TABLE_ROW, FailureCode.COLUMN_MISSING,
        FailureCode.NO_COLUMNS, FailureCode.ARRAYS_MISSING, FailureCode.ARRAY_OF_OBJECTS,
        FailureCode.ARRAY_SHAPE, FailureCode.ARRAYS_UNEQUAL,
    }
)  # fmt: skip
ONE_SHOT = (TRAIN, AGAIN, GO_ON, HALF, SLOWER, INSTALL)
SLOWER_BY = 10
MODEL_LABEL, COMPARE_LABEL = marked("📦 Model"), marked("Compare")
AGAIN_LABEL, CHANGES_LABEL = marked("🔁 Again"), marked("Again with changes")
GO_ON_LABEL, TRY_LABEL = marked("▶️ Go on"), marked("🔁 Try again")


def rows(job: Job, *, rival: int | None, has_model: bool, complete: bool) -> list[list[Button]]:
    """The buttons for a job that has ended.

    Args:
        rival: the job that it is compared with.
        has_model: whether its model was saved.
        complete: whether it has done all that is wished of it.
    """
    if job.spec.trains:
        found = _of_training(job, rival, has_model=has_model, complete=complete)
    elif job.ending is Ending.SUCCEEDED:
        found = _of_check(job)
    else:
        mending = _mending(job)
        found = [mending, [Button(say(TRY_LABEL), AGAIN, {"job": job.id}), _logs(job)]]
    return [row for row in found if row]


def _of_check(job: Job) -> list[list[Button]]:
    match job.spec:
        case CheckSpec(training=RunSpec()):
            return [[Button(say(RUN_LABEL), TRAIN, {"job": job.id})]]
        case CheckSpec():
            return [[Button(say(TRAIN_LABEL), TRAIN, {"job": job.id})]]
    return []


def _of_training(
    job: Job, rival: int | None, *, has_model: bool, complete: bool
) -> list[list[Button]]:
    about, spec = {"job": job.id}, job.spec
    changes = []
    if isinstance(spec, TrainSpec):
        changes.append(Button(say(CHANGES_LABEL), CHANGES, about))
    if job.ending in (Ending.FAILED, Ending.LOST):
        if isinstance(spec, TrainSpec):
            return [_ways_on(job, spec), [*changes, _logs(job)]]
        return [_mending(job), [Button(say(TRY_LABEL), AGAIN, about), _logs(job)]]
    model = [files.result_button(say(MODEL_LABEL), job.id, MODEL)] if has_model else []
    again = [Button(say(AGAIN_LABEL), AGAIN, about)] if complete else []
    go_on = [] if complete else [Button(say(GO_ON_LABEL), GO_ON, about)]
    compare = []
    if rival is not None:
        compare.append(Button(say(COMPARE_LABEL), COMPARE, about | {"with": rival}))
    return [[*model, *again, *go_on], [*changes, *compare]]


def _ways_on(job: Job, spec: TrainSpec) -> list[Button]:
    """What mends a failure, and going on as it was where that may help."""
    about = {"job": job.id}
    go_on = Button(say(GO_ON_LABEL), GO_ON, about)
    match job.outcome.code:
        case FailureCode.OUT_OF_MEMORY:
            return [_half(job, spec)] if spec.batch_size > 1 else []
        case FailureCode.NOT_FINITE:
            rate = slower_rate(job)
            if rate is None:
                return [go_on]
            return [Button(say("Go on with rate {rate:g}", rate=rate), SLOWER, about)]
        case FailureCode.MODULE_MISSING:
            return _mending(job)
    if begins_anew(job):
        return [Button(say(TRY_LABEL), AGAIN, about)]
    return [*_mending(job), go_on]


def begins_anew(job: Job) -> bool:
    """Whether it broke off on what it was given, before there was anything to go on from.

    What an earlier run has saved is not known of a later one.
    """
    nothing_saved = job.run <= 1 and job.progress.checkpoint_epoch is None
    return job.outcome.code in WRONG_INPUT and nothing_saved


def _mending(job: Job) -> list[Button]:
    """What mends a failure of any kind of job."""
    match job.outcome.code:
        case FailureCode.MODULE_MISSING if package := missing_package(job):
            label = say("Install {package}, then go on", package=package)
            return [Button(label, INSTALL, {"job": job.id})]
        case FailureCode.DISK_FULL | FailureCode.ARCHIVE_TOO_LARGE:
            return [Button(say(DISK_LABEL), DISK)]
    return []


def slower_rate(job: Job) -> float | None:
    """A tenth of the learning rate with which a training came apart."""
    rate = job.outcome.details.get("learning_rate")
    return float(f"{rate / SLOWER_BY:.4g}") if isinstance(rate, float) and rate > 0 else None


def missing_package(job: Job) -> str | None:
    """The package that brings the module a job has missed; none where the name is no name."""
    module = str(job.outcome.details.get("module", "")).partition(".")[0]
    if module in NO_PACKAGE:
        return None
    package = PACKAGES.get(module, module)
    return package if _NAME.fullmatch(package) else None


def _half(job: Job, spec: TrainSpec) -> Button:
    label = say("Half the batch: {size:,}", size=spec.batch_size // 2)
    return Button(label, HALF, {"job": job.id})


def _logs(job: Job) -> Button:
    return Button(say(card_keys.LOGS_LABEL), card_keys.LOGS, {"job": job.id})


def begun(job: Job) -> str:
    """The toast after a press that made a new job; plain text."""
    if job.state is JobState.QUEUED:
        return say("Job {number} is in the queue.", number=job.id)
    return say("Job {number} starts.", number=job.id)
