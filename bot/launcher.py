"""What a bot tells the launcher's cell that started it: JSON, a line each.

``{"say": …}``
    A line to print.
``{"view": …}``
    What runs, as text; takes the place of the view before.
``{"picture": …}``
    An SVG to show, such as the QR code of a link.
``{"remount": …}``
    Drive is gone: why, for the user. Only the cell can connect it again.
``{"release": true}``
    Everything is done and saved: the cell gives the machine back when the bot has ended.

A line of anything else is the bot's log.
"""

import asyncio
import contextlib
import json
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, tzinfo
from io import StringIO

import segno

from bot.home_copy import HomeState, HomeTrouble
from bot.messages import launcher as messages
from bot.store import Store, Transaction

LOOK_S = 3.0
REMOUNT_AGAIN_S = 600.0
QR_SCALE = 5

_printing = threading.Lock()


def print_line(text: str) -> None:
    """Print a line at once; nobody may be there any more to read it."""
    with _printing, contextlib.suppress(BrokenPipeError):
        print(text, flush=True)


class Launcher:
    """Keeps the launcher's cell informed.

    Args:
        owner_id: whose time zone the clock times are in; none where nobody owns the bot yet.
        look_s: how often it looks; a view that is the same is not sent again.
        again_s: after how long it asks again for a Drive that stays away.
    """

    def __init__(
        self,
        store: Store,
        now: Callable[[], datetime],
        owner_id: Callable[[], int | None],
        write: Callable[[str], None] = print_line,
        look_s: float = LOOK_S,
        again_s: float = REMOUNT_AGAIN_S,
    ) -> None:
        self._store = store
        self._now = now
        self._owner_id = owner_id
        self._write = write
        self._look_s = look_s
        self._again_s = again_s
        self._name: str | None = None
        self._shown = ""
        self._asked_at: float | None = None

    def say(self, text: str) -> None:
        """Have a line printed."""
        self._tell(say=text)

    def ready(self, name: str) -> None:
        """The bot of that user name takes commands."""
        self._name = name

    def invite(self, link: str, *, plain: bool) -> None:
        """Show how to become the owner: a link, and its QR code for the phone's camera."""
        code = segno.make(link)
        if plain:
            drawn = StringIO()
            code.terminal(drawn, compact=True)
            self._write(f"{messages.no_owner(link)}\n{drawn.getvalue()}")
        else:
            self._tell(say=messages.no_owner(link))
            self._tell(picture=code.svg_inline(scale=QR_SCALE, light="white"))

    def release(self) -> None:
        """Have the machine given back when this process has ended."""
        self._tell(release=True)

    async def run(self) -> None:
        """Show what runs until cancelled; whoever does not read holds up nobody."""
        while True:
            text, home = self._look()
            if text != self._shown:
                self._shown = text
                await asyncio.to_thread(self._tell, view=text)
            if self._should_ask(home):
                await asyncio.to_thread(self._tell, remount=messages.drive_gone())
            await asyncio.sleep(self._look_s)

    def _look(self) -> tuple[str, HomeState]:
        with self._store.transaction() as tx:
            picture = messages.Picture(
                name=self._name,
                active=tx.jobs.active(),
                waiting=len(tx.jobs.queued_ids()),
                latest=tx.jobs.latest(1),
                home=tx.copies.home(),
            )
            zone = self._zone(tx)
        return messages.view(picture, self._now(), zone), picture.home

    def _zone(self, tx: Transaction) -> tzinfo:
        owner_id = self._owner_id()
        return UTC if owner_id is None else tx.preferences.zone(owner_id)

    def _should_ask(self, home: HomeState) -> bool:
        """Whether Drive is gone and has not been asked for in this outage, or not lately."""
        if home.trouble is not HomeTrouble.GONE:
            self._asked_at = None
            return False
        now = time.monotonic()
        if self._asked_at is not None and now - self._asked_at < self._again_s:
            return False
        self._asked_at = now
        return True

    def _tell(self, **what: object) -> None:
        self._write(json.dumps(what, ensure_ascii=False))
