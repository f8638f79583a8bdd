"""Signs of life to a watcher outside: a dead machine cannot say that it is dead.

Source: healthchecks.io, "Pinging API": ``/start`` begins a wait, which the next ``/start``
renews and a plain request ends; one that is not ended within the check's grace time raises
the alarm. ``/fail`` raises it at once.
"""

import asyncio
import logging
from collections.abc import Callable
from http import HTTPStatus

import httpx
from pydantic import SecretStr

from bot.job import Ending
from bot.store import Store

log = logging.getLogger(__name__)

INTERVAL_S = 60.0
TIMEOUT_S = 10.0
BAD_ENDINGS = (Ending.FAILED, Ending.LOST)

Open = Callable[[], httpx.AsyncClient]


def _client() -> httpx.AsyncClient:
    return httpx.AsyncClient(timeout=TIMEOUT_S)


class Lifeline:
    """Tells an outside watcher that the bot lives while jobs run, and how they ended.

    Covered: death of the machine or of the bot while jobs run; a job that fails. Not
    covered: a machine that dies while nothing runs; nobody waits for it.

    Args:
        url: the address of a check; whoever knows it can send signs of life.
    """

    def __init__(
        self,
        url: SecretStr,
        store: Store,
        interval_s: float = INTERVAL_S,
        client: Open = _client,
    ) -> None:
        self._url = url
        self._store = store
        self._interval_s = interval_s
        self._open = client
        self._wake = asyncio.Event()
        self._watched: set[int] | None = None  # none before the first look
        self._knows_start = True
        self._well = True

    def wake(self) -> None:
        """A job has changed."""
        self._wake.set()

    async def run(self) -> None:
        """Send signs of life until cancelled."""
        async with self._open() as client:
            while True:
                self._wake.clear()
                await self._look(client)
                try:
                    async with asyncio.timeout(self._interval_s):
                        await self._woken_by_a_change()
                except TimeoutError:
                    continue

    async def _woken_by_a_change(self) -> None:
        """Until jobs begin or end; what else changes of them waits for the next sign."""
        while self._running() == self._watched:
            await self._wake.wait()
            self._wake.clear()

    async def _look(self, client: httpx.AsyncClient) -> None:
        running = self._running()
        gone = (self._watched or set()) - running
        # An earlier bot may have begun a wait that its death left open.
        ends_a_wait = bool(gone) or self._watched is None
        self._watched = running
        failed = self._any_failed(gone)
        if failed:
            await self._signal(client, "/fail")
        if running:
            await self._signal(client, "/start" if self._knows_start else "")
        elif ends_a_wait and not failed:
            await self._signal(client, "")

    def _any_failed(self, job_ids: set[int]) -> bool:
        with self._store.transaction() as tx:
            return any(tx.jobs.get(job_id).ending in BAD_ENDINGS for job_id in job_ids)

    def _running(self) -> set[int]:
        with self._store.transaction() as tx:
            return {*(job.id for job in tx.jobs.active()), *tx.jobs.queued_ids()}

    async def _signal(self, client: httpx.AsyncClient, what: str) -> None:
        try:
            answer = await client.get(self._url.get_secret_value() + what)
        except httpx.HTTPError as error:
            self._say(f"{type(error).__name__}")
            return
        if what == "/start" and answer.status_code in (
            HTTPStatus.NOT_FOUND,
            HTTPStatus.METHOD_NOT_ALLOWED,
        ):
            log.warning("the lifeline's service knows no /start; it gets plain signs of life")
            self._knows_start = False
            await self._signal(client, "")
        elif answer.is_success:
            self._well = True
        else:
            self._say(f"status {answer.status_code}")

    def _say(self, trouble: str) -> None:
        """Once for each stretch of trouble, without the address."""
        if self._well:
            log.warning("the lifeline's service does not take signs of life (%s)", trouble)
        self._well = False
