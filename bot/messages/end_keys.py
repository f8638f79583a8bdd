"""The buttons under a job's last message: what to do with what came of it."""

from bot.button import Button
from bot.job import Ending, Job, JobState
from bot.messages import card_keys, files
from training.protocol.failure import FailureCode
from training.protocol.spec import TrainSpec

MODEL = "model.keras"
AGAIN, GO_ON, HALF = "end_again", "end_go_on", "end_half"
CHANGES, COMPARE = "end_changes", "end_compare"
ONE_SHOT = (AGAIN, GO_ON, HALF)
MODEL_LABEL, AGAIN_LABEL, CHANGES_LABEL = "📦 Model", "🔁 Again", "Again with changes"
COMPARE_LABEL, GO_ON_LABEL, TRY_LABEL = "Compare", "▶️ Go on", "🔁 Try again"


def rows(job: Job, *, rival: int | None, has_model: bool, complete: bool) -> list[list[Button]]:
    """The buttons for a job that has ended.

    Args:
        rival: the job that it is compared with.
        has_model: whether its model was saved.
        complete: whether it has done all that is wished of it.
    """
    if isinstance(job.spec, TrainSpec):
        found = _of_training(job, job.spec, rival, has_model=has_model, complete=complete)
    elif job.ending is Ending.SUCCEEDED:
        found = []
    else:
        found = [[Button(TRY_LABEL, AGAIN, {"job": job.id}), _logs(job)]]
    return [row for row in found if row]


def _of_training(
    job: Job, spec: TrainSpec, rival: int | None, *, has_model: bool, complete: bool
) -> list[list[Button]]:
    about = {"job": job.id}
    changes = Button(CHANGES_LABEL, CHANGES, about)
    if job.ending in (Ending.FAILED, Ending.LOST):
        return [_ways_on(job, spec), [changes, _logs(job)]]
    model = [files.result_button(MODEL_LABEL, job.id, MODEL)] if has_model else []
    again = [Button(AGAIN_LABEL, AGAIN, about)] if complete else []
    go_on = [] if complete else [Button(GO_ON_LABEL, GO_ON, about)]
    compare = [] if rival is None else [Button(COMPARE_LABEL, COMPARE, about | {"with": rival})]
    return [[*model, *again, *go_on], [changes, *compare]]


def _ways_on(job: Job, spec: TrainSpec) -> list[Button]:
    """What mends a failure, and going on as it was where that may help."""
    about = {"job": job.id}
    go_on = Button(GO_ON_LABEL, GO_ON, about)
    if job.outcome.code == FailureCode.OUT_OF_MEMORY:
        return [_half(job, spec)] if spec.batch_size > 1 else []
    return [go_on]


def _half(job: Job, spec: TrainSpec) -> Button:
    return Button(f"Half the batch: {spec.batch_size // 2:,}", HALF, {"job": job.id})


def _logs(job: Job) -> Button:
    return Button(card_keys.LOGS_LABEL, card_keys.LOGS, {"job": job.id})


def begun(job: Job) -> str:
    """The toast after a press that made a new job; plain text."""
    return (
        f"Job {job.id} is in the queue."
        if job.state is JobState.QUEUED
        else f"Job {job.id} starts."
    )
