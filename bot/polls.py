"""What the polls tell besides updates: another bot with this token, and a token refused."""

import logging
from collections.abc import Callable
from datetime import datetime
from functools import partial

from telegram.error import Conflict, InvalidToken, TelegramError

from bot.conflict import ConflictWatch
from bot.messages import conflicts
from bot.noise import Kind
from bot.store import Store
from bot.vault.keeper import Vault

log = logging.getLogger(__name__)


class Polls:
    """Writes down how polling goes, and tells the owner of a second bot.

    Args:
        owner_id: who that is; none where nobody owns the bot yet.
        vault: may know who the other one is.
        wake: called when the owner is owed a message.
    """

    def __init__(
        self,
        store: Store,
        now: Callable[[], datetime],
        owner_id: Callable[[], int | None],
        vault: Vault | None,
        wake: Callable[[], None],
    ) -> None:
        self._store = store
        self._now = now
        self._owner_id = owner_id
        self._vault = vault
        self._wake = wake
        self._conflict = ConflictWatch(now)

    def heard(self, error: TelegramError | None) -> None:
        """A poll was answered, or failed."""
        match error:
            case None if self._conflict.passed():
                log.warning("no other bot polls with this token any more")
                self._tell_owner(conflicts.over)
            case Conflict() if self._conflict.struck():
                log.warning("another bot polls with this token: %s", error)
                other = self._vault.other if self._vault is not None else None
                host = other.host if other is not None else None
                self._tell_owner(partial(conflicts.two_bots, host))
                if self._vault is not None:
                    self._vault.look_now()
            case InvalidToken():
                log.error(
                    "Telegram refuses the token. Jobs go on, and nobody can be told. If"
                    " @BotFather gave out a new one, start the bot again with it."
                )
            case TelegramError() if not isinstance(error, Conflict):
                log.warning("polling: %s", error)

    def _tell_owner(self, words: Callable[[], str]) -> None:
        if (owner_id := self._owner_id()) is not None:
            with self._store.transaction() as tx:
                with tx.speaking(owner_id):
                    text = words()
                tx.outbox.put(owner_id, text, self._now(), kind=Kind.MACHINE)
            self._wake()
