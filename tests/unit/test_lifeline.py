"""Signs of life to a watcher outside, over real HTTP to a server of the test's own."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from http import HTTPStatus
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.job import Ending, JobState, Outcome
from bot.lifeline import Lifeline
from bot.store import Store
from tests.jobs import NOW, ORIGIN
from training.protocol.spec import TrainSpec

KEY = "/canary-of-the-check"


class Watcher:
    """A service that hears signs of life and answers as it is told."""

    def __init__(self) -> None:
        self.heard: list[str] = []
        self.knows_start = True
        self.status = HTTPStatus.OK
        self.port = 0
        self._news = asyncio.Event()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while (line := (await reader.readline()).decode()) and (path := line.split()[1]):
            while (await reader.readline()).strip():
                pass
            self.heard.append(path.removeprefix(KEY))
            self._news.set()
            unknown = path.endswith("/start") and not self.knows_start
            status = HTTPStatus.NOT_FOUND if unknown else self.status
            writer.write(f"HTTP/1.1 {status} x\r\nContent-Length: 0\r\n\r\n".encode())
            await writer.drain()
        writer.close()

    async def hears(self, *expected: str) -> None:
        """Wait until exactly these signs have come."""
        async with asyncio.timeout(10):
            while len(self.heard) < len(expected):
                await self._news.wait()
                self._news.clear()
        assert self.heard[: len(expected)] == list(expected)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store(tmp_path / "store.sqlite3")
    yield opened
    opened.close()


@pytest.fixture
async def watcher() -> AsyncIterator[Watcher]:
    heard = Watcher()
    server = await asyncio.start_server(heard.serve, "127.0.0.1")
    heard.port = server.sockets[0].getsockname()[1]
    yield heard
    server.close()


@asynccontextmanager
async def lifeline(
    store: Store, watcher: Watcher, interval_s: float = 60.0
) -> AsyncIterator[Callable[[], None]]:
    """A lifeline under way, and the way to tell it of a change."""
    line = Lifeline(SecretStr(f"http://127.0.0.1:{watcher.port}{KEY}"), store, interval_s)
    task = asyncio.create_task(line.run())
    yield line.wake
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


def add_job(store: Store) -> int:
    with store.transaction() as tx:
        return tx.jobs.add(TrainSpec(), ORIGIN, NOW).id


def end_job(store: Store, job_id: int, ending: Ending) -> None:
    with store.transaction() as tx:
        running = replace(tx.jobs.get(job_id).moved_to(JobState.RUNNING), run=1)
        tx.jobs.save(running.ended(ending, NOW, Outcome()))


async def test_a_wait_begins_with_the_first_job_and_ends_with_the_last(
    store: Store, watcher: Watcher
) -> None:
    """So nothing is expected, and no alarm raised, while nothing runs."""
    async with lifeline(store, watcher) as wake:
        await watcher.hears("")  # ends what a bot before may have left open
        job_id = add_job(store)
        wake()
        await watcher.hears("", "/start")
        end_job(store, job_id, Ending.SUCCEEDED)
        wake()
        await watcher.hears("", "/start", "")


async def test_signs_of_life_come_while_a_job_runs(store: Store, watcher: Watcher) -> None:
    """Each interval one; what changes inside the job brings none besides."""
    add_job(store)
    async with lifeline(store, watcher, interval_s=0.05) as wake:
        wake()
        await watcher.hears("/start", "/start", "/start")


@pytest.mark.parametrize("ending", [Ending.FAILED, Ending.LOST])
async def test_a_failure_raises_the_alarm(store: Store, watcher: Watcher, ending: Ending) -> None:
    """And is not called off by a plain sign right after it."""
    job_id = add_job(store)
    async with lifeline(store, watcher) as wake:
        await watcher.hears("/start")
        end_job(store, job_id, ending)
        wake()
        await watcher.hears("/start", "/fail")
        add_job(store)
        wake()
        await watcher.hears("/start", "/fail", "/start")


async def test_a_service_without_start_gets_plain_signs(store: Store, watcher: Watcher) -> None:
    """It is asked once, and then spoken to in the words that it knows."""
    watcher.knows_start = False
    add_job(store)
    async with lifeline(store, watcher, interval_s=0.05):
        await watcher.hears("/start", "", "", "")


async def test_trouble_is_logged_once_and_without_the_address(
    store: Store,
    watcher: Watcher,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A service that refuses, or is not there, costs no more than a line of the log."""
    logging.getLogger("httpx").setLevel(logging.WARNING)
    watcher.status = HTTPStatus.BAD_GATEWAY
    add_job(store)
    async with lifeline(store, watcher, interval_s=0.02):
        await watcher.hears("/start", "/start", "/start")
    watcher.port = 1  # nobody listens there
    said = asyncio.Event()
    monkeypatch.setattr(
        logging.getLogger("bot.lifeline"), "filters", [lambda _: said.set() or True]
    )
    async with lifeline(store, watcher, interval_s=0.02):
        async with asyncio.timeout(10):
            await said.wait()
    assert caplog.text.count("status 502") == 1
    assert KEY not in caplog.text
