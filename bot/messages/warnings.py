"""Warnings of a run that goes on."""

from collections.abc import Callable

from bot.job import Job, Quiet
from bot.messages import figures, titles
from bot.messages.data_warnings import DATA_WARNINGS
from bot.messages.details import Details, shown, text_of
from bot.messages.joining import paragraph
from bot.messages.markup import bold, command
from bot.messages.translation import marked, say, say_many
from training.protocol.events import WarningRaised
from training.protocol.failure import WarningCode


def _pictures_left_out(job: Job, details: Details) -> str:
    files, error = shown(details, "files"), shown(details, "error")
    if details.get("count") == 1:
        return say(
            "One picture cannot be read and was left out: {file} ({error}). Copy it again before"
            " the next training.",
            file=files,
            error=error,
        )
    return say(
        "{count} of the pictures cannot be read and were left out, such as {files} ({error})."
        " {logs} names them all.",
        count=text_of(details, "count"),
        files=files,
        error=error,
        logs=command(f"/logs {job.id}"),
    )


SENTENCES: dict[WarningCode, Callable[[Job, Details], str]] = {
    WarningCode.LOG_DAMAGED: lambda job, d: say(
        "{lines} lines of its log are damaged and were passed over.", lines=text_of(d, "lines")
    ),
    WarningCode.METRIC_NOT_FINITE: lambda job, d: say(
        "{metric} is not a number since epoch {epoch}: the training has come apart."
        " {stop} ends it; a smaller learning rate may help.",
        metric=shown(d, "metric"),
        epoch=text_of(d, "epoch"),
        stop=_stop(job),
    ),
    WarningCode.CHECKPOINT_UNUSABLE: lambda job, d: say(
        "The checkpoint after epoch {epoch} is damaged and is not used. The training goes on"
        " from the one before it, or from the beginning where there is none.",
        epoch=text_of(d, "epoch"),
    ),
    WarningCode.CHECKPOINT_NOT_SAVED: lambda job, d: say(
        "The checkpoint after epoch {epoch} could not be saved: {error}. The training goes on.",
        epoch=text_of(d, "epoch"),
        error=shown(d, "error"),
    ),
    WarningCode.GPU_NOT_USED: lambda job, d: say(
        "This machine has a GPU ({gpu}), but TensorFlow does not use it: the training runs on"
        " the {device}, many times slower. Mostly TensorFlow was changed or does not fit the"
        " driver. {stop} ends it; on Colab, Runtime → Disconnect and delete runtime, then Run"
        " all brings a fresh machine.",
        gpu=shown(d, "gpu"),
        device=shown(d, "device"),
        stop=_stop(job),
    ),
    WarningCode.GPU_MISSING: lambda job, d: say(
        "This machine has no GPU: the training runs on the {device}, many times slower."
        " {stop} ends it. On Colab choose Runtime → Change runtime type → T4 GPU → Save, then"
        " Run all.",
        device=shown(d, "device"),
        stop=_stop(job),
    ),
    WarningCode.PICTURES_LEFT_OUT: _pictures_left_out,
    WarningCode.DATA_NOT_AS_BEFORE: lambda job, d: say(
        "The data {data} is not what it was for job {job}: the figures of the two cannot be"
        " compared as they stand.",
        data=shown(d, "data"),
        job=text_of(d, "job"),
    ),
    WarningCode.VERSIONS_NOT_AS_BEFORE: lambda job, d: say(
        "Job {job} was made with other versions: {changes}. The figures may differ a little.",
        job=text_of(d, "job"),
        changes=shown(d, "changes"),
    ),
    WarningCode.CODE_AS_KEPT: lambda job, d: say(
        "{files} is not what it was for job {job}, or gone: what that job kept is run again."
        " {retry} runs it as it is now.",
        files=shown(d, "files"),
        job=text_of(d, "job"),
        retry=command(f"/retry {job.id}"),
    ),
    WarningCode.CODE_NOT_KEPT: lambda job, d: say(
        "Job {job} has kept no code: {files} is run as it is now.",
        files=shown(d, "files"),
        job=text_of(d, "job"),
    ),
    WarningCode.NAMES_DECODED: lambda job, d: say(
        "The names of {files} files were written in {encoding} and have been converted.",
        files=text_of(d, "files"),
        encoding=shown(d, "encoding"),
    ),
}

QUIET = {
    Quiet.NO_SIGN: marked("⚠️ No sign of life for {duration}: its process is frozen, or hangs."),
    Quiet.NO_PROGRESS: marked("⚠️ It is alive, but has got no further for {duration}."),
}


def warning(job: Job, event: WarningRaised) -> str:
    """The message for a warning."""
    of_data = DATA_WARNINGS.get(event.code)
    sentence = of_data(event.details) if of_data else SENTENCES[event.code](job, event.details)
    return f"{bold(titles.title(job))}\n⚠️ {sentence}"


def log_damaged(job: Job, lines: int | None) -> str:
    """The message for a log of which something is gone; lines: where it can be counted."""
    logs = command(f"/logs {job.id}")
    said = (
        say(
            "⚠️ Its event log is damaged: the end cannot be read, and what stood there is missing"
            " here. The job goes on; {logs} shows its own words.",
            logs=logs,
        )
        if lines is None
        else say_many(
            "⚠️ Its event log is damaged: {count} line cannot be read, and what stood there is"
            " missing here. The job goes on; {logs} shows its own words.",
            "⚠️ Its event log is damaged: {count:,} lines cannot be read, and what stood there is"
            " missing here. The job goes on; {logs} shows its own words.",
            lines,
            logs=logs,
        )
    )
    return f"{bold(titles.title(job))}\n{said}"


def quiet(job: Job, kind: Quiet, seconds: float) -> str:
    """The message about a process that is there and does not get on."""
    lasting = figures.duration(seconds)
    advice = say(
        "It may go on by itself; {logs} shows its last words. If not: {stop} ends it, by force"
        " after a minute, and {resume} goes on from its last checkpoint.",
        logs=command(f"/logs {job.id}"),
        stop=_stop(job),
        resume=command(f"/resume {job.id}"),
    )
    return f"{bold(titles.title(job))}\n{paragraph(say(QUIET[kind], duration=lasting), advice)}"


def _stop(job: Job) -> str:
    return command(f"/stop {job.id}")
