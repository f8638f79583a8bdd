"""The emulator as a process and as a web server: reachable from here only, gone when told."""

import json
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from emulator.server import PAGE, Emulator, serving
from emulator.world import World

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_process_says_where_it_is_and_stops_cleanly(
    tmp_path: Path, wait_until: Callable[..., object], number: signal.Signals
) -> None:
    """The ready file names address and pid; a signal ends it with 0; no token is printed."""
    ready = tmp_path / "ready.json"
    command = [sys.executable, "-m", "emulator", "--port", "0", "--ready-file", str(ready)]
    with subprocess.Popen(
        [*command, "--token", "123:secret-token"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        try:
            wait_until(ready.exists)
            where = json.loads(ready.read_text())
            assert where["pid"] == process.pid
            answer = httpx.get(f"{where['url']}/bot123:secret-token/getMe")
            assert answer.json()["result"]["id"] == 123
            httpx.get(f"{where['url']}/bot123:secret-token/nonsense")
            process.send_signal(number)
            output, _ = process.communicate(timeout=20)
        finally:
            process.kill()
    assert process.returncode == 0
    assert "secret-token" not in output
    assert where["url"] in output


def test_it_ends_with_whoever_started_it() -> None:
    """When the other end of its standard input is gone it leaves the port to the next one."""
    command = [sys.executable, "-m", "emulator", "--port", "0", "--ends-with-stdin"]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert "http://" in process.stdout.readline()
        process.stdin.close()
        assert process.wait(timeout=20) == 0


def test_a_port_that_is_taken_is_said_in_a_sentence(telegram: Emulator) -> None:
    """No traceback, and a way out."""
    port = telegram.url.rpartition(":")[2]
    command = [sys.executable, "-m", "emulator", "--port", port, "--ends-with-stdin"]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stderr is not None
        said = process.stderr.read()  # its standard input stays open meanwhile
    assert process.returncode == 1
    assert said.startswith(f"Port {port} cannot be used")
    assert "--port 0" in said
    assert said.count("\n") == 1


async def test_stopping_ends_what_waits() -> None:
    """A server that is stopped breaks off long polls and event streams instead of waiting."""
    with serving(World()) as emulator:
        url = f"{emulator.url}/chat/1001/events?since=0"
        async with httpx.AsyncClient() as client, client.stream("GET", url) as answer:
            lines = answer.aiter_lines()
            assert await anext(lines) == "retry: 1000"
            emulator.world.close()
            assert [line async for line in lines][-1] == ""


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Host": "localhost:1234"}, 200),
        ({"Origin": "http://127.0.0.1:99"}, 200),
        ({"Host": "evil.example"}, 403),
        ({"Host": "127.0.0.1.evil.example:80"}, 403),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
    ],
)
def test_only_this_machine_is_answered(
    telegram: Emulator, headers: dict[str, str], status: int
) -> None:
    """A foreign host name (DNS rebinding) or a foreign page gets nothing."""
    assert httpx.get(f"{telegram.url}/chat", headers=headers).status_code == status


def test_the_page_carries_everything_itself(telegram: Emulator) -> None:
    """The page loads, forbids inline script, and names no outside resource."""
    answer = httpx.get(telegram.url)
    assert answer.status_code == 200
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    for file in PAGE.iterdir():
        assert httpx.get(f"{telegram.url}/{file.name}").status_code == 200
        text = file.read_text(encoding="utf-8").replace("http://www.w3.org/", "")
        assert "http://" not in text
        assert "https://" not in text


def test_files_of_others_are_not_shown_as_pages(telegram: Emulator) -> None:
    """A document is always a download, whatever type it claims."""
    form = {"file": ("x.html", b"<script>1</script>", "text/html")}
    sent = httpx.post(f"{telegram.url}/chat/1001/messages", files=form).json()["messages"][0]
    answer = httpx.get(f"{telegram.url}/chat/files/{sent['document']['file_id']}")
    assert answer.headers["content-disposition"].startswith("attachment")
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["x-content-type-options"] == "nosniff"
