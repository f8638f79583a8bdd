"""The bot with a stand-in for Telegram beside it: no token, no network, one machine."""

import asyncio
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx
from pydantic import SecretStr

from bot.app import Coltrain
from bot.errors import UserError
from bot.job import Ending, Job, JobState, Origin
from bot.preferences import CARD_MORE
from bot.settings import Settings
from bot.transcript import Transcript
from training.protocol.control import StopMode

# The stand-in accepts it and nobody else does: no secret.
TOKEN = "1000001:stand-in-only"  # noqa: S105
PERSON = 1001
EVENTS_WAIT_S = 0.5
DEMO_WORK = Path("~/coltrain/demo")

EXIT_SUCCEEDED, EXIT_NOT_SUCCEEDED, EXIT_BAD_USAGE = 0, 1, 2


class EmulatorFailed(Exception):
    """The stand-in for Telegram did not start; the text says why."""


@contextmanager
def emulator(port: int = 0) -> Iterator[str]:
    """Run the stand-in as a child process.

    Yields:
        Its address.

    Raises:
        EmulatorFailed: it ended at once, for instance because the port is taken.
    """
    with tempfile.TemporaryDirectory() as folder:
        ready, errors = Path(folder, "ready.json"), Path(folder, "errors.txt")
        with errors.open("wb") as stderr:
            command = [sys.executable, "-m", "emulator", "--port", str(port), "--token", TOKEN]
            child = subprocess.Popen(
                [*command, "--ready-file", str(ready), "--ends-with-stdin"],
                stdin=subprocess.PIPE,  # closes with this process, however that ends
                stdout=subprocess.DEVNULL,
                stderr=stderr,
                # Ctrl-C is for the bot, which ends the stand-in when it is done itself.
                start_new_session=True,
            )
        try:
            yield _address(child, ready, errors)
        finally:
            child.terminate()
            child.communicate()


def settings_for(url: str) -> Settings:
    """Settings for a bot that talks to the stand-in; its folder is not the real bot's."""
    found = Settings(telegram_bot_token=SecretStr(TOKEN))
    work = found.coltrain_work if "coltrain_work" in found.model_fields_set else DEMO_WORK
    return found.model_copy(
        update={
            "telegram_bot_token": SecretStr(TOKEN),
            "telegram_owner_id": PERSON,
            "telegram_base_url": f"{url}/bot",
            "telegram_base_file_url": f"{url}/file/bot",
            "coltrain_work": work,
            "coltrain_home": None,  # the home folder is the real bot's
        }
    )


async def say(commands: Sequence[str], transcript: Transcript, interrupted: asyncio.Event) -> int:
    """Say commands to a bot, show the chat, and wait for the jobs they started.

    Args:
        interrupted: once set, the jobs are stopped, and their ends waited for.

    Returns:
        0 when every job succeeded, 1 when one did not, 2 when a command was refused.
    """
    refused: list[UserError] = []
    with emulator() as url:
        coltrain = Coltrain(settings_for(url), refused=refused.append)
        more = _show_all(coltrain, True)  # a terminal has room for it
        stop, ready = asyncio.Event(), asyncio.Event()
        bot = asyncio.create_task(coltrain.run(stop, lambda _: ready.set()), name="bot")
        conversation = _Conversation(url, coltrain, transcript, interrupted)
        person = asyncio.create_task(conversation.hold(commands, ready), name="person")
        try:
            await asyncio.wait({bot, person}, return_when=asyncio.FIRST_COMPLETED)
            jobs = person.result() if person.done() else []
        finally:
            person.cancel()
            _show_all(coltrain, more)
            stop.set()
            await bot
    if refused:
        return EXIT_BAD_USAGE
    well = all(job.ending is Ending.SUCCEEDED for job in jobs)
    return EXIT_SUCCEEDED if well else EXIT_NOT_SUCCEEDED


def _show_all(coltrain: Coltrain, wanted: bool) -> bool:
    """Have cards show all there is, or not; what was so before."""
    with coltrain.store.transaction() as tx:
        before = tx.preferences.get(PERSON, CARD_MORE, default=False)
        tx.preferences.put(PERSON, CARD_MORE, wanted)
    return before


class _Conversation:
    """A person who says some commands and reads until nothing more is to come."""

    def __init__(
        self,
        url: str,
        coltrain: Coltrain,
        transcript: Transcript,
        interrupted: asyncio.Event,
    ) -> None:
        self._http = httpx.AsyncClient(base_url=url, timeout=30)
        self._coltrain = coltrain
        self._transcript = transcript
        self._interrupted = interrupted
        self._since = 0
        self._first_job_id = 1 + max((job.id for job in self._jobs(0)), default=0)

    async def hold(self, commands: Sequence[str], ready: asyncio.Event) -> list[Job]:
        """Say the commands one after the other, and return the jobs they started."""
        await ready.wait()
        try:
            for command in commands:
                answer = await self._http.post(f"/chat/{PERSON}/messages", json={"text": command})
                answer.raise_for_status()
                while await self._read() or await self._unanswered():
                    self._stop_if_interrupted()
            while await self._read() or not self._coltrain.settled():
                self._stop_if_interrupted()
        finally:
            self._transcript.close()
            await self._http.aclose()
        return self._jobs(self._first_job_id)

    async def _read(self) -> bool:
        """Show what is new in the chat; whether there was anything."""
        query = {"since": self._since, "wait_s": EVENTS_WAIT_S}
        answer = (await self._http.get(f"/chat/{PERSON}/events", params=query)).json()
        self._since = answer["seq"]
        for event in answer["events"]:
            self._transcript.show(event)
        return bool(answer["events"])

    async def _unanswered(self) -> bool:
        overview = (await self._http.get("/chat")).json()
        return bool(overview["pending_updates"]) or not self._coltrain.caught_up()

    def _jobs(self, first_id: int) -> list[Job]:
        with self._coltrain.store.transaction() as tx:
            return [job for job in tx.jobs.latest(1000) if job.id >= first_id]

    def _stop_if_interrupted(self) -> None:
        if not self._interrupted.is_set():
            return
        for job in self._jobs(self._first_job_id):
            if job.state in (JobState.QUEUED, JobState.RUNNING):
                self._coltrain.jobs.stop(job.id, StopMode.NOW, Origin(PERSON, PERSON))


def _address(child: subprocess.Popen[bytes], ready: Path, errors: Path) -> str:
    while not ready.exists():
        if child.poll() is not None:
            raise EmulatorFailed(errors.read_text().strip().rpartition("\n")[2])
        time.sleep(0.02)
    url: str = json.loads(ready.read_text())["url"]
    return url
