"""Why a program of the user's own failed, with the place in their file."""

from collections.abc import Callable

from bot.messages.details import Details, shown, size_of, text_of
from bot.messages.joining import paragraph
from bot.messages.markup import code, command
from bot.messages.translation import marked, say
from training.protocol.failure import FailureCode

MUCH_OF_RAM = 0.5
CRASHES = {"SIGSEGV", "SIGBUS", "SIGILL", "SIGFPE", "SIGABRT"}
PARTS = {
    "cell": marked("cell {number}"),
    "line": marked("line {number}"),
    "epoch": marked("in epoch {number}"),
}


def place(details: Details) -> str:
    """Where in the user's file it happened: ``train.py, line 3, in epoch 2: x = 1 / 0``."""
    if "file" not in details:
        return say("Outside your files")
    where = [shown(details, "file")]
    where += [
        say(part, number=text_of(details, name)) for name, part in PARTS.items() if name in details
    ]
    text = [shown(details, "text")] if details.get("text") else []
    return ": ".join([", ".join(where), *text])


def out_of_memory(details: Details) -> str:
    """Too little memory: in the user's file, or in a training of ours."""
    if "file" in details:
        return say(
            "{place}: the memory was not enough. A smaller batch needs less of it.",
            place=place(details),
        )
    return say(
        "The memory was not enough. A smaller {batch_size} needs less.",
        batch_size=code("batch_size"),
    )


def killed(details: Details) -> str:
    """A signal ended it."""
    signal = shown(details, "signal")
    where = [f"{place(details)}:"] if "cell" in details else []
    if str(details.get("signal")) in CRASHES:
        sentence = say(
            "Its process crashed ({signal}): compiled code broke down, mostly that of a package"
            " which does not fit this machine. The last lines of {logs} may name it; bring another"
            " version with {install}, then try again.",
            signal=signal,
            logs=command("/logs"),
            install=command("/install"),
        )
    elif _starved(details):
        sentence = say(
            "Its process was killed ({signal}), probably because memory ran out.", signal=signal
        )
    else:
        sentence = say("Its process was killed ({signal}).", signal=signal)
    return " ".join([*where, paragraph(sentence, *held(details))])


def _starved(details: Details) -> bool:
    """Whether a kill looks like the system's own, for want of memory."""
    had, there_is = details.get("rss_bytes"), details.get("ram_bytes")
    known = isinstance(had, int | float) and isinstance(there_is, int | float)
    much = not known or had >= MUCH_OF_RAM * there_is  # type: ignore[operator]
    return details.get("signal") == "SIGKILL" and much


def held(details: Details) -> list[str]:
    """What memory it had, where that is known."""
    if "rss_bytes" not in details:
        return []
    had, there_is = size_of(details, "rss_bytes"), size_of(details, "ram_bytes")
    return [say("It last held {held} of {total} of memory.", held=had, total=there_is)]


def _exited(details: Details) -> str:
    file, exit_code = shown(details, "file"), text_of(details, "exit_code")
    if "error" in details:
        return say(
            "{file} left with exit code {code}: {error}.",
            file=file,
            code=exit_code,
            error=shown(details, "error"),
        )
    return say("{file} left with exit code {code}.", file=file, code=exit_code)


SCRIPT_SENTENCES: dict[FailureCode, Callable[[Details], str]] = {
    FailureCode.OUT_OF_MEMORY: out_of_memory,
    FailureCode.SCRIPT_FAILED: lambda d: say(
        "{place}: {error}. Mend the file, then try again: it is read anew.",
        place=place(d),
        error=shown(d, "error"),
    ),
    FailureCode.SCRIPT_SYNTAX: lambda d: say(
        "{place} is no Python that can be read: {error}. Mend the file, then try again: it is read"
        " anew.",
        place=place(d),
        error=shown(d, "error"),
    ),
    FailureCode.SCRIPT_EXITED: _exited,
    FailureCode.SCRIPT_KILLED: killed,
    FailureCode.SCRIPT_MISSING: lambda d: say(
        "{file} is not there any more. {run} lists what there is.",
        file=shown(d, "file"),
        run=command("/run"),
    ),
    FailureCode.SCRIPT_UNREADABLE: lambda d: say(
        "{file} cannot be run: {error}. {run} lists what there is.",
        file=shown(d, "file"),
        error=shown(d, "error"),
        run=command("/run"),
    ),
    FailureCode.SCRIPT_ASKS: lambda d: say(
        "{place}: it asks for input, and a job has no keyboard. Let it take a parameter instead, as"
        " in {run}.",
        place=place(d),
        run=command("/run train.py lr=0.1"),
    ),
}
