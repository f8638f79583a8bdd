"""A home folder that hangs, is gone, full or read-only: said, waited for, made up for."""

import os
import resource
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from bot.home_copy import HomeTrouble
from bot.vault.manifest import NAME, read_manifest
from bot.vault.worker import Worker
from emulator.client import ChatClient, text_of
from tests.stub_task import UNTIL_TOLD
from tests.vaults import QUICK, SavingBot

# Long enough for a new child to start on a busy machine.
STALL_S = 5.0
TOO_LITTLE_BYTES = 600
BACK = "Saving works again"


async def with_a_job_at_epoch_1(bot: SavingBot, chat: ChatClient) -> None:
    """A bot without patience, whose job has its first checkpoint in home."""
    bot.rhythm = QUICK
    bot.worker = lambda: Worker(stall_s=STALL_S)
    await bot.restart()
    await chat.say(f"/train epochs=3 seed={UNTIL_TOLD}")
    await bot.until_job(1, lambda job: job.progress.run_at is not None)
    bot.go_on(1, 1)
    await bot.until_saved(1, 1)


async def ends_whole(bot: SavingBot, chat: ChatClient) -> None:
    """What was owed is made up for: one message each for the outage and its end, all copied."""
    await bot.until_saved(1, 2)
    bot.go_on(1, 3)
    await chat.sees("✅ finished", "saved ✓")
    await bot.until(bot.coltrain.settled)
    texts = [text_of(m) for m in await chat.messages() if not m["outgoing"]]
    assert sum("Nothing could be saved" in text for text in texts) == 1
    assert sum(BACK in text for text in texts) == 1
    manifest = read_manifest(bot.home.job(1) / NAME)
    assert manifest is not None
    assert manifest.epoch == 3
    local = bot.folder(1).event_log.read_bytes()
    assert (bot.home.job(1) / "event_log.jsonl").read_bytes() == local


async def test_a_hanging_home(saving_bot: SavingBot, chat: ChatClient) -> None:
    """Opening a file there never returns: the bot answers, the job goes on, the card says why."""
    await with_a_job_at_epoch_1(saving_bot, chat)
    manifest = saving_bot.home.store / NAME
    manifest.rename(manifest.with_name("for later"))
    os.mkfifo(manifest)  # whoever opens it to read waits for a writer

    saving_bot.go_on(1, 2)
    await chat.sees("not saved since epoch 1: Drive does not answer", "Nothing could be saved")
    await chat.say("/status")
    await chat.sees("Epoch 3/3")
    manifest.unlink()
    manifest.with_name("for later").rename(manifest)
    await chat.sees(BACK, timeout_s=60)
    await ends_whole(saving_bot, chat)


async def test_a_hanging_home_at_the_start(saving_bot: SavingBot, chat: ChatClient) -> None:
    """A bot that has its store starts without an answer from home, and copies later."""
    await with_a_job_at_epoch_1(saving_bot, chat)
    await saving_bot.stop()
    manifest = saving_bot.home.store / NAME
    manifest.rename(manifest.with_name("for later"))
    os.mkfifo(manifest)

    await saving_bot.start()
    saving_bot.go_on(1, 2)
    await chat.say("/status")
    await chat.sees("Epoch 3/3", "not saved since epoch 1: Drive does not answer")
    manifest.unlink()
    manifest.with_name("for later").rename(manifest)
    await chat.sees(BACK, timeout_s=60)
    await ends_whole(saving_bot, chat)


async def test_a_home_that_is_gone(saving_bot: SavingBot, chat: ChatClient) -> None:
    """Nothing is made in its place on this machine's disk; back again, it gets everything."""
    await with_a_job_at_epoch_1(saving_bot, chat)
    drive = saving_bot.home.path.parents[1]
    drive.rename(drive.with_name("not connected"))

    saving_bot.go_on(1, 2)
    await chat.sees("not saved since epoch 1: Drive is not connected", "Nothing could be saved")
    assert not drive.exists()
    drive.with_name("not connected").rename(drive)
    await chat.sees(BACK)
    await ends_whole(saving_bot, chat)


@pytest.mark.skipif(sys.platform != "linux", reason="limits of another process")
async def test_a_full_home(saving_bot: SavingBot, chat: ChatClient) -> None:
    """Files of some size are not taken: said with a remedy; nothing half-written counts."""
    await with_a_job_at_epoch_1(saving_bot, chat)
    (child,) = (c for c in psutil.Process().children() if "bot.vault" in c.cmdline())
    resource.prlimit(child.pid, resource.RLIMIT_FSIZE, (TOO_LITTLE_BYTES, resource.RLIM_INFINITY))

    saving_bot.go_on(1, 2)
    would = "would go on from epoch 1 if this machine were lost now"
    await chat.sees("not saved since epoch 1: Drive is full", "empty its bin", would)
    manifest = read_manifest(saving_bot.home.job(1) / NAME)
    assert manifest is not None
    assert manifest.epoch == 1
    unlimited = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
    resource.prlimit(child.pid, resource.RLIMIT_FSIZE, unlimited)
    await chat.sees(BACK)
    await ends_whole(saving_bot, chat)


@pytest.fixture
def drive(tmp_path: Path) -> Iterator[Path]:
    """A file system of its own where home will be, where that may be mounted."""
    folder = tmp_path / "My Drive"
    folder.mkdir()
    mounted = ["mount", "-t", "tmpfs", "-o", "size=8m", "coltrain-test", folder]
    if (
        sys.platform != "linux"
        or subprocess.run(mounted, check=False, capture_output=True).returncode
    ):
        pytest.skip("nothing can be mounted here")
    yield folder
    subprocess.run(["umount", "--lazy", folder], check=True)


def remounted(drive: Path, how: str) -> bool:
    """Whether it is now mounted like that; not while somebody writes."""
    command = ["mount", "-o", f"remount,{how}", drive]
    return subprocess.run(command, check=False, capture_output=True).returncode == 0


async def test_a_home_that_cannot_be_written(
    drive: Path, saving_bot: SavingBot, chat: ChatClient
) -> None:
    """Mounted for reading only: said; writable again, it gets everything."""
    await with_a_job_at_epoch_1(saving_bot, chat)
    await saving_bot.until(lambda: remounted(drive, "ro"))
    saving_bot.go_on(1, 2)
    await chat.sees("not saved since epoch 1: Drive does not let me write")
    assert saving_bot.home_state().trouble is HomeTrouble.READ_ONLY
    assert remounted(drive, "rw")
    await chat.sees(BACK)
    await ends_whole(saving_bot, chat)


async def test_a_home_without_a_byte_left(
    drive: Path, saving_bot: SavingBot, chat: ChatClient
) -> None:
    """A real full file system; when there is room again, it gets everything."""
    await with_a_job_at_epoch_1(saving_bot, chat)
    with (drive / "films").open("wb", buffering=0) as films, pytest.raises(OSError, match="space"):
        while films.write(b"0" * 4096):
            continue
    saving_bot.go_on(1, 2)
    await chat.sees("not saved since epoch 1: Drive is full")
    (drive / "films").unlink()
    await chat.sees(BACK)
    await ends_whole(saving_bot, chat)


async def test_a_new_machine_does_not_begin_anew_without_home(
    saving_bot: SavingBot, chat: ChatClient
) -> None:
    """No store here and home not connected: it does not start, and says what to do."""
    await with_a_job_at_epoch_1(saving_bot, chat)
    await saving_bot.lose_machine()
    drive = saving_bot.home.path.parents[1]
    drive.rename(drive.with_name("not connected"))
    with pytest.raises(Exception, match="Connect Drive again, then start again"):
        await saving_bot.start()
    drive.with_name("not connected").rename(drive)
    await saving_bot.start()
    await chat.sees("The machine it ran on is gone")
