"""Why a run failed, in one sentence, and what to do about it."""

from collections.abc import Callable, Mapping

from bot.messages import figures
from bot.messages.markup import code, command, escaped, shortened
from training.protocol.failure import Detail, FailureCode

Details = Mapping[str, Detail]
DETAIL_LIMIT = 600
MUCH_OF_RAM = 0.5


def text_of(details: Details, name: str) -> str:
    """A detail as a part of the sentence."""
    return escaped(_raw(details, name))


def shown(details: Details, name: str) -> str:
    """A detail set apart from the sentence around it."""
    return code(_raw(details, name))


def _raw(details: Details, name: str) -> str:
    value = details.get(name, "?")
    text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return shortened(text, DETAIL_LIMIT)


def _size(details: Details, name: str) -> str:
    value = details.get(name)
    return figures.size(value) if isinstance(value, int | float) else "?"


def _starved(details: Details) -> bool:
    """Whether a kill looks like the system's own, for want of memory."""
    held, there_is = details.get("rss_bytes"), details.get("ram_bytes")
    known = isinstance(held, int | float) and isinstance(there_is, int | float)
    much = not known or held >= MUCH_OF_RAM * there_is  # type: ignore[operator]
    return details.get("signal") == "SIGKILL" and much


def _held(details: Details) -> str:
    if "rss_bytes" not in details:
        return ""
    held, there_is = _size(details, "rss_bytes"), _size(details, "ram_bytes")
    return f" It last held {held} of {there_is} of memory."


SENTENCES: dict[FailureCode, Callable[[Details], str]] = {
    FailureCode.UNEXPECTED_ERROR: lambda d: (
        f"It broke off with an error: {shown(d, 'error')}. The log has the place."
    ),
    FailureCode.SPEC_UNREADABLE: lambda d: (
        "What it was asked to do cannot be read: its folder is damaged or from a newer version."
        " Send the command again."
    ),
    FailureCode.OUT_OF_MEMORY: lambda d: (
        "The memory was not enough. Try half the batch size, such as"
        f" {command('/train batch_size=64')}."
    ),
    FailureCode.DISK_FULL: lambda d: (
        f"The disk is full ({_size(d, 'free_bytes')} left). Delete what you no longer need,"
        " then send the command again."
    ),
    FailureCode.NOT_FINITE: lambda d: (
        f"The training came apart in epoch {text_of(d, 'epoch')}: {shown(d, 'metric')} is no number"
        f" any more. The learning rate {text_of(d, 'learning_rate')} is too large; a tenth of it"
        " from the last good checkpoint on usually helps."
    ),
    FailureCode.MODULE_MISSING: lambda d: (
        f"The Python module {shown(d, 'module')} is missing on this machine."
        f" {command('/install')} brings packages."
    ),
    FailureCode.DATA_UNREADABLE: lambda d: (
        f"The data in {shown(d, 'file')} cannot be read: {shown(d, 'error')}."
    ),
    FailureCode.ARCHIVE_MISSING: lambda d: (
        f"{shown(d, 'archive')} is not there any more. {command('/unzip')} lists what there is."
    ),
    FailureCode.ARCHIVE_UNSUPPORTED: lambda d: (
        f"{shown(d, 'archive')} is no archive that I can unpack. I take .zip, .tar, .tar.gz,"
        " .tar.bz2 and .tar.xz."
    ),
    FailureCode.ARCHIVE_DAMAGED: lambda d: (
        f"{shown(d, 'archive')} is damaged"
        + (f" (at {shown(d, 'member')})" if "member" in d else "")
        + ". Upload it again."
    ),
    FailureCode.ARCHIVE_ENCRYPTED: lambda d: (
        f"{shown(d, 'archive')} is protected by a password. Pack it again without one."
    ),
    FailureCode.ARCHIVE_EMPTY: lambda d: f"There is no file in {shown(d, 'archive')}.",
    FailureCode.UNSAFE_NAME: lambda d: (
        f"The archive has a file that would land outside its folder or has a name that cannot"
        f" be used: {shown(d, 'member')}. Pack it again with plain relative names."
    ),
    FailureCode.UNSAFE_LINK: lambda d: (
        f"The archive has a link that leads out of its folder: {shown(d, 'member')} →"
        f" {shown(d, 'target')}. Pack the file itself instead of the link."
    ),
    FailureCode.UNSAFE_MEMBER: lambda d: (
        f"The archive has a device or a pipe, {shown(d, 'member')}, which no dataset needs."
        " Pack it again without."
    ),
    FailureCode.NAME_CONFLICT: lambda d: (
        f"Two entries of the archive have the same place: {shown(d, 'member')}."
        " Pack it again with every file once."
    ),
    FailureCode.ARCHIVE_TOO_LARGE: lambda d: (
        f"Unpacked it needs {_size(d, 'needed_bytes')}, and {_size(d, 'free_bytes')} are free."
        " Delete what you no longer need, then try again."
    ),
    FailureCode.ARCHIVE_BOMB: lambda d: (
        f"It would grow to more than {text_of(d, 'limit')} times its size, as only archives made"
        " to fill disks do. If the data is really like that, unpack it yourself."
    ),
    FailureCode.DESTINATION_EXISTS: lambda d: (
        f"The folder {shown(d, 'folder')} is there already, and nothing is overwritten."
        f" Choose another name with {code('into=')}."
    ),
    FailureCode.REQUIREMENT_PROTECTED: lambda d: (
        f"It would change packages that Coltrain or this machine relies on: {shown(d, 'changes')}."
        f" Ask for versions that fit, or add {code('force=yes')} and restart the bot afterwards."
    ),
    FailureCode.PACKAGE_NOT_FOUND: lambda d: (
        f"No package for this machine goes by {shown(d, 'package')}. Check its name and version."
    ),
    FailureCode.PACKAGES_CONFLICT: lambda d: (
        f"These packages do not go together: {shown(d, 'error')}. Ask for other versions."
    ),
    FailureCode.INDEX_UNREACHABLE: lambda d: (
        "The package index does not answer. Try again in a few minutes."
    ),
    FailureCode.INSTALL_FAILED: lambda d: f"The installer gave up: {shown(d, 'error')}.",
}  # fmt: skip

NOT_STARTED = "not_started"
LOST_SIGNAL = "lost_signal"
LOST_EXIT = "lost_exit"
LOST_UNKNOWN = "lost_unknown"
LOST_MACHINE = "lost_machine"

_GONE: dict[str, Callable[[Details], str]] = {
    NOT_STARTED: lambda d: f"It could not be started: {shown(d, 'error')}.",
    LOST_SIGNAL: lambda d: (
        f"Its process was killed ({shown(d, 'signal')})"
        + (", probably because memory ran out" if _starved(d) else "")
        + "."
        + _held(d)
    ),
    LOST_EXIT: lambda d: f"Its process left without a word (exit code {text_of(d, 'exit_code')}).",
    LOST_MACHINE: lambda d: (
        f"The machine it ran on is gone; it was last heard of at {text_of(d, 'at')}"
        + (f", after epoch {text_of(d, 'epoch')}" if d.get("epoch") else "")
        + "."
    ),
    LOST_UNKNOWN: lambda d: (
        "Its process is gone without a word, and nobody saw how: the bot was started after it."
        + _held(d)
    ),
}


def failure(failure_code: str, details: Details) -> str:
    """The sentence for a failure; one from a newer version gets its bare name."""
    if failure_code in _GONE:
        return _GONE[failure_code](details)
    if failure_code in set(FailureCode):
        return SENTENCES[FailureCode(failure_code)](details)
    return f"It failed: {escaped(shortened(failure_code, DETAIL_LIMIT))}."
