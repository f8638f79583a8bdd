"""The real bot process with real Keras jobs, as a user starts it."""

import contextlib
import os
import re
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import psutil
import pytest
import pytest_asyncio

from bot.settings import Settings
from emulator.client import ChatClient, text_of
from emulator.faults import Fault
from emulator.server import Emulator

PROJECT = Path(__file__).resolve().parents[2]
MOST_BOT_BYTES = 120_000_000
TRAINING_S = 240.0  # beside other tests, on two cores
pytestmark = [pytest.mark.keras, pytest.mark.slow]

WaitUntil = Callable[..., object]


class BotProcess:
    """``python -m bot run`` against the stand-in."""

    def __init__(self, settings: Settings, output: Path) -> None:
        self.settings = settings
        self.output = output
        self._child: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        environment = {
            **os.environ,
            "TELEGRAM_BOT_TOKEN": self.settings.telegram_bot_token.get_secret_value(),
            "TELEGRAM_OWNER_ID": str(self.settings.telegram_owner_id),
            "TELEGRAM_BASE_URL": self.settings.telegram_base_url,
            "TELEGRAM_BASE_FILE_URL": self.settings.telegram_base_file_url,
            "COLTRAIN_WORK": str(self.settings.work),
        }
        with self.output.open("ab") as output:
            self._child = subprocess.Popen(
                [sys.executable, "-m", "bot", "run"],
                cwd=PROJECT,
                env=environment,
                stdout=output,
                stderr=output,
            )

    @property
    def process(self) -> psutil.Process:
        assert self._child is not None
        return psutil.Process(self._child.pid)

    def end(self, number: int) -> int:
        assert self._child is not None
        self._child.send_signal(number)
        return self._child.wait(timeout=20)


@pytest_asyncio.fixture
async def bot_process(settings: Settings, tmp_path: Path) -> AsyncIterator[BotProcess]:
    """A bot process, ended with its jobs."""
    running = BotProcess(settings, tmp_path / "output.txt")
    running.start()
    yield running
    jobs = running.process.children() if running.process.is_running() else []
    running.end(signal.SIGTERM)
    for job in jobs:
        with contextlib.suppress(psutil.NoSuchProcess):
            job.kill()


async def test_a_training_in_a_real_process(
    bot_process: BotProcess, telegram: Emulator, chat: ChatClient
) -> None:
    """The whole path; and while it runs, no token anywhere and little memory."""
    await chat.say("/train epochs=4 samples=2000")
    # Not which one: the card is edited every three seconds, and an epoch may be shorter.
    await chat.sees("Epoch ", timeout_s=TRAINING_S)
    [job] = [child for child in bot_process.process.children() if "training" in child.cmdline()]
    token = telegram.token

    assert bot_process.process.memory_info().rss <= MOST_BOT_BYTES
    assert token not in " ".join(job.environ().values())
    assert "TELEGRAM_BOT_TOKEN" not in job.environ()
    for process in psutil.process_iter(["cmdline"]):
        assert token not in " ".join(process.info["cmdline"] or [])
    assert job.nice() > bot_process.process.nice()

    await chat.sees("✅ finished", "Test loss: ", timeout_s=TRAINING_S)
    report = text_of((await chat.messages())[-1])
    assert re.search(r"Test accuracy: [5-9]\d\.\d\d%", report), report
    assert_no_token_anywhere(bot_process, token)


async def test_the_token_stays_out_of_tracebacks(
    bot_process: BotProcess, telegram: Emulator, chat: ChatClient, wait_until: WaitUntil
) -> None:
    """Every kind of failing call is logged without the token."""
    await chat.say("/start")
    await chat.sees("Hello")
    for kind in ("reset", "malformed"):
        telegram.world.faults.add(Fault(kind, ("sendMessage", "getUpdates"), times=3))
    telegram.world.faults.add(Fault("http", ("sendMessage", "getUpdates"), times=3, status=502))
    await chat.say("/status")
    await chat.sees("Nothing runs", timeout_s=TRAINING_S)
    log = bot_process.settings.work / "bot.log"
    wait_until(lambda: "polling" in log.read_text())
    assert_no_token_anywhere(bot_process, telegram.token)


async def test_a_killed_bot_loses_nothing(
    bot_process: BotProcess, chat: ChatClient, wait_until: WaitUntil
) -> None:
    """SIGKILL the bot in the middle: the job goes on, and the next bot tells its end."""
    await chat.say("/train epochs=4 samples=2000")
    await chat.sees("Epoch ", timeout_s=TRAINING_S)
    [job] = [child for child in bot_process.process.children() if "training" in child.cmdline()]
    bot_process.end(signal.SIGKILL)
    assert job.is_running()
    bot_process.start()
    await chat.sees("✅ finished", "Test accuracy: ", timeout_s=TRAINING_S)
    said = [text_of(m) for m in await chat.messages() if not m["outgoing"]]
    assert sum("Test accuracy" in text for text in said) == 1
    assert len(said) == 2


async def test_a_second_bot_on_the_same_folder(
    bot_process: BotProcess, settings: Settings, chat: ChatClient, tmp_path: Path
) -> None:
    """It says so and leaves the first one alone."""
    await chat.say("/start")
    await chat.sees("Hello")
    second = BotProcess(settings, tmp_path / "second.txt")
    second.start()
    assert second.end(0) == 1
    assert "Another Coltrain bot works in" in second.output.read_text()


def assert_no_token_anywhere(bot_process: BotProcess, token: str) -> None:
    assert token not in bot_process.output.read_text()
    for path in bot_process.settings.work.rglob("*"):
        if path.is_file():
            assert token.encode() not in path.read_bytes(), path
