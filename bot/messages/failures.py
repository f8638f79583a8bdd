"""Why a run failed, in one sentence, and what to do about it."""

from collections.abc import Callable

from bot.messages.data_failures import DATA_SENTENCES
from bot.messages.details import DETAIL_LIMIT, Details, shown, size_of, text_of
from bot.messages.joining import paragraph
from bot.messages.markup import code, command, escaped, shortened
from bot.messages.script_failures import SCRIPT_SENTENCES, held, killed
from bot.messages.translation import say
from training.protocol.failure import FailureCode

NOTEBOOKS_ALONE = "google.colab"


def _damaged(details: Details) -> str:
    archive = shown(details, "archive")
    if "member" in details:
        return say(
            "{archive} is damaged (at {member}). Upload it again.",
            archive=archive,
            member=shown(details, "member"),
        )
    return say("{archive} is damaged. Upload it again.", archive=archive)


def _module_missing(details: Details) -> str:
    wanted = f"{details.get('module')} {details.get('text')}"
    if NOTEBOOKS_ALONE in wanted:
        return say(
            "{module} works in Colab's own notebooks only. Drive is connected here already: take"
            " the line out and send the command again.",
            module=code(NOTEBOOKS_ALONE),
        )
    return say(
        "The Python module {module} is missing on this machine. {install} brings packages.",
        module=shown(details, "module"),
        install=command("/install"),
    )


SENTENCES: dict[FailureCode, Callable[[Details], str]] = {
    FailureCode.UNEXPECTED_ERROR: lambda d: say(
        "It broke off with an error: {error}. The log has the place.", error=shown(d, "error")
    ),
    FailureCode.SPEC_UNREADABLE: lambda d: say(
        "What it was asked to do cannot be read: its folder is damaged or from a newer version."
        " Send the command again."
    ),
    FailureCode.DISK_FULL: lambda d: say(
        "The disk is full ({free} left). Delete what you no longer need, then send the command"
        " again.",
        free=size_of(d, "free_bytes"),
    ),
    FailureCode.NOT_FINITE: lambda d: say(
        "The training came apart in epoch {epoch}: {metric} is no number any more. The learning"
        " rate {rate} is too large; a tenth of it from the last good checkpoint on usually helps.",
        epoch=text_of(d, "epoch"),
        metric=shown(d, "metric"),
        rate=text_of(d, "learning_rate"),
    ),
    FailureCode.MODULE_MISSING: _module_missing,
    **DATA_SENTENCES,
    **SCRIPT_SENTENCES,
    FailureCode.ARCHIVE_MISSING: lambda d: say(
        "{archive} is not there any more. {unzip} lists what there is.",
        archive=shown(d, "archive"),
        unzip=command("/unzip"),
    ),
    FailureCode.ARCHIVE_UNSUPPORTED: lambda d: say(
        "{archive} is no archive that I can unpack. I take .zip, .tar, .tar.gz, .tar.bz2 and"
        " .tar.xz.",
        archive=shown(d, "archive"),
    ),
    FailureCode.ARCHIVE_DAMAGED: _damaged,
    FailureCode.ARCHIVE_ENCRYPTED: lambda d: say(
        "{archive} is protected by a password. Pack it again without one.",
        archive=shown(d, "archive"),
    ),
    FailureCode.ARCHIVE_EMPTY: lambda d: say(
        "There is no file in {archive}.", archive=shown(d, "archive")
    ),
    FailureCode.UNSAFE_NAME: lambda d: say(
        "The archive has a file that would land outside its folder or has a name that cannot be"
        " used: {member}. Pack it again with plain relative names.",
        member=shown(d, "member"),
    ),
    FailureCode.UNSAFE_LINK: lambda d: say(
        "The archive has a link that leads out of its folder: {member} → {target}. Pack the file"
        " itself instead of the link.",
        member=shown(d, "member"),
        target=shown(d, "target"),
    ),
    FailureCode.UNSAFE_MEMBER: lambda d: say(
        "The archive has a device or a pipe, {member}, which no dataset needs. Pack it again"
        " without.",
        member=shown(d, "member"),
    ),
    FailureCode.NAME_CONFLICT: lambda d: say(
        "Two entries of the archive have the same place: {member}. Pack it again with every file"
        " once.",
        member=shown(d, "member"),
    ),
    FailureCode.ARCHIVE_TOO_LARGE: lambda d: say(
        "Unpacked it needs {needed}, and {free} are free. Delete what you no longer need, then try"
        " again.",
        needed=size_of(d, "needed_bytes"),
        free=size_of(d, "free_bytes"),
    ),
    FailureCode.ARCHIVE_BOMB: lambda d: say(
        "It would grow to more than {limit} times its size, as only archives made to fill disks"
        " do. If the data is really like that, unpack it yourself.",
        limit=text_of(d, "limit"),
    ),
    FailureCode.DESTINATION_EXISTS: lambda d: say(
        "The folder {folder} is there already, and nothing is overwritten. Choose another name"
        " with {into}.",
        folder=shown(d, "folder"),
        into=code("into="),
    ),
    FailureCode.REQUIREMENT_PROTECTED: lambda d: say(
        "It would change packages that Coltrain or this machine relies on: {changes}. Ask for"
        " versions that fit, or add {force} and restart the bot afterwards.",
        changes=shown(d, "changes"),
        force=code("force=yes"),
    ),
    FailureCode.PACKAGE_NOT_FOUND: lambda d: say(
        "No package for this machine goes by {package}. Check its name and version.",
        package=shown(d, "package"),
    ),
    FailureCode.PACKAGES_CONFLICT: lambda d: say(
        "These packages do not go together: {error}. Ask for other versions.",
        error=shown(d, "error"),
    ),
    FailureCode.INDEX_UNREACHABLE: lambda d: say(
        "The package index does not answer. Try again in a few minutes."
    ),
    FailureCode.INSTALL_FAILED: lambda d: say(
        "The installer gave up: {error}.", error=shown(d, "error")
    ),
}

NOT_STARTED = "not_started"
LOST_SIGNAL = "lost_signal"
LOST_EXIT = "lost_exit"
LOST_UNKNOWN = "lost_unknown"
LOST_MACHINE = "lost_machine"


def _machine_gone(details: Details) -> str:
    at = text_of(details, "at")
    if details.get("epoch"):
        return say(
            "The machine it ran on is gone; it was last heard of at {time}, after epoch {epoch}.",
            time=at,
            epoch=text_of(details, "epoch"),
        )
    return say("The machine it ran on is gone; it was last heard of at {time}.", time=at)


def _gone_unseen(details: Details) -> str:
    gone = say(
        "Its process is gone without a word, and nobody saw how: the bot was started after it."
    )
    return paragraph(gone, *held(details))


_GONE: dict[str, Callable[[Details], str]] = {
    NOT_STARTED: lambda d: say("It could not be started: {error}.", error=shown(d, "error")),
    LOST_SIGNAL: killed,
    LOST_EXIT: lambda d: say(
        "Its process left without a word (exit code {exit_code}).",
        exit_code=text_of(d, "exit_code"),
    ),
    LOST_MACHINE: _machine_gone,
    LOST_UNKNOWN: _gone_unseen,
}


def failure(failure_code: str, details: Details) -> str:
    """The sentence for a failure; one from a newer version gets its bare name."""
    if failure_code in _GONE:
        return _GONE[failure_code](details)
    if failure_code in set(FailureCode):
        return SENTENCES[FailureCode(failure_code)](details)
    unknown = escaped(shortened(failure_code, DETAIL_LIMIT))
    return say("It failed: {code}.", code=unknown)
