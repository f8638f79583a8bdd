"""The last message about a job: what came of it."""

import math
from collections.abc import Sequence
from datetime import tzinfo

from bot.job import Ending, EpochRecord, Job
from bot.messages import cards, checks, end_keys, epochs, figures, titles
from bot.messages.best import BY, best_epoch
from bot.messages.clock import to_the_second
from bot.messages.details import shown
from bot.messages.failures import (
    LOST_EXIT,
    LOST_MACHINE,
    LOST_SIGNAL,
    LOST_UNKNOWN,
    NOT_STARTED,
    failure,
)
from bot.messages.markup import (
    TEXT_LIMIT,
    bold,
    command,
    escaped,
    fitting,
    fixed,
    folded,
    length,
    shortened,
)
from bot.messages.translation import marked, say, say_many
from training.protocol.failure import Detail, FailureCode, signal_name
from training.protocol.spec import CheckSpec, InstallSpec, UnzipSpec

__all__ = ["NOT_STARTED", "ended", "machine_gone", "why_gone"]

RESERVE = 100
# What these sentences say leaves nothing for the log to add.
SAID_WHOLE = frozenset(FailureCode) - {
    FailureCode.UNEXPECTED_ERROR,
    FailureCode.OUT_OF_MEMORY,
    FailureCode.PACKAGES_CONFLICT,
    FailureCode.INSTALL_FAILED,
    FailureCode.SCRIPT_FAILED,
    FailureCode.SCRIPT_EXITED,
    FailureCode.SCRIPT_KILLED,
}
# Going on as it was would end there again.
SAME_AGAIN = {FailureCode.NOT_FINITE, FailureCode.MODULE_MISSING}
TAIL_LINES, TAIL_LINE = 8, 150
TESTED, SHOWN_RESULTS = "test_", ("test_loss", "test_accuracy")
MOST_OTHERS, NAME_LIMIT = 6, 40
INSTALLED = {
    "installed": marked("Installed: {packages}"),
    "changed": marked("Changed: {packages}"),
    "removed": marked("Removed: {packages}"),
}


def machine_gone(job: Job, zone: tzinfo) -> tuple[str, dict[str, Detail]]:
    """A code with details for a job whose whole machine is gone."""
    progress = job.progress
    heard_at = progress.at or job.started_at or job.created_at
    details: dict[str, Detail] = {"at": to_the_second(heard_at, zone)}
    return LOST_MACHINE, details | {"epoch": progress.epochs_done}


def why_gone(
    exit_code: int | None, rss_bytes: int | None = None, ram_bytes: int | None = None
) -> tuple[str, dict[str, Detail]]:
    """A code with details for a process that went without a last event.

    Args:
        rss_bytes: the memory it held when it was last heard of.
        ram_bytes: the memory there is.
    """
    held: dict[str, Detail] = {}
    if rss_bytes is not None and ram_bytes is not None:
        held = {"rss_bytes": rss_bytes, "ram_bytes": ram_bytes}
    if exit_code is None:
        return LOST_UNKNOWN, held
    if exit_code < 0:
        return LOST_SIGNAL, {"signal": signal_name(-exit_code)} | held
    return LOST_EXIT, {"exit_code": exit_code}


def ended(
    job: Job,
    records: Sequence[EpochRecord],
    standing: str | None = None,
    limit: int = TEXT_LIMIT,
) -> str:
    """The message: figures where it went well, cause and log where it did not.

    Args:
        standing: how it did beside those before it; plain text.
        limit: how long it may be.
    """
    lines = [*cards.heading(job), *summary_lines(job, records)]
    text = "\n".join(lines if standing is None else [*lines, say("{standing}.", standing=standing)])
    if records:
        room = limit - RESERVE - length(text)
        text += "\n" + folded(fitting(epochs.in_words(records), room))
    return text


def goes_on(job: Job) -> str:
    """A job was lost and goes on by itself."""
    cause = failure(job.outcome.code or LOST_UNKNOWN, job.outcome.details)
    epoch, run, stop = job.progress.epochs_done + 1, job.run + 1, command(f"/stop {job.id}")
    lost = (
        say("⚠️ lost in epoch {epoch}. {cause}", epoch=epoch, cause=cause)
        if job.progress.epochs
        else say("⚠️ lost. {cause}", cause=cause)
    )
    from_where = (
        say(
            "It goes on from its last checkpoint, as run {run}. {stop} stops it.",
            run=run,
            stop=stop,
        )
        if job.progress.epochs_done and job.spec.resumes
        else say(
            "It goes on from the beginning, as run {run}. {stop} stops it.", run=run, stop=stop
        )
    )
    return "\n".join([bold(titles.title(job)), lost, from_where])


def summary_lines(job: Job, records: Sequence[EpochRecord]) -> list[str]:
    """Figures or cause, and how long it took."""
    failed = job.ending in (Ending.FAILED, Ending.LOST)
    lines = _failure_lines(job) if failed else _result_lines(job, records)
    if job.outcome.seconds is not None:
        lines.append(_time(job, records))
    if job.ending is Ending.STOPPED and job.spec.resumes:
        lines += _way_on(job)
    return lines


def _way_on(job: Job) -> list[str]:
    """How a training that was stopped goes on, where it has epochs left."""
    following, epochs_total = job.progress.epochs_done + 1, job.epochs
    if epochs_total is None or following > epochs_total:
        return []
    return [
        say(
            "{resume} goes on with epoch {epoch} of {epochs}.",
            resume=command(f"/resume {job.id}"),
            epoch=following,
            epochs=epochs_total,
        )
    ]


def _result_lines(job: Job, records: Sequence[EpochRecord]) -> list[str]:
    """What a job that succeeded, or was stopped, has to show."""
    result = job.outcome.result
    if job.spec.trains:
        return [*_train_lines(result), *_best_epoch(records), *_target_lines(result)]
    match job.spec:
        case UnzipSpec() if "files" in result:
            return [_unpacked(result)]
        case CheckSpec() as spec:
            return checks.lines(job, spec)
        case InstallSpec():
            return _install_lines(result)
    return []


def _unpacked(result: dict[str, Detail]) -> str:
    return say_many(
        "{count} file, {size}, in {folder}",
        "{count:,} files, {size}, in {folder}",
        _count(result, "files"),
        size=figures.size(_number(result, "size_bytes")),
        folder=shown(result, "folder"),
    )


def _train_lines(result: dict[str, Detail]) -> list[str]:
    lines = []
    if "test_loss" in result:
        lines.append(say("Test loss: {loss:.4f}", loss=_number(result, "test_loss")))
    if "test_accuracy" in result:
        accuracy = figures.percent(_number(result, "test_accuracy"))
        lines.append(say("Test accuracy: {accuracy}", accuracy=accuracy))
    others = [name for name in result if name.startswith(TESTED) and name not in SHOWN_RESULTS]
    lines += [
        say(
            "Test {metric}: {value}",
            metric=escaped(shortened(name.removeprefix(TESTED), NAME_LIMIT)),
            value=figures.metric(name, _number(result, name)),
        )
        for name in others[:MOST_OTHERS]
    ]
    return lines


def _target_lines(result: dict[str, Detail]) -> list[str]:
    """Whether the accuracy that was aimed at was reached, and when."""
    if "target_accuracy" not in result:
        return []
    target = figures.percent(_number(result, "target_accuracy"))
    if "target_epoch" not in result:
        return [say("Target {target}: not reached", target=target)]
    epoch = _count(result, "target_epoch")
    return [say("Target {target}: reached in epoch {epoch}", target=target, epoch=epoch)]


def _best_epoch(records: Sequence[EpochRecord]) -> list[str]:
    """The epoch with the best accuracy on the test set; of one epoch there is nothing to say."""
    best = best_epoch(records)
    if best is None or len(records) == 1:
        return []
    return [
        say(
            "Best epoch: {epoch} of {epochs}, {accuracy}",
            epoch=best.epoch,
            epochs=records[-1].epoch,
            accuracy=figures.percent(best.metrics[BY]),
        )
    ]


def _install_lines(result: dict[str, Detail]) -> list[str]:
    lines = [
        say(sentence, packages=shown(result, name))
        for name, sentence in INSTALLED.items()
        if isinstance(found := result.get(name), list) and found
    ]
    return lines or ([say("Everything was there already; nothing changed.")] if result else [])


def _failure_lines(job: Job) -> list[str]:
    lines = [failure(job.outcome.code or LOST_UNKNOWN, job.outcome.details)]
    if job.outcome.log_tail and job.outcome.code not in SAID_WHOLE:
        tail = [shortened(line, TAIL_LINE) for line in job.outcome.log_tail[-TAIL_LINES:]]
        lines += [fixed(tail), say("{logs} shows more.", logs=command(f"/logs {job.id}"))]
    as_it_was = job.outcome.code not in SAME_AGAIN and not end_keys.begins_anew(job)
    if job.spec.resumes and as_it_was:
        lines.append(_would_resume(job))
    return lines


def _would_resume(job: Job) -> str:
    resume = command(f"/resume {job.id}")
    if job.progress.checkpoint_epoch is None:
        return say("{resume} would do it again from the beginning.", resume=resume)
    return say("{resume} would go on from where it broke off.", resume=resume)


def _time(job: Job, records: Sequence[EpochRecord]) -> str:
    took = figures.duration(job.outcome.seconds or 0.0)
    if not records:
        return say("Took {duration}", duration=took)
    each = figures.duration(sum(record.seconds for record in records) / len(records))
    return say("Took {duration}, {each} an epoch", duration=took, each=each)


def _number(result: dict[str, Detail], name: str) -> float:
    value = result.get(name)
    try:
        return math.nan if isinstance(value, list | None) else float(value)  # NaN travels as text
    except (ValueError, OverflowError):
        return math.nan


def _count(result: dict[str, Detail], name: str) -> int:
    value = _number(result, name)
    return int(value) if math.isfinite(value) else 0
