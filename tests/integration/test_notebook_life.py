"""The launcher with the real bot, a machine's life long: launched, cut off, launched again."""

import asyncio
import gc
import json
import os
import shutil
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from pathlib import Path

import psutil
import pytest
import pytest_asyncio
from filelock import FileLock
from nbclient.exceptions import DeadKernelError
from zmq.error import ZMQError

from emulator.client import ChatClient, text_of
from emulator.server import Emulator
from tests.colab import Colab, lent_machine, write_project_wheel
from tests.stub_task import UNTIL_TOLD

pytest_plugins = ["tests.telegram"]
# The wheel wants TensorFlow and Keras installed, though most trainings here are stubs.
pytestmark = [
    pytest.mark.slow,
    pytest.mark.keras,
    # A kernel that dies before its manager looked is the manager's child, and nobody waits for it.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

WaitUntil = Callable[..., object]


@pytest_asyncio.fixture
async def colab(
    tmp_path: Path, wait_until: WaitUntil, patient_telegram: Emulator
) -> AsyncIterator[Colab]:
    """A machine with this project's bot on Drive; whatever runs in the end is ended."""
    async with lent_machine(tmp_path, wait_until) as machine:
        machine.on_telegram(patient_telegram)
        yield machine
    end(machine)
    await asyncio.to_thread(wait_until, lambda: not family(machine))
    # What a launch that was cut off leaves is cleared away here, not in another test.
    gc.collect()


@pytest.mark.parametrize(
    ("ill", "sentence", "remedy"),
    [
        ("token", "❌ Token: Telegram does not know it.", "Copy the token from @BotFather again"),
        ("network", "❌ Network: 127.0.0.1 does not answer", "Look at the network"),
        ("disk", "❌ Disk: only 50.0 MB are free", "Delete what you no longer need"),
        ("copy", "⚠️ Work folder: a bot works in", "Another Coltrain bot works in"),
    ],
)
async def test_what_keeps_a_bot_from_starting_is_said(
    colab: Colab, ill: str, sentence: str, remedy: str
) -> None:
    """A line with a mark, a line with the remedy, and no traceback; the bot is not started."""
    match ill:
        case "token":
            colab.state["secrets"] = {"TELEGRAM_BOT_TOKEN": "1:wrong-CANARY"}
        case "network":
            colab.environment["TELEGRAM_BASE_URL"] = "http://127.0.0.1:9/bot"
        case "disk":
            colab.fill_disk()
        case "copy":
            colab.work.mkdir()
    lock = FileLock(colab.work / "bot.lock") if ill == "copy" else None
    if lock is not None:
        lock.acquire()
    printed = await colab.launch_in_vain()
    if lock is not None:
        lock.release()
    assert sentence in printed
    assert remedy in printed.partition(sentence)[2]
    assert "Traceback" not in printed
    assert "Ready: " not in printed
    assert "CANARY" not in json.dumps(colab.notebooks)


async def test_the_rules_are_said_before_anything_else(colab: Colab) -> None:
    """The very first output of a launch says what Colab allows and what pings cannot do."""
    colab.form["cpu_is_fine"] = False
    printed = await colab.launch_in_vain()
    assert printed.startswith("⚖️ Colab's rules: free runtimes disallow remote control")
    assert "keeps this machine alive" in printed.splitlines()[1]


@pytest.mark.parametrize("end", ["killed", "restarted"])
async def test_a_job_outlives_the_kernel(
    colab: Colab, chat: ChatClient, wait_until: WaitUntil, end: str
) -> None:
    """The bot goes with its kernel, the job goes on in the same process, and is taken up again."""
    launch = asyncio.ensure_future(colab.launch())
    await asyncio.to_thread(colab.wait_until, lambda: "Ready: " in colab.printed)
    await chat.say(f"/train epochs=2 seed={UNTIL_TOLD}")
    await asyncio.to_thread(wait_until, lambda: processes(colab, "training"))
    [bot], [job] = processes(colab, "bot"), processes(colab, "training")
    if end == "killed":
        os.kill(colab.manager.provisioner.pid, signal.SIGKILL)
    else:
        # The client may meanwhile find the old kernel dead and put its connections away.
        with suppress(ZMQError):
            await colab.manager.restart_kernel()
        launch.cancel()  # else it would wait for the answer of a kernel that is gone
    with pytest.raises((DeadKernelError, asyncio.CancelledError)):
        await launch
    await asyncio.to_thread(wait_until, lambda: not is_alive(bot))
    assert is_alive(job)
    async with colab.running("Ready: "):
        assert is_alive(job)
        for epoch in (1, 2):
            go_on(colab, epoch)
        await chat.sees("✅ finished")
    said = [text_of(m) for m in await chat.messages() if not m["outgoing"]]
    assert not any("machine it ran on" in text or "lost" in text for text in said)


async def test_a_new_machine_reports_the_death_and_goes_on(
    colab: Colab, chat: ChatClient, wait_until: WaitUntil
) -> None:
    """What died, when and after which epoch; then the job ends on the other machine."""
    with pytest.raises(DeadKernelError):
        async with colab.running("Ready: "):
            await chat.say(f"/train epochs=3 seed={UNTIL_TOLD}")
            go_on(colab, 1)
            await chat.sees("saved ✓ epoch 1")
            os.kill(colab.manager.provisioner.pid, signal.SIGKILL)
            end(colab)
    await asyncio.to_thread(wait_until, lambda: not family(colab))
    shutil.rmtree(colab.work)
    other = colab.beside()
    async with other.running("Ready: "):
        await chat.sees("The machine it ran on is gone; it was last heard of at", "after epoch 1")
        for epoch in (2, 3):
            go_on(other, epoch)
        await chat.sees("✅ finished", "saved ✓")


async def test_a_drive_that_went_is_connected_again(colab: Colab, chat: ChatClient) -> None:
    """The cell says so once and mounts by force; the job has gone on and is saved after all."""
    async with colab.running("Ready: "):
        await chat.say(f"/train epochs=2 seed={UNTIL_TOLD}")
        go_on(colab, 1)
        await chat.sees("saved ✓ epoch 1")
        colab.my_drive.unlink()
        go_on(colab, 2)
        await asyncio.to_thread(colab.wait_until, lambda: "connected again" in colab.printed)
        await chat.sees("✅ finished")
        await chat.sees("saved ✓")
    assert colab.printed.count("Drive is not connected any more.") == 1
    assert colab.printed.count("Mounted at") == 2


async def test_the_view_follows_the_job(colab: Colab, chat: ChatClient) -> None:
    """One place shows what runs now, with the way to the chat; nothing is printed twice."""
    async with colab.running("Ready: "):
        await chat.say(f"/train epochs=2 seed={UNTIL_TOLD}")
        go_on(colab, 1)
        await asyncio.to_thread(colab.wait_until, lambda: "Epoch 2/2" in colab.view)
        assert "Chat: https://t.me/" in colab.view
        go_on(colab, 2)
        await asyncio.to_thread(colab.wait_until, lambda: "✅ finished" in colab.view)
    assert "Nothing runs" in colab.view


async def test_launched_bot_trains_on_command(
    colab: Colab, patient_telegram: Emulator, chat: ChatClient, wait_until: WaitUntil
) -> None:
    """From "Run all" to a trained model: the real bot answers, trains, and stops on a tap.

    Its token shows nowhere: not in the notebook, on no command line, in no job's
    environment, in no file of the machine or of Drive.
    """
    token = patient_telegram.world.token = "8231:CANARY-of-a-whole-life"
    colab.state["secrets"] = {"TELEGRAM_BOT_TOKEN": token}
    write_project_wheel(colab.cloud / "coltrain")
    async with colab.running("Ready: "):
        await chat.say("/status")
        await chat.sees("RAM")
        await chat.say("/train epochs=1000 samples=512")
        await chat.sees("/1000", timeout_s=240)
        [job] = processes(colab, "training")
        assert token not in "".join(job.environ().values())
        listed = [one.info["cmdline"] or [] for one in psutil.process_iter(["cmdline"])]
        assert not any(token in " ".join(command) for command in listed)
        await chat.press("Stop")
        await chat.press("After this epoch")
        await chat.sees("Test accuracy", "saved ✓", timeout_s=240)
    assert "The bot has stopped." in colab.printed
    assert "Bot stopped." in colab.printed
    await asyncio.to_thread(wait_until, lambda: not processes(colab, "bot"))
    assert token not in json.dumps(colab.notebooks)
    secrets = colab.path / "colab.json"  # where this Colab keeps them
    shown = [path for path in files_under(colab.path) if token.encode() in path.read_bytes()]
    assert shown == [secrets]


def processes(colab: Colab, program: str) -> list[psutil.Process]:
    """What runs ``python -m`` that program on a machine."""
    return [one for one in family(colab) if one.cmdline()[1:3] == ["-m", program]]


def family(colab: Colab) -> list[psutil.Process]:
    """All that a machine's Python runs, also where the parent is gone, but for the kernel."""
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            python, *arguments = process.cmdline() or [""]
            ours = python.startswith(str(colab.path)) and "ipykernel_launcher" not in arguments
            if ours and is_alive(process):
                found.append(process)
    return found


def end(colab: Colab) -> None:
    """Nothing of a machine runs any more."""
    for process in family(colab):
        with suppress(psutil.NoSuchProcess):
            process.kill()


def is_alive(process: psutil.Process) -> bool:
    """Tell whether a process still does anything."""
    return process.is_running() and process.status() != psutil.STATUS_ZOMBIE


def go_on(colab: Colab, epoch: int) -> None:
    """Let the stub training of the first job end an epoch."""
    folder = colab.work / "jobs" / "1"
    colab.wait_until(folder.exists)
    (folder / f"go-on-{epoch}").touch()


def files_under(folder: Path) -> list[Path]:
    """Return all files of a folder, of which there must be some."""
    files = [path for path in folder.rglob("*") if path.is_file() and not path.is_symlink()]
    assert files
    return files
