"""A stand-in for Telegram, a work folder, and a bot process that can be killed and started."""

import multiprocessing
import shutil
import signal
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from multiprocessing.process import BaseProcess
from pathlib import Path

import psutil
from pydantic import SecretStr

from bot.settings import Settings
from bot.store import Store
from bot.vault.worker import VAULT_COMMAND
from emulator.limits import Limits
from emulator.objects import Message
from emulator.server import Emulator, serving
from emulator.world import World
from tests.bots import OWNER, STUB_COMMAND
from tests.faults import stub_bot

END_WAIT_S = 20.0
SETTLED_WAIT_S = 120.0
LOOK_S = 0.02
ARCHIVED_FILES = 5

# A bot a process, forked from one that has imported everything: deaths then fall into
# the bot's work and not into Python's start.
_PROCESSES = multiprocessing.get_context("forkserver")
_PROCESSES.set_forkserver_preload(["tests.faults.stub_bot"])


class Scene:
    """Where a bot lives, dies and comes back."""

    def __init__(self, telegram: Emulator, folder: Path, *, with_home: bool = False) -> None:
        self.telegram = telegram
        self.output = folder / "output.txt"
        self.drive = folder / "My Drive"
        self.home = self.drive / "coltrain" / "home"
        self.drive.mkdir()
        with zipfile.ZipFile(self.drive / "labels.zip", "w") as archive:
            for number in range(ARCHIVED_FILES):
                archive.writestr(f"labels/{number}.txt", f"label {number}\n")
        self.settings = Settings(
            telegram_bot_token=SecretStr(telegram.token),
            telegram_owner_id=OWNER,
            telegram_base_url=telegram.base_url,
            telegram_base_file_url=telegram.base_file_url,
            coltrain_work=folder / "work",
            coltrain_home=self.home if with_home else None,
            coltrain_data_roots=(self.drive,),
        )
        self._bot: BaseProcess | None = None
        self.started_after = 0  # the last call in Telegram's journal before the bot's start

    def start(
        self,
        command: tuple[str, ...] = STUB_COMMAND,
        prepare: Callable[[], None] | None = None,
        vault: tuple[str, ...] = VAULT_COMMAND,
        *,
        fresh: bool = False,
    ) -> None:
        """Start a bot; the one before must be gone.

        Args:
            fresh: in an interpreter that has imported nothing, as on a new machine.
        """
        calls = self.telegram.world.journal.calls()
        self.started_after = calls[-1].seq if calls else 0
        processes = multiprocessing.get_context("spawn") if fresh else _PROCESSES
        self._bot = processes.Process(
            target=stub_bot.serve, args=(self.settings, self.output, command, prepare, vault)
        )
        self._bot.start()

    @property
    def alive(self) -> bool:
        """Whether the bot runs."""
        return self._bot is not None and self._bot.is_alive()

    @property
    def killed(self) -> bool:
        """Whether the bot was ended by SIGKILL."""
        return self._bot is not None and self._bot.exitcode == -signal.SIGKILL

    def kill(self) -> None:
        """SIGKILL, wherever it is."""
        if self._bot is not None:
            self._bot.kill()
            self._bot.join()

    def kill_all(self) -> None:
        """End the bot and all that it started at the same moment."""
        if self._bot is not None and self.alive:
            doomed = [psutil.Process(self._bot.pid), *self.children()]
            for signal_ in (signal.SIGSTOP, signal.SIGKILL):
                for process in doomed:
                    with suppress(psutil.NoSuchProcess):
                        process.send_signal(signal_)
            psutil.wait_procs(doomed[1:], END_WAIT_S)
            self._bot.join()

    def stop(self) -> None:
        """SIGTERM, as a user would; and if that does not help, SIGKILL."""
        if self._bot is not None:
            self.terminate()
            self.kill()

    def terminate(self) -> None:
        """SIGTERM, and no more."""
        if self._bot is not None:
            self._bot.terminate()
            self._bot.join(END_WAIT_S)

    def lose_machine(self) -> None:
        """Bot and jobs are gone at once, and the work folder with them."""
        self.kill_all()
        shutil.rmtree(self.settings.work)

    def open_store(self) -> Store:
        """The store, to look into; whoever opens it closes it."""
        return Store(self.settings.store_path)

    @contextmanager
    def looking_into_store(self) -> Iterator[Store]:
        """The store, open for a while beside the bot."""
        store = self.open_store()
        try:
            yield store
        finally:
            store.close()

    def listening(self) -> bool:
        """Whether this bot has come so far that it asks for updates."""
        calls = self.telegram.world.journal.calls(since=self.started_after)
        return any(call.method == "deleteWebhook" for call in calls)

    def calls(self) -> int:
        """How often a bot has called to say or show something."""
        counts = self.telegram.world.journal.counts()
        return sum(counts.get(method, 0) for method in ("sendMessage", "editMessageText"))

    def from_bot(self) -> list[Message]:
        """What the bot has put into the chat, oldest first."""
        return [m for m in self.telegram.world.messages(OWNER) if m.sender.is_bot]

    def newest_message(self) -> int:
        """The number of the last message in the chat, whoever wrote it."""
        return max((m.message_id for m in self.telegram.world.messages(OWNER)), default=0)

    def settle(self, timeout_s: float = SETTLED_WAIT_S) -> None:
        """Wait until no job is open and the chat has been told everything.

        Raises:
            AssertionError: that did not happen, or the bot is gone; with what it printed last.
        """
        with self.looking_into_store() as store:
            self.until(lambda: self._settled(store), timeout_s)

    def children(self) -> list[psutil.Process]:
        """The processes that the bot has started and that have not been buried."""
        with suppress(psutil.NoSuchProcess):
            return [] if self._bot is None else psutil.Process(self._bot.pid).children()
        return []

    def until(
        self, condition: Callable[[], object], timeout_s: float = 120.0, look_s: float = LOOK_S
    ) -> None:
        """Wait until something is so, with the bot alive."""
        deadline = time.monotonic() + timeout_s
        while not condition():
            if not self.alive or time.monotonic() > deadline:
                state = "the bot is gone" if not self.alive else f"not within {timeout_s} s"
                raise AssertionError(f"{state}:\n{self.output.read_text()[-4000:]}")
            time.sleep(look_s)

    def _settled(self, store: Store) -> bool:
        if self.telegram.world.updates.count():
            return False
        with store.transaction() as tx:
            open_jobs = (*tx.jobs.active(), *tx.jobs.queued(), *tx.inbox.untaken())
            return not (open_jobs or tx.outbox.owed() or tx.cards.unfinished())


@contextmanager
def scene(*, with_home: bool = False) -> Iterator[Scene]:
    """A new scene; its bot ends with it.

    Args:
        with_home: let the bot copy to a home folder.
    """
    world = World(limits=Limits(enforced=False))
    with tempfile.TemporaryDirectory() as folder, serving(world) as telegram:
        made = Scene(telegram, Path(folder), with_home=with_home)
        try:
            yield made
        finally:
            made.stop()
