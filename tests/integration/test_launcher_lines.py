"""What the bot tells the launcher's cell: a view that keeps up, a plea for Drive, an end."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest

from bot.home_copy import HomeState, HomeTrouble
from bot.launcher import Launcher
from bot.preferences import TIME_ZONE
from bot.settings import Settings
from bot.store import Store
from tests.jobs import NOW, ORIGIN, after, at, ended, queued, running
from training.protocol.events import EpochEnded

PROJECT = Path(__file__).resolve().parents[2]
RELEASED = """
from bot import __main__, app
begin = app.Coltrain.__init__
def begin_released(self, *arguments, **named):
    begin(self, *arguments, **named)
    self.released = True
app.Coltrain.__init__ = begin_released
__main__.main()
"""


class Cell:
    """The reading end: what was told, in order."""

    def __init__(self, store: Store, wait_until: Callable[..., object]) -> None:
        self.store = store
        self.wait_until = wait_until
        self.told: list[dict[str, object]] = []
        self.gate = threading.Event()
        self.gate.set()

    def read(self, line: str) -> None:
        assert self.gate.wait(10)
        self.told.append(json.loads(line))

    def of(self, kind: str) -> list[object]:
        return [told[kind] for told in self.told if kind in told]

    async def until(self, condition: Callable[[], object]) -> None:
        await asyncio.to_thread(self.wait_until, condition)

    @asynccontextmanager
    async def watching(self, again_s: float = 600.0) -> AsyncIterator[Launcher]:
        """A launcher at work on the store."""
        launcher = Launcher(
            self.store, lambda: at(60), lambda: ORIGIN.user_id, self.read, 0.01, again_s
        )
        task = asyncio.create_task(launcher.run())
        yield launcher
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


@pytest.fixture
def cell(tmp_path: Path, wait_until: Callable[..., object]) -> Iterator[Cell]:
    """A cell that reads what is said about an empty store."""
    store = Store(tmp_path / "store.sqlite3")
    yield Cell(store, wait_until)
    store.close()


async def test_the_view_has_job_chat_and_clock(cell: Cell) -> None:
    """The running job with epoch and time left, what waits, the way to the chat, the last sign."""
    epoch = EpochEnded(seq=2, run=1, at=at(41), epoch=1, epochs=12, seconds=41, metrics={})
    with cell.store.transaction() as tx:
        tx.preferences.put(ORIGIN.chat_id, TIME_ZONE, "Europe/Berlin")
        tx.jobs.put_back(after(running(), epoch))
        tx.jobs.put_back(queued(job_id=2))
    async with cell.watching() as launcher:
        launcher.ready("my_bot")
        await cell.until(lambda: "t.me" in str(cell.of("view")))
    view = str(cell.of("view")[-1]).splitlines()
    assert view[0] == "Chat: https://t.me/my_bot"
    assert view[1] == "▶ Job 1 · MNIST convnet"
    assert view[2].startswith("  Epoch 2/12")
    assert view[3] == "  41 s an epoch · about 7 min left"
    assert view[4:] == [
        "1 job waiting",
        "Last heard: 13:00:41 · Job 1 · MNIST convnet · running",
    ]


async def test_a_view_is_sent_when_it_changes(cell: Cell) -> None:
    """The same view is not sent twice; a new one comes by itself."""
    async with cell.watching():
        await cell.until(lambda: len(cell.of("view")) == 1)
        with cell.store.transaction() as tx:
            tx.jobs.put_back(ended(running()))
        await cell.until(lambda: "finished" in str(cell.of("view")[-1]))
    assert len(cell.of("view")) == 2
    assert "Nothing runs. Write /train to the bot." in str(cell.of("view")[0])


async def test_a_reader_that_sleeps_holds_up_nobody(cell: Cell) -> None:
    """While a line is not taken the bot's loop goes round."""
    cell.gate.clear()
    async with cell.watching():
        for _ in range(20):
            await asyncio.to_thread(len, cell.told)
        assert cell.told == []
        cell.gate.set()
        await cell.until(lambda: cell.of("view"))


def set_home(store: Store, trouble: HomeTrouble | None) -> None:
    with store.transaction() as tx:
        tx.copies.save_home(HomeState(trouble, NOW if trouble else None))


async def test_drive_is_asked_for_once_an_outage(cell: Cell) -> None:
    """Once when it is gone; not again while it stays away; again when it goes another time."""
    async with cell.watching():
        set_home(cell.store, HomeTrouble.GONE)
        await cell.until(lambda: cell.of("remount"))
        await cell.until(lambda: "not connected" in str(cell.of("view")[-1]))
        set_home(cell.store, None)
        await cell.until(lambda: "not connected" not in str(cell.of("view")[-1]))
        assert len(cell.of("remount")) == 1
        set_home(cell.store, HomeTrouble.GONE)
        await cell.until(lambda: len(cell.of("remount")) == 2)
    assert "Jobs go on meanwhile" in str(cell.of("remount")[0])


async def test_a_drive_that_stays_away_is_asked_for_again(cell: Cell) -> None:
    """After a while the cell is asked once more: nobody may have been there to allow it."""
    async with cell.watching(again_s=0):
        set_home(cell.store, HomeTrouble.GONE)
        await cell.until(lambda: len(cell.of("remount")) == 2)


@pytest.mark.parametrize("trouble", [HomeTrouble.FULL, HomeTrouble.NO_ANSWER, HomeTrouble.FOREIGN])
async def test_other_trouble_is_shown_only(cell: Cell, trouble: HomeTrouble) -> None:
    """What connecting again would not mend does not bother Colab's dialog."""
    async with cell.watching():
        set_home(cell.store, trouble)
        await cell.until(lambda: "⚠️" in str(cell.of("view")))
        set_home(cell.store, None)
        await cell.until(lambda: "⚠️" not in str(cell.of("view")[-1]))
    assert cell.of("remount") == []


def output_of(
    settings: Settings, wait_until: Callable[..., object], arguments: list[str]
) -> list[str]:
    """What a real bot prints from start to SIGTERM."""
    log = settings.work.parent / "output.txt"
    environment = {name: value for name, value in os.environ.items() if "TELEGRAM" not in name}
    environment |= {
        "TELEGRAM_BOT_TOKEN": settings.telegram_bot_token.get_secret_value(),
        "TELEGRAM_BASE_URL": settings.telegram_base_url,
        "COLTRAIN_WORK": str(settings.work),
    }
    with log.open("w") as output:
        bot = subprocess.Popen(
            [sys.executable, *arguments], cwd=PROJECT, env=environment, stdout=output
        )
    try:
        wait_until(lambda: "t.me" in log.read_text() or bot.poll() is not None)
    finally:
        bot.send_signal(signal.SIGTERM)
        assert bot.wait(20) == 0
    return log.read_text().splitlines()


def test_a_launched_bot_speaks_json(settings: Settings, wait_until: Callable[..., object]) -> None:
    """Each line of its output is one for the cell; it does not release what nobody released."""
    lines = output_of(settings, wait_until, ["-m", "bot", "run", "--launched"])
    told = [json.loads(line) for line in lines]
    assert any("?start=" in line.get("say", "") for line in told)
    assert any(line.get("picture", "").startswith("<svg") for line in told)
    assert any("■ ends the bot" in line.get("say", "") for line in told)
    assert "The bot has stopped" in told[-1]["say"]


def test_a_plain_bot_speaks_plainly(settings: Settings, wait_until: Callable[..., object]) -> None:
    """Without the flag there is no JSON and no view."""
    lines = output_of(settings, wait_until, ["-m", "bot", "run"])
    assert lines[0].endswith("Ctrl-C ends the bot.")
    assert "no owner yet" in lines[1]
    assert "?start=" in lines[1]
    assert any("█" in line for line in lines[2:-1]), "the QR code"
    assert lines[-1].startswith("The bot has stopped.")


def test_a_released_machine_is_given_back_last(
    settings: Settings, wait_until: Callable[..., object]
) -> None:
    """The word to the cell comes when all else is said, and to a launcher only."""
    lines = output_of(settings, wait_until, ["-c", RELEASED, "run", "--launched"])
    assert json.loads(lines[-1]) == {"release": True}
    assert "release" not in output_of(settings, wait_until, ["-c", RELEASED, "run"])[-1]
