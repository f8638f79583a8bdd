"""``python -m bot``: what is printed and how it exits."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]


def run_bot(
    *arguments: str, environment: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        cwd=PROJECT,
        env={**os.environ, **(environment or {})},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


@pytest.fixture
def work(tmp_path: Path) -> dict[str, str]:
    """A work folder of the test's own."""
    return {"COLTRAIN_WORK": str(tmp_path / "work")}


@pytest.mark.keras
@pytest.mark.slow
def test_say_trains_and_exits_with_0(work: dict[str, str]) -> None:
    """The chat stands in the terminal: the command, each epoch, loss and accuracy."""
    done = run_bot("say", "/train epochs=2 samples=1000", environment=work)
    assert done.returncode == 0, done.stderr
    assert "/train epochs=2 samples=1000" in done.stdout
    assert "Test loss: " in done.stdout
    assert "Test accuracy: " in done.stdout
    assert "Job 1 · MNIST convnet\n✅ finished" in done.stdout


def test_say_exits_with_1_when_a_job_fails(work: dict[str, str], tmp_path: Path) -> None:
    """A failed job is not a success of the command line."""
    broken = tmp_path / "work" / "data" / "broken.zip"
    broken.parent.mkdir(parents=True)
    broken.write_bytes(b"this is no archive")
    done = run_bot("say", "/unzip broken.zip", environment=work)
    assert done.returncode == 1
    assert "❌ failed" in done.stdout


def test_say_exits_with_2_when_a_command_is_refused(work: dict[str, str]) -> None:
    """The sentence of the chat is printed."""
    done = run_bot("say", "/train epochs=none", environment=work)
    assert done.returncode == 2
    assert "epochs cannot be none" in done.stdout


def test_say_without_a_command_is_bad_usage() -> None:
    """Typer's own exit code for that."""
    assert run_bot("say").returncode == 2


def test_run_without_a_token_says_what_is_missing(work: dict[str, str], tmp_path: Path) -> None:
    """One sentence, no traceback."""
    done = run_bot("run", environment={**work, "TELEGRAM_BOT_TOKEN": ""})
    assert done.returncode == 2
    assert "TELEGRAM_BOT_TOKEN" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_wrong_setting_is_named_and_not_shown(work: dict[str, str]) -> None:
    """The value could be a secret in the wrong place."""
    done = run_bot(
        "run",
        environment={**work, "TELEGRAM_BOT_TOKEN": "1:x", "TELEGRAM_OWNER_ID": "123:SECRET"},
    )
    assert done.returncode == 2
    assert "TELEGRAM_OWNER_ID is not usable" in done.stderr
    assert "SECRET" not in done.stderr
