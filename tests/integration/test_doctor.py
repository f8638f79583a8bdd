"""``python -m bot doctor``: every check, well and ill, with the sentence that the user reads."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from types import ModuleType

import pytest

from bot.doctor.checks import DISK_NEEDED_BYTES, diagnose
from bot.finding import Fact, Finding, Mark
from bot.messages.doctor import SENTENCES, lines
from bot.settings import Settings
from bot.vault.worker import Worker
from emulator.server import Emulator
from tests.bots import RunningBot
from tests.nvml import recorded_nvml

PROJECT = Path(__file__).resolve().parents[2]
HANGS = (sys.executable, "-c", "import sys; sys.stdin.read()")


@pytest.fixture
def environment(settings: Settings, tmp_path: Path) -> dict[str, str]:
    """Settings of a bot that could work: a Drive, a token that the stand-in knows."""
    drive = tmp_path / "My Drive"
    drive.mkdir()
    return {
        "TELEGRAM_BOT_TOKEN": settings.telegram_bot_token.get_secret_value(),
        "TELEGRAM_BASE_URL": settings.telegram_base_url,
        "COLTRAIN_WORK": str(settings.work),
        "COLTRAIN_HOME": str(drive / "coltrain" / "home"),
        "COLTRAIN_DATA_ROOTS": str(drive),
    }


def doctor(environment: dict[str, str]) -> tuple[int, str]:
    """Exit code and words of the real command."""
    others = {name: value for name, value in os.environ.items() if "TELEGRAM" not in name}
    done = subprocess.run(
        [sys.executable, "-m", "bot", "doctor"],
        cwd=PROJECT,
        env=others | environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.stderr == ""
    return done.returncode, done.stdout


def found(
    monkeypatch: pytest.MonkeyPatch,
    environment: dict[str, str],
    fact: Fact,
    worker: Worker | None = None,
    nvml: ModuleType | None = None,
) -> tuple[Finding, str]:
    """What the checks say of one thing, as a value and in words."""
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    findings = [*diagnose(worker, nvml or recorded_nvml(count=0), patience_s=0.3)]
    [finding] = [finding for finding in findings if finding.fact is fact]
    return finding, "\n".join(lines(finding))


@pytest.mark.keras  # has to be installed, or not all is well
def test_all_is_well(environment: dict[str, str], telegram: Emulator) -> None:
    """Each check has a line with its mark; nothing is in the way, and nothing stays behind."""
    code, words = doctor(environment)
    assert code == 0, words
    for line in (
        "✅ Settings: all can be read.",
        "✅ Network: 127.0.0.1 answers in ",
        f"✅ Token: it is that of @{telegram.world.bot.username}.",
        "✅ Clock: right.",
        f"✅ Work folder: {environment['COLTRAIN_WORK']} can be written, and is free.",
        f"✅ Home folder: {environment['COLTRAIN_HOME']} takes copies.",
        f"✅ Data folder: {environment['COLTRAIN_DATA_ROOTS']} can be read.",
    ):
        assert line in words
    assert "✅ Versions: Python " in words
    assert "tensorflow " in words
    assert "❌" not in words
    assert telegram.token not in words
    assert [*Path(environment["COLTRAIN_DATA_ROOTS"]).iterdir()] == []


def test_the_doctor_loads_no_tensorflow() -> None:
    """Versions are read from what is installed, so the doctor answers in a second."""
    code = "import sys, bot.doctor.checks as c; [*c.diagnose()]; print('tensorflow' in sys.modules)"
    environment = {name: value for name, value in os.environ.items() if "TELEGRAM" not in name}
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=PROJECT, env=environment, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout == "False\n"


@pytest.mark.parametrize(
    ("change", "sentence", "remedy"),
    [
        ({"TELEGRAM_BOT_TOKEN": ""}, "❌ Settings: TELEGRAM_BOT_TOKEN is not set.", "file .env"),
        ({"TELEGRAM_BOT_TOKEN": "1:wrong"}, "❌ Token: Telegram does not know it.", "@BotFather"),
        (
            {"TELEGRAM_BASE_URL": "http://127.0.0.1:9/bot"},
            "❌ Network: 127.0.0.1 does not answer (",
            "Look at the network",
        ),
        ({"COLTRAIN_WORK": "/dev/null/work"}, "❌ Work folder: /dev/null/work", "COLTRAIN_WORK"),
        (
            {"COLTRAIN_HOME": "/nowhere/at/all/home"},
            "❌ Home folder: /nowhere/at/all/home: Drive is not connected.",
            "first cell",
        ),
    ],
)
def test_what_is_in_the_way_is_said(
    environment: dict[str, str], change: dict[str, str], sentence: str, remedy: str
) -> None:
    """One line says what is wrong, the next what to do; the exit code is 1; no token shows."""
    code, words = doctor(environment | change)
    assert code == 1
    shown = words.splitlines()
    [number] = [number for number, line in enumerate(shown) if line.startswith(sentence)]
    assert shown[number + 1].startswith("   → ")
    assert remedy in shown[number + 1]
    assert "to mend before the bot can work" in shown[-1]
    token = (environment | change)["TELEGRAM_BOT_TOKEN"]
    assert not token or token not in words


@pytest.mark.keras
@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"COLTRAIN_HOME": ""}, "⚠️ Home folder: none, so nothing outlives this machine."),
        ({"COLTRAIN_DATA_ROOTS": "/nowhere"}, "⚠️ Data folder: /nowhere: Drive is not connected."),
    ],
)
def test_a_warning_leaves_the_exit_code(
    environment: dict[str, str], change: dict[str, str], sentence: str
) -> None:
    """What does not keep the bot from working is said, and counts as well."""
    code, words = doctor(environment | change)
    assert code == 0
    assert sentence in words
    assert "The bot can work" in words


async def test_another_copy_is_seen(
    bot: RunningBot, environment: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A bot that works in the folder is seen, and not disturbed."""
    finding, words = found(monkeypatch, environment, Fact.OTHER_COPY)
    assert finding.mark is Mark.WARNING
    assert f"a bot works in {bot.settings.work} already" in words
    assert "Stop it" in words


def test_a_hanging_drive_does_not_hang_the_doctor(
    environment: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder that never answers is left behind with its process, and said."""
    finding, words = found(monkeypatch, environment, Fact.HOME_UNUSABLE, worker=Worker(HANGS))
    assert finding.mark is Mark.BAD
    assert "Drive does not answer" in words


def test_a_gpu_is_described(environment: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """By name, memory and driver; a machine without one is warned of."""
    finding, words = found(monkeypatch, environment, Fact.GPU_THERE, nvml=recorded_nvml())
    assert finding.mark is Mark.GOOD
    assert words == "✅ GPU: Tesla T4, 16.1 GB, driver 580.82.07."
    finding, words = found(monkeypatch, environment, Fact.GPU_NONE)
    assert finding.mark is Mark.WARNING
    assert "Change runtime type → T4 GPU → Save" in words


class _Usage:
    free, total = DISK_NEEDED_BYTES - 1, 10**11


def test_a_full_disk_is_said(environment: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Too little room for checkpoints is in the way, with the figures."""
    monkeypatch.setattr("shutil.disk_usage", lambda folder: _Usage)
    finding, words = found(monkeypatch, environment, Fact.DISK_LOW)
    assert finding.mark is Mark.BAD
    assert "only 200.0 MB are free" in words


@pytest.mark.parametrize(
    ("date", "status", "fact", "sentence"),
    [
        ("Sat, 01 Jan 2000 00:00:00 GMT", 200, Fact.CLOCK_WRONG, "ahead of Telegram's"),
        ("Sat, 01 Jan 2101 00:00:00 GMT", 200, Fact.CLOCK_WRONG, "behind Telegram's"),
        ("nonsense", 503, Fact.ODD_ANSWER, "not as Telegram does (status 503)"),
    ],
)
def test_an_odd_server(
    environment: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
    date: str,
    status: int,
    fact: Fact,
    sentence: str,
) -> None:
    """A clock that differs from the server's, or an answer not like Telegram's, is in the way."""
    with answering(date, status) as url:
        finding, words = found(monkeypatch, environment | {"TELEGRAM_BASE_URL": url}, fact)
    assert finding.mark is Mark.BAD
    assert sentence in words


def test_every_fact_has_its_words() -> None:
    """No finding is without a sentence, and none that is not good is without a remedy."""
    assert set(SENTENCES) == set(Fact)


@contextmanager
def answering(date: str, status: int) -> Iterator[str]:
    """A server that knows a bot, or says nothing of use, at a time of its own."""

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.end_headers()
            self.wfile.write(b'{"ok": true, "result": {"username": "x"}}' * (status == 200))

        def date_time_string(self, timestamp: float | None = None) -> str:
            return date

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Answer) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/bot"
        server.shutdown()
        thread.join()
