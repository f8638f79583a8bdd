"""A full disk: what must not get lost is written when there is room again."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from training.protocol.event_log import EventLogWriter, read_events
from training.protocol.events import EpochEnded, Heartbeat, RunSucceeded


@pytest.fixture
def tiny_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 64 KiB."""
    if os.geteuid() != 0:
        pytest.skip("mounting a tiny disk needs root")
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(disk)], check=False
    )
    if mounted.returncode:
        pytest.skip("this machine does not let us mount a tiny disk")
    yield disk
    subprocess.run(["umount", str(disk)], check=True)


def test_events_wait_for_room(tiny_disk: Path) -> None:
    """In order, each once; heartbeats are let go."""
    log, ballast = tiny_disk / "event_log.jsonl", tiny_disk / "ballast"
    with EventLogWriter(log, run=1) as writer:
        writer.append(EpochEnded(epoch=1, epochs=3, seconds=1, metrics={"loss": 0.5}))
        ballast.write_bytes(bytes(tiny_disk.stat().st_blksize))
        fill(tiny_disk)
        for number in range(40):
            writer.append(Heartbeat(rss_bytes=number))
        writer.append(EpochEnded(epoch=2, epochs=3, seconds=1, metrics={"loss": 0.4}))
        writer.append(EpochEnded(epoch=3, epochs=3, seconds=1, metrics={"loss": 0.3}))
        writer.append(RunSucceeded(seconds=3, result={"pad": "x" * 8192}))
        assert not writer.settled()
        (tiny_disk / "filler").unlink()
        assert writer.settled()
    events = read_events(log).events
    epochs = [event.epoch for event in events if isinstance(event, EpochEnded)]
    assert epochs == [1, 2, 3]
    assert isinstance(events[-1], RunSucceeded)
    assert [event.seq for event in events] == list(range(1, len(events) + 1))


def fill(disk: Path) -> None:
    with (disk / "filler").open("wb", buffering=0) as file, pytest.raises(OSError, match="space"):
        while True:
            file.write(bytes(4096))
