"""The doctor's words, plain text: a line for what was found, and one for what to do."""

from collections.abc import Callable, Mapping

from bot.finding import Fact, Finding, Mark
from bot.home_copy import HomeTrouble
from bot.messages import figures
from bot.messages.vault import CAUSES, REMEDIES

Details = Mapping[str, object]
REMEDY_MARK = "   → "


def lines(finding: Finding) -> list[str]:
    """What was found, behind its mark; and the remedy, where one is needed."""
    said = f"{finding.mark} {SENTENCES[finding.fact](finding.details)}"
    if finding.mark is Mark.GOOD:
        return [said]
    return [said, REMEDY_MARK + _REMEDIES[finding.fact](finding.details)]


def verdict(bad: int, warnings: int) -> str:
    """The last line."""
    if bad:
        return f"{figures.counted(bad, 'thing')} to mend before the bot can work: see ❌ above."
    if warnings:
        return f"The bot can work; {figures.counted(warnings, 'thing')} to know: see ⚠️ above."
    return "All is well."


def _size(details: Details, name: str) -> str:
    value = details[name]
    return figures.size(value) if isinstance(value, int | float) else figures.NO_FIGURE


def _seconds(details: Details, name: str) -> str:
    value = details[name]
    return figures.duration(abs(value)) if isinstance(value, int | float) else figures.NO_FIGURE


def _listed(details: Details, name: str) -> str:
    value = details[name]
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _off(details: Details) -> str:
    value = details["off_s"]
    ahead = isinstance(value, int | float) and value > 0
    return f"{_seconds(details, 'off_s')} {'ahead of' if ahead else 'behind'} Telegram's"


def _cause(details: Details) -> str:
    return CAUSES[HomeTrouble(str(details["trouble"]))]


def _drive_remedy(details: Details) -> str:
    trouble = HomeTrouble(str(details["trouble"]))
    return REMEDIES.get(trouble, "Wait a minute and look again; if it stays, connect Drive anew.")


def _gpu(details: Details) -> str:
    parts = [str(details["name"])]
    if details["memory_bytes"] is not None:
        parts.append(_size(details, "memory_bytes"))
    if details["driver"] is not None:
        parts.append(f"driver {details['driver']}")
    return ", ".join(parts)


SENTENCES: dict[Fact, Callable[[Details], str]] = {
    Fact.SETTINGS_READ: lambda d: "Settings: all can be read.",
    Fact.SETTINGS_WRONG: lambda d: f"Settings: {' '.join(str(d['error']).splitlines())}",
    Fact.VERSIONS: lambda d: f"Versions: {_listed(d, 'versions')}.",
    Fact.PACKAGES_WRONG: lambda d: f"Packages: {_listed(d, 'wrong')}.",
    Fact.TELEGRAM_ANSWERS: lambda d: (
        f"Network: {d['host']} answers in {_seconds(d, 'seconds')}."
    ),
    Fact.NO_ANSWER: lambda d: f"Network: {d['host']} does not answer ({d['error']}).",
    Fact.ODD_ANSWER: lambda d: (
        f"Network: {d['host']} answers, but not as Telegram does (status {d['status']})."
    ),
    Fact.TOKEN_KNOWN: lambda d: f"Token: it is that of @{d['name']}.",
    Fact.TOKEN_REFUSED: lambda d: "Token: Telegram does not know it.",
    Fact.CLOCK_RIGHT: lambda d: "Clock: right.",
    Fact.CLOCK_WRONG: lambda d: f"Clock: {_off(d)}.",
    Fact.WORK_USABLE: lambda d: f"Work folder: {d['folder']} can be written, and is free.",
    Fact.WORK_UNUSABLE: lambda d: f"Work folder: {d['folder']} cannot be used ({d['error']}).",
    Fact.OTHER_COPY: lambda d: f"Work folder: a bot works in {d['folder']} already.",
    Fact.DISK_FREE: lambda d: (
        f"Disk: {_size(d, 'free_bytes')} of {_size(d, 'total_bytes')} are free."
    ),
    Fact.DISK_LOW: lambda d: (
        f"Disk: only {_size(d, 'free_bytes')} are free, and trainings need"
        f" {_size(d, 'needed_bytes')} at least."
    ),
    Fact.HOME_UNSET: lambda d: "Home folder: none, so nothing outlives this machine.",
    Fact.HOME_USABLE: lambda d: f"Home folder: {d['folder']} takes copies.",
    Fact.HOME_UNUSABLE: lambda d: f"Home folder: {d['folder']}: {_cause(d)}.",
    Fact.ROOT_USABLE: lambda d: f"Data folder: {d['folder']} can be read.",
    Fact.ROOT_UNUSABLE: lambda d: f"Data folder: {d['folder']}: {_cause(d)}.",
    Fact.GPU_THERE: lambda d: f"GPU: {_gpu(d)}.",
    Fact.GPU_NONE: lambda d: "GPU: none, so trainings run on the CPU.",
}  # fmt: skip

_REMEDIES: dict[Fact, Callable[[Details], str]] = {
    Fact.SETTINGS_WRONG: lambda d: "Set it in the environment or in a file .env here.",
    Fact.PACKAGES_WRONG: lambda d: (
        "Install Coltrain again; on Colab take a fresh machine (Runtime → Disconnect and delete"
        " runtime, then Run all)."
    ),
    Fact.NO_ANSWER: lambda d: "Look at the network, and at TELEGRAM_BASE_URL if it is set.",
    Fact.ODD_ANSWER: lambda d: (
        "Wait a few minutes and look again. If TELEGRAM_BASE_URL is set, is it a Bot API server?"
    ),
    Fact.TOKEN_REFUSED: lambda d: (
        "Copy the token from @BotFather again and set TELEGRAM_BOT_TOKEN to it."
    ),
    Fact.CLOCK_WRONG: lambda d: (
        "Set the machine's clock: commands that look ten minutes old are asked about first."
    ),
    Fact.WORK_UNUSABLE: lambda d: "Set COLTRAIN_WORK to a folder on this machine's disk.",
    Fact.OTHER_COPY: lambda d: (
        "Stop it before you start another (the ■ of its cell, or Ctrl-C), or set COLTRAIN_WORK to"
        " another folder."
    ),
    Fact.DISK_LOW: lambda d: "Delete what you no longer need, or take a fresh machine.",
    Fact.HOME_UNSET: lambda d: "Set COLTRAIN_HOME to a folder on Drive or on another disk.",
    Fact.HOME_UNUSABLE: _drive_remedy,
    Fact.ROOT_UNUSABLE: _drive_remedy,
    Fact.GPU_NONE: lambda d: (
        "If you want one: on Colab, Runtime → Change runtime type → T4 GPU → Save, then Run all."
    ),
}  # fmt: skip
