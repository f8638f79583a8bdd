"""The table of checks; each looks at one thing and says what it found."""

import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from filelock import FileLock, Timeout

from bot.doctor import packages
from bot.doctor.telegram_answer import Answer, ask_telegram
from bot.finding import Fact, Finding, Mark
from bot.machine import read_gpus
from bot.settings import Settings, SettingsError, load_settings
from bot.vault.wire import Failed, Touch
from bot.vault.worker import Worker

# Below this a training cannot keep its checkpoints; below the other it may soon not.
DISK_NEEDED_BYTES, DISK_WANTED_BYTES = 200_000_000, 2_000_000_000
# A command counts as late after ten minutes, by this machine's clock.
CLOCK_WARNING_S, CLOCK_WRONG_S = 60, 600
FOLDER_PATIENCE_S = 15.0

Details = Mapping[str, object]
Check = Callable[["Surroundings"], Iterator[Finding]]


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the checks look at.

    Attributes:
        settings: none where they cannot be read.
        answer: Telegram's to a call with the token.
        patience_s: how long a folder may take to answer.
        nvml: the module to ask about GPUs; nvidia-ml-py's own unless a stand-in is given.
    """

    settings: Settings
    answer: Answer
    worker: Worker
    patience_s: float = FOLDER_PATIENCE_S
    nvml: ModuleType | None = None


def diagnose(
    worker: Worker | None = None,
    nvml: ModuleType | None = None,
    patience_s: float = FOLDER_PATIENCE_S,
) -> Iterator[Finding]:
    """Look at everything that can be looked at; each finding as soon as it is there."""
    yield from packages.look()
    try:
        settings = load_settings()
    except SettingsError as error:
        yield Finding(Mark.BAD, Fact.SETTINGS_WRONG, {"error": str(error)})
        yield from _gpus(nvml)
        return
    yield Finding(Mark.GOOD, Fact.SETTINGS_READ)
    worker = worker or Worker()
    try:
        answer = ask_telegram(settings)
        around = Surroundings(settings, answer, worker, patience_s, nvml)
        for check in CHECKS:
            yield from check(around)
    finally:
        worker.close()


def telegram(around: Surroundings) -> Iterator[Finding]:
    """Whether Telegram answers, and knows the token."""
    answer = around.answer
    if answer.status is None:
        details: Details = {"host": answer.host, "error": answer.error}
        yield Finding(Mark.BAD, Fact.NO_ANSWER, details)
    elif answer.name is not None:
        seconds = {"host": answer.host, "seconds": answer.seconds}
        yield Finding(Mark.GOOD, Fact.TELEGRAM_ANSWERS, seconds)
        yield Finding(Mark.GOOD, Fact.TOKEN_KNOWN, {"name": answer.name})
    elif answer.refuses_token:
        yield Finding(Mark.BAD, Fact.TOKEN_REFUSED)
    else:
        details = {"host": answer.host, "status": answer.status}
        yield Finding(Mark.BAD, Fact.ODD_ANSWER, details)


def clock(around: Surroundings) -> Iterator[Finding]:
    """Whether this machine's time is Telegram's."""
    off_s = around.answer.clock_off_s
    if off_s is None:
        return
    details = {"off_s": off_s}
    if abs(off_s) < CLOCK_WARNING_S:
        yield Finding(Mark.GOOD, Fact.CLOCK_RIGHT, details)
    else:
        mark = Mark.WARNING if abs(off_s) < CLOCK_WRONG_S else Mark.BAD
        yield Finding(mark, Fact.CLOCK_WRONG, details)


def work_folder(around: Surroundings) -> Iterator[Finding]:
    """Whether the work folder can be written, has room, and is nobody else's."""
    folder = around.settings.work
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"x")
        disk = shutil.disk_usage(folder)
    except OSError as error:
        details: Details = {"folder": str(folder), "error": error.strerror or str(error)}
        yield Finding(Mark.BAD, Fact.WORK_UNUSABLE, details)
        return
    if _is_locked(folder):
        yield Finding(Mark.WARNING, Fact.OTHER_COPY, {"folder": str(folder)})
    else:
        yield Finding(Mark.GOOD, Fact.WORK_USABLE, {"folder": str(folder)})
    if disk.free >= DISK_WANTED_BYTES:
        details = {"free_bytes": disk.free, "total_bytes": disk.total}
        yield Finding(Mark.GOOD, Fact.DISK_FREE, details)
    else:
        mark = Mark.WARNING if disk.free >= DISK_NEEDED_BYTES else Mark.BAD
        details = {"free_bytes": disk.free, "needed_bytes": DISK_NEEDED_BYTES}
        yield Finding(mark, Fact.DISK_LOW, details)


def home(around: Surroundings) -> Iterator[Finding]:
    """Whether the home folder is there, can be written, and answers in time."""
    folder = around.settings.home
    if folder is None:
        yield Finding(Mark.WARNING, Fact.HOME_UNSET)
        return
    report = around.worker.ask(Touch(folder=folder, write=True), stall_s=around.patience_s)
    if isinstance(report, Failed):
        details = {"folder": str(folder), "trouble": report.trouble}
        # A bot that has its store begins without; one that has none would begin anew.
        begins = around.settings.store_path.exists()
        yield Finding(Mark.WARNING if begins else Mark.BAD, Fact.HOME_UNUSABLE, details)
    else:
        yield Finding(Mark.GOOD, Fact.HOME_USABLE, {"folder": str(folder)})


def data_roots(around: Surroundings) -> Iterator[Finding]:
    """Whether the folders that commands may read are there and answer in time."""
    for folder in around.settings.data_roots[:-1]:  # the last one is made by the bot
        report = around.worker.ask(Touch(folder=folder), stall_s=around.patience_s)
        details: Details = {"folder": str(folder)}
        if isinstance(report, Failed):
            details = {**details, "trouble": report.trouble}
            yield Finding(Mark.WARNING, Fact.ROOT_UNUSABLE, details)
        else:
            yield Finding(Mark.GOOD, Fact.ROOT_USABLE, details)


def gpu(around: Surroundings) -> Iterator[Finding]:
    """Which GPUs the driver knows."""
    yield from _gpus(around.nvml)


CHECKS: tuple[Check, ...] = (telegram, clock, work_folder, home, data_roots, gpu)


def _gpus(nvml: ModuleType | None) -> Iterator[Finding]:
    gpus = read_gpus(nvml)
    for found in gpus:
        details = {
            "name": found.name,
            "memory_bytes": found.memory_total_bytes,
            "driver": found.driver,
        }
        yield Finding(Mark.GOOD, Fact.GPU_THERE, details)
    if not gpus:
        yield Finding(Mark.WARNING, Fact.GPU_NONE)


def _is_locked(folder: Path) -> bool:
    """Whether a bot works in a work folder."""
    lock = FileLock(folder / "bot.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        return True
    lock.release()
    return False
