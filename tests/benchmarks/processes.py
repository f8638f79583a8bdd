"""A bot as a process of its own, with a stand-in for Telegram beside it."""

import contextlib
import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from bot.stand_in import PERSON, TOKEN, emulator
from tests.benchmarks.chat import Chat

ROOT = Path(__file__).parents[2]
COLTRAIN = ("-m", "bot", "run")
PLAIN_BOT = (str(Path(__file__).with_name("plain_bot.py")),)
END_WAIT_S = 30.0


@dataclass(frozen=True)
class Scene:
    """A bot that serves, and a person in its chat."""

    bot: psutil.Popen
    chat: Chat
    work: Path


@contextmanager
def stand_in() -> Iterator[tuple[str, Chat]]:
    """Telegram's stand-in without rate limits: its address, and a person in a chat there."""
    with emulator() as url, Chat(url) as chat:
        chat.lift_limits()
        yield url, chat


@contextmanager
def started(
    url: str, work: Path, command: Sequence[str] = COLTRAIN, warm_start: str = "off"
) -> Iterator[psutil.Popen]:
    """Start a bot, and end it and its jobs with the block; what it printed shows if that fails."""
    environment = os.environ | {
        "TELEGRAM_BOT_TOKEN": TOKEN,
        "TELEGRAM_OWNER_ID": str(PERSON),
        "TELEGRAM_BASE_URL": f"{url}/bot",
        "TELEGRAM_BASE_FILE_URL": f"{url}/file/bot",
        "COLTRAIN_WORK": str(work),
        "COLTRAIN_WARM_START": warm_start,
        "PYTHONPATH": str(ROOT),
    }
    with tempfile.TemporaryFile("w+") as output:
        # Started in its own folder, so that no .env of the user's counts.
        bot = psutil.Popen(
            [sys.executable, *command], cwd=work, env=environment, stdout=output, stderr=output
        )
        try:
            yield bot
        except BaseException:
            output.seek(0)
            sys.stderr.write(output.read())
            raise
        finally:
            _end(bot)


@contextmanager
def scene(command: Sequence[str] = COLTRAIN, warm_start: str = "off") -> Iterator[Scene]:
    """A bot that has answered once, in a work folder of its own."""
    with tempfile.TemporaryDirectory() as folder, stand_in() as (url, chat):
        work = Path(folder)
        with started(url, work, command, warm_start) as bot:
            chat.ask("/help")
            yield Scene(bot, chat, work)


def job_process(bot: psutil.Popen) -> psutil.Process:
    """The process of the job that a bot runs."""
    [job] = [child for child in bot.children() if "training" in child.cmdline()]
    return job


def _end(bot: psutil.Popen) -> None:
    jobs = bot.children() if bot.is_running() else []
    bot.terminate()
    try:
        bot.wait(END_WAIT_S)
    except psutil.TimeoutExpired:
        bot.kill()
        bot.wait()
    for job in jobs:
        with contextlib.suppress(psutil.NoSuchProcess):
            job.kill()
    psutil.wait_procs(jobs, END_WAIT_S)
